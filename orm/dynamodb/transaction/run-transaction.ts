import type { DriverConnection, TransactionOptions } from "../../driver.ts";
import type { OrmError } from "../../errors.ts";
import { isOrmError, transactionConflict } from "../../errors.ts";
import { backoff } from "../../util/backoff.ts";
import type { Store } from "../context.ts";
import type { Change } from "../layout/difference.ts";
import type { ItemWrite } from "../layout/item-write.ts";
import { commit, newStamp } from "../write/commit.ts";
import { removeDependentsOf } from "../write/delete-with-dependents.ts";
import { dependentsOf, refuseChangedKeys, refuseKept, rowsIn, type FindRows, type Row } from "../write/dependents.ts";
import { ReadSet } from "./read-set.ts";
import { TransactionConnection } from "./transaction-connection.ts";
import { UnitOfWork } from "./unit-of-work.ts";

/** Items that a transaction may write where it does not say how many: a minute of DynamoDB's time, not an hour. */
const MAX_ITEMS = 100_000;

/** What a run, or its commit, came to. */
type Outcome<T> =
  | { readonly result: T }
  /** `place`: the unique place that was taken meanwhile. */
  | { readonly lost: unknown; readonly place?: string };

/**
 * Runs `run` over a unit of work and commits it. A throw discards what
 * was buffered. A commit that lost a race is thrown, or `run` is run again as often as asked.
 */
export async function runTransaction<T>(
  store: Store,
  run: (connection: DriverConnection) => Promise<T>,
  { retries = 0, isolation, maxItems = MAX_ITEMS }: TransactionOptions,
): Promise<T> {
  const serializable = isolation === "serializable";
  const suspects = new Set<string>();
  for (let attempt = 1; ; attempt++) {
    const outcome = await runOnce(store, run, suspects, { serializable, maxItems });
    if ("result" in outcome) return outcome.result;
    if (attempt > retries) throw outcome.lost;
    if (outcome.place !== undefined) suspects.add(outcome.place);
    await backoff(attempt);
  }
}

async function runOnce<T>(
  store: Store,
  run: (connection: DriverConnection) => Promise<T>,
  suspects: ReadonlySet<string>,
  { serializable, maxItems }: { readonly serializable: boolean; readonly maxItems: number },
): Promise<Outcome<T>> {
  const unit = new UnitOfWork();
  const readSet = serializable ? new ReadSet() : undefined;
  const connection = new TransactionConnection(store, unit, suspects, readSet);
  try {
    const result = await run(connection);
    await connection.checkDeferred();
    const lost = await commitUnit(store, unit.close(), readSet, maxItems);
    return lost ?? { result };
  } catch (error) {
    // A violation that `run` itself met is the application's to handle.
    if (!isOrmError(error, "TRANSACTION_CONFLICT")) throw error;
    return { lost: error };
  } finally {
    unit.close();
  }
}

async function commitUnit(
  store: Store,
  buffered: readonly Change[],
  readSet: ReadSet | undefined,
  maxItems: number,
): Promise<Outcome<never> | undefined> {
  const checks = readSet?.checks() ?? [];
  if (buffered.length === 0 && checks.length === 0) return undefined;
  // Of a record that is written, everything may have been read.
  const changes = readSet ? buffered.map((change): Change => ({ ...change, depends: "whole" })) : buffered;
  const context = store.write();
  let outcome;
  try {
    outcome = await commit(context, changes, newStamp(context), checks, maxItems);
  } catch (error) {
    // Two of its own records with one value, when it has lost a race for one of them.
    if (isOrmError(error, "UNIQUE_CONSTRAINT_VIOLATION")) return { lost: error };
    throw error;
  }
  if (outcome === "stale") {
    await refuseKeptSince(store, changes);
    return { lost: conflictOf(changes, checks) };
  }
  if (outcome !== "done") return { lost: outcome.violation, place: outcome.place };
  // What was added by others between this transaction's look and its commit: afterwards nobody can add any.
  await removeDependentsOf(
    store.write(),
    changes.flatMap(({ before, after }) => (before && !after ? [before] : [])),
  );
  return undefined;
}

/** Where others have come to refer to what was to be deleted, or to a key that was to change: that is why. */
async function refuseKeptSince(store: Store, changes: readonly Change[]): Promise<void> {
  const rows = changes.flatMap(({ layout, before, after }) =>
    before && layout.keepsReferenced ? [{ row: { layout, values: before.values }, after }] : [],
  );
  const find: FindRows<Row> = rowsIn(store.write());
  for (const { row, after } of rows) {
    if (after) await refuseChangedKeys(store, row, after, find);
    else refuseKept((await dependentsOf(store, [row], find)).kept);
  }
}

function conflictOf(changes: readonly Change[], checks: readonly ItemWrite[]): OrmError {
  const models = [...new Set([...changes, ...checks].map(({ layout }) => layout.model.name))];
  return transactionConflict(
    "dynamodb",
    models.join(", "),
    `A record that this transaction ${checks.length > 0 ? "has read or " : ""}changes was changed by another one ` +
      `first (${models.join(", ")}). ` +
      "Nothing was written.",
  );
}
