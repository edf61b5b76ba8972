// A process that writes until it is killed. The parent forks it, and learns from it what it is about to do and what is
// done.
import { journalLimits } from "../../orm/dynamodb/engine/limits.ts";
import { localClient } from "../support/local-client.ts";
import { nextOperation, type Values, type World } from "./crash-operations.ts";
import { randomFrom } from "./random.ts";
import { openOrm } from "./schema.ts";

/** What the parent starts the writing with. */
export interface CrashOrder {
  readonly endpoint: string;
  readonly table: string;
  /** How many items one request holds. */
  readonly items: number;
  readonly seed: number;
  readonly workers: readonly string[];
  readonly world: readonly (readonly [string, Values | null])[];
}

/** What the parent is told. */
export type CrashNote =
  | { readonly type: "ready" }
  | {
      readonly type: "begin";
      readonly worker: string;
      readonly name: string;
      readonly after: Record<string, Values | null>;
    }
  | { readonly type: "end"; readonly worker: string; readonly error: string | undefined };

const tell = (note: CrashNote) => process.send!(note);

async function work(order: CrashOrder, worker: string, seed: number): Promise<void> {
  const client = localClient(order.endpoint);
  const orm = openOrm(client, order.table);
  const world: World = new Map(order.world);
  const random = randomFrom(seed);
  for (;;) {
    const operation = nextOperation({ world, random }, worker);
    tell({ type: "begin", worker, name: operation.name, after: { ...operation.after } });
    try {
      await operation.run(orm);
      for (const [key, values] of Object.entries(operation.after)) world.set(key, values);
      tell({ type: "end", worker, error: undefined });
    } catch (error) {
      tell({ type: "end", worker, error: error instanceof Error ? (error.stack ?? error.name) : String(error) });
      throw error;
    }
  }
}

process.once("message", (order: CrashOrder) => {
  journalLimits.items = order.items;
  for (const [i, worker] of order.workers.entries()) void work(order, worker, order.seed * 1000 + i);
});
process.on("disconnect", () => process.exit());
tell({ type: "ready" });
