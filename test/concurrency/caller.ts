import "../support/journal-limits.ts";
// A process with many callers. The parent sends tasks, and gets the calls back.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { openOrm, PATIENT_MS } from "../fault/schema.ts";
import { localClient } from "../support/local-client.ts";
import { addContention } from "./contention.ts";
import { callAll, now, type Call } from "./history.ts";
import { runTask, type Task } from "./tasks.ts";

/** What the parent asks for: these tasks, all at once, at a moment. */
export interface CallerOrder {
  /** The answer carries it: an order that nobody waits for any more is answered, too. */
  readonly id: number;
  readonly endpoint: string;
  readonly table: string;
  readonly conflicts: number;
  readonly at: number;
  readonly tasks: readonly Task[];
}

export interface CallerAnswer {
  readonly id: number;
  readonly calls: readonly Call<Task>[];
}

const clients = new Map<string, DynamoDBClient>();

function clientOf({ endpoint, conflicts }: CallerOrder): DynamoDBClient {
  let client = clients.get(endpoint);
  if (!client) {
    client = localClient(endpoint);
    addContention(client, conflicts);
    clients.set(endpoint, client);
  }
  return client;
}

async function obey(order: CallerOrder): Promise<void> {
  const orm = openOrm(clientOf(order), order.table, { contentionBudget: PATIENT_MS });
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, order.at - now())));
  const answer: CallerAnswer = { id: order.id, calls: await callAll(order.tasks, (task) => runTask(orm, task)) };
  process.send!(answer);
}

process.on("message", (order: CallerOrder) => void obey(order));
process.on("disconnect", () => process.exit());
process.send!("ready");
