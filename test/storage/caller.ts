// A process that calls the storages. The parent sends orders, and gets the answers back.
import { dynamodbRateLimit, dynamodbSecondaryStorage } from "../../src/storage.ts";
import { localClient } from "../support/local-client.ts";
import { setTableTime } from "./table-time.ts";

/** What the parent asks for: this call so many times, all at once. */
export interface StorageOrder {
  readonly endpoint: string;
  readonly table: string;
  readonly call: "consume" | "getAndDelete" | "increment";
  readonly times: number;
  /** Milliseconds that this process's clock is ahead of the table's, and the table's of the real one. */
  readonly ahead: number;
  readonly tableAhead: number;
}

const realNow = Date.now;

async function obey({ endpoint, table, call, times, ahead, tableAhead }: StorageOrder): Promise<void> {
  const client = localClient(endpoint);
  setTableTime(client, () => realNow() + tableAhead);
  Date.now = () => realNow() + tableAhead + ahead;
  const limits = dynamodbRateLimit({ client, table });
  const values = dynamodbSecondaryStorage({ client, table });
  const calls: Record<StorageOrder["call"], () => Promise<unknown>> = {
    consume: () => limits.consume("a", { window: 600, max: 10 }),
    getAndDelete: () => values.getAndDelete("k"),
    increment: () => values.increment("n", 600),
  };
  const answers: unknown[] = await Promise.all(Array.from({ length: times }, calls[call]));
  client.destroy();
  process.send!(answers);
}

process.on("message", (order: StorageOrder) => void obey(order));
process.on("disconnect", () => process.exit());
process.send!("ready");
