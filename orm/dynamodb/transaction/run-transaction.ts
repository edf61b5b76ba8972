import type { DriverSession, TransactionOptions } from "../../driver.ts";
import { isOrmError, OrmError } from "../../errors.ts";
import type { StoreContext } from "../context.ts";
import type { Change } from "../layout/difference.ts";
import { backoff } from "../send/backoff.ts";
import { commit } from "../write/commit.ts";
import { takenKeys } from "../write/takeover.ts";
import type { Suspects } from "./suspects.ts";
import { TransactionSession } from "./transaction-session.ts";
import { UnitOfWork } from "./unit-of-work.ts";

/**
 * Runs `run` over a unit of work and commits it as one TransactWriteItems. A throw discards what
 * was buffered. A commit that lost a race is thrown, or `run` is run again as often as asked.
 */
export async function runTransaction<T>(
  context: StoreContext,
  run: (session: DriverSession) => Promise<T>,
  { retries = 0 }: TransactionOptions,
): Promise<T> {
  const suspects: Suspects = new Set();
  for (let attempt = 1; ; attempt++) {
    const unit = new UnitOfWork();
    let committing = false;
    try {
      const result = await run(new TransactionSession(context, unit, suspects));
      committing = true;
      await commitUnit(context, unit.close());
      return result;
    } catch (error) {
      unit.close();
      if (attempt > retries || !lostRace(error, committing)) throw error;
      const taken = takenKeys.get(error);
      if (taken !== undefined) suspects.add(taken);
    }
    await backoff(attempt);
  }
}

/** A violation that `run` itself met is the application's to handle. */
function lostRace(error: unknown, committing: boolean): error is OrmError {
  return isOrmError(error, "TRANSACTION_CONFLICT") || (committing && isOrmError(error, "UNIQUE_CONSTRAINT_VIOLATION"));
}

async function commitUnit(context: StoreContext, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  const outcome = await commit(context, changes);
  if (context.engine.transactions === false && !context.engine.warned) {
    context.engine.warned = true;
    context.logger.warn(
      "This DynamoDB engine has no TransactWriteItems: transactions are written item by item, " +
        "and a crash between two of them leaves a part. Use such an engine for development only.",
    );
  }
  if (outcome === "done") return;
  const models = [...new Set(changes.map(({ layout }) => layout.model.name))].join(", ");
  throw new OrmError({
    code: "TRANSACTION_CONFLICT",
    backendKind: "dynamodb",
    retryable: true,
    message: `A record that this transaction changes was changed by another one first (${models}). Nothing was written.`,
  });
}
