import { transactionConflict } from "../../errors.ts";
import type { StoreContext } from "../context.ts";
import { beforePlaces, difference, type Change, type WriteStamp } from "../layout/difference.ts";
import { writeText, type ItemWrite } from "../layout/item-write.ts";
import { keyText } from "../layout/keys.ts";
import { isLocked } from "../layout/record-lock.ts";
import { textOf, type StoredRecord } from "../layout/stored-record.ts";
import { isFromWrite, newWriteId } from "../layout/write-ids.ts";
import { backoff } from "../send/backoff.ts";
import { MAX_TRANSACTION_ITEMS, sendWrites, type FailedWrite } from "./send-writes.ts";
import { sweepEntries } from "./sweep.ts";
import { examineTaken, withTakeovers, type Takeover } from "./takeover.ts";

/** `stale`: a record is no longer what was read; nothing was written. */
export type CommitOutcome = "done" | "stale";

/** A taken entry can be left and taken again while it is looked at; not this often, though. */
const ATTEMPTS = 10;

/** A new stamp for one write. */
export function newStamp(context: StoreContext): WriteStamp {
  return { id: newWriteId(), now: context.now() };
}

/**
 * Makes a set of changes, all or none. Throws `UNIQUE_CONSTRAINT_VIOLATION` when a new place is
 * another record's. Where one transaction cannot hold them all, the entries of deleted records
 * are removed after it, as they are for deletes outside of transactions.
 */
export async function commit(
  context: StoreContext,
  changes: readonly Change[],
  stamp: WriteStamp = newStamp(context),
): Promise<CommitOutcome> {
  // What was read is about to change.
  if (changes.some(({ before }) => isLocked(before?.item, stamp.now))) return "stale";
  const takeovers = new Map<string, Takeover>();
  /** Entries that were to be removed, and are another record's. */
  const others = new Set<string>();
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const writes = withTakeovers(difference(changes, stamp).filter((write) => !others.has(writeText(write))), takeovers);
    const later = writes.length > MAX_TRANSACTION_ITEMS ? entriesOfDeleted(changes, writes) : [];
    const now = writes.filter((write) => !later.includes(write));
    const failed = await sendWrites(context, now, stamp.id);
    // What this write left there: an earlier attempt landed and its answer was lost.
    if (failed.length === 0 || failed.some(({ existing }) => existing && isFromWrite(existing, stamp.id))) {
      if (later.length > 0) await sweepEntries(context, changes.flatMap(deletedRecord));
      return "done";
    }
    const own = failed.filter((failure) => !isOthers(failure));
    if (own.some(isStale)) return "stale";
    for (const { write } of failed.filter(isOthers)) others.add(writeText(write));
    for (const failure of own) await arrangeTakeover(context, failure, takeovers);
    if (attempt > 1) await backoff(attempt);
  }
  const { name } = changes[0]!.layout.model;
  throw transactionConflict("dynamodb", name, `The unique values of this "${name}" kept changing hands.`);
}

function deletedRecord({ before, after }: Change): StoredRecord[] {
  return before && !after ? [before] : [];
}

/** The removals of entries that lead nowhere once their record is deleted. */
function entriesOfDeleted(changes: readonly Change[], writes: readonly ItemWrite[]): ItemWrite[] {
  const gone = new Set(
    changes.filter(({ after }) => !after).flatMap((change) => beforePlaces(change).map(({ key }) => keyText(change.layout.table, key))),
  );
  return writes.filter((write) => write.action === "delete" && write.kind !== "record" && gone.has(writeText(write)));
}

/**
 * Whether there is nothing to remove: the value's entry is another record's. So it is where an
 * instance that did not know the value as unique has given it to this one. The record's own
 * version still decides whether it may be changed.
 */
function isOthers({ write, existing }: FailedWrite): boolean {
  if (write.action !== "delete" || write.guard.type !== "ownedOrAbsent" || !existing) return false;
  return textOf(existing, "_born") !== write.guard.born;
}

function isStale({ write }: FailedWrite): boolean {
  if (write.action === "check") return false;
  return write.guard.type === "version" || write.guard.type === "locked" || write.action === "delete";
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
  const text = writeText(write);
  if (takeover) takeovers.set(text, takeover);
  else takeovers.delete(text);
}
