// A process with many callers. The parent sends tasks, and gets the calls back.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { openOrm } from "../fault/schema.ts";
import { addContention } from "./contention.ts";
import { callAll, now } from "./history.ts";
import { runTask, type Task } from "./tasks.ts";

/** What the parent asks for: these tasks, all at once, at a moment. */
export interface CallerOrder {
  readonly endpoint: string;
  readonly table: string;
  readonly conflicts: number;
  readonly at: number;
  readonly tasks: readonly Task[];
}

const clients = new Map<string, DynamoDBClient>();

function clientOf({ endpoint, conflicts }: CallerOrder): DynamoDBClient {
  let client = clients.get(endpoint);
  if (!client) {
    client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } });
    addContention(client, conflicts);
    clients.set(endpoint, client);
  }
  return client;
}

async function obey(order: CallerOrder): Promise<void> {
  const orm = openOrm(clientOf(order), order.table);
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, order.at - now())));
  process.send!(await callAll(order.tasks, (task) => runTask(orm, task)));
}

process.on("message", (order: CallerOrder) => void obey(order));
process.on("disconnect", () => process.exit());
process.send!("ready");
