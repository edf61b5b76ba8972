import { randomUUID } from "node:crypto";
import { OrmError } from "../../errors.ts";
import type { StoreContext } from "../context.ts";
import { difference, type Change, type WriteStamp } from "../layout/difference.ts";
import { keyText } from "../layout/keys.ts";
import { textOf } from "../layout/stored-record.ts";
import { backoff } from "../send/backoff.ts";
import { sendWrites, type FailedWrite } from "./send-writes.ts";
import { examineTaken, withTakeovers, type Takeover } from "./takeover.ts";

/** `stale`: a record is no longer what was read; nothing was written. */
export type CommitOutcome = "done" | "stale";

/** A taken entry can be left and taken again while it is looked at; not this often, though. */
const ATTEMPTS = 10;

/** A new stamp for one write. */
export function newStamp(context: StoreContext): WriteStamp {
  return { id: randomUUID(), now: context.now() };
}

/**
 * Makes a set of changes, all or none. Throws `UNIQUE_CONSTRAINT_VIOLATION` when a new place is
 * another record's.
 */
export async function commit(
  context: StoreContext,
  changes: readonly Change[],
  stamp: WriteStamp = newStamp(context),
): Promise<CommitOutcome> {
  const takeovers = new Map<string, Takeover>();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const writes = withTakeovers(difference(changes, stamp), takeovers);
    const failed = await sendWrites(context, writes, stamp.id);
    // An item that already carries this write's id: an earlier attempt landed and its answer was lost.
    if (failed.length === 0 || failed.some(({ existing }) => existing && textOf(existing, "_w") === stamp.id)) return "done";
    if (failed.some(isStale)) return "stale";
    for (const failure of failed) await arrangeTakeover(context, failure, takeovers);
    if (attempt > 1) await backoff(attempt);
  }
  throw new OrmError({
    code: "TRANSACTION_CONFLICT",
    backendKind: "dynamodb",
    retryable: true,
    message: `The unique values of this "${changes[0]!.layout.model.name}" kept changing hands.`,
    meta: { model: changes[0]!.layout.model.name },
  });
}

function isStale({ write }: FailedWrite): boolean {
  if (write.action === "check") return false;
  return write.guard.type === "version" || write.action === "delete";
}

async function arrangeTakeover(
  context: StoreContext,
  failure: FailedWrite,
  takeovers: Map<string, Takeover>,
): Promise<void> {
  const { write } = failure;
  if (write.action === "check") {
    // The record that was thought gone is there after all: look at its entry again.
    takeovers.clear();
    return;
  }
  const takeover = await examineTaken(context, failure);
  const text = keyText(write.layout.table, write.key);
  if (takeover) takeovers.set(text, takeover);
  else takeovers.delete(text);
}
