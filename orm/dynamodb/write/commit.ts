import { transactionConflict } from "../../errors.ts";
import { RACE } from "../../util/backoff.ts";
import type { StoreContext } from "../context.ts";
import type { FailedWrite } from "../engine/door.ts";
import { checkSize, MAX_TRANSACTION_ITEMS } from "../engine/limits.ts";
import { difference, type Change, type WriteStamp } from "../layout/difference.ts";
import { writeText, type ItemWrite } from "../layout/item-write.ts";
import { keyText } from "../layout/keys.ts";
import { keysOf } from "../layout/places.ts";
import { textOf } from "../layout/stored-record.ts";
import { isFromWrite, newWriteId } from "../layout/write-ids.ts";
import { withAssertions } from "./assertions.ts";
import { loosenEntriesOf, removeEntriesOf } from "./entry-removal.ts";
import { noteWritten } from "./note-written.ts";
import type { Stale } from "./race.ts";
import { givenReferences, referenceChecks, violationOf, type GivenReference } from "./reference-checks.ts";
import { Takeovers, type TakenPlace } from "./takeover.ts";

/** How a commit ended: made, or nothing was written because a record has changed, or a place is another record's. */
export type CommitOutcome = "done" | Stale | TakenPlace;

/** A new stamp for one write. */
export function newStamp(context: StoreContext): WriteStamp {
  const now = context.now();
  return { id: newWriteId(now), now };
}

/** Like {@link commit}, for writers with nothing to say where a place is taken. */
export async function commitOrThrow(
  context: StoreContext,
  changes: readonly Change[],
  assertions: readonly ItemWrite[] = [],
): Promise<"done" | Stale> {
  const outcome = await commit(context, changes, newStamp(context), assertions);
  if (typeof outcome === "object") throw outcome.violation;
  return outcome;
}

/**
 * Makes a set of changes, all or none, while some assertions hold: `stale` where one does not. Throws
 * `FOREIGN_KEY_VIOLATION` when a record refers to one that is not there. Where one request has to hold them all, and
 * cannot, the entries of deleted records are removed after it.
 */
export async function commit(
  context: StoreContext,
  changes: readonly Change[],
  stamp: WriteStamp = newStamp(context),
  assertions: readonly ItemWrite[] = [],
  /** Items that it may write, in as many requests as they take. Undefined: as many as one request holds. */
  maxItems?: number,
): Promise<CommitOutcome> {
  const given = givenReferences(changes);
  const leaving = changes.flatMap(({ before, after }) => (before && !after ? [before] : []));
  const inParts = maxItems === undefined && isLarge(changes);
  const guarded = inParts ? changes.map(leavingAsRead) : changes;
  const takeovers = new Takeovers(context);
  /** Entries that were to be removed, and are another record's. */
  const others = new Set<string>();
  for (let attempt = 1; ; attempt++) {
    const wanted = difference([...guarded, ...takeovers.removals], stamp);
    const own = takeovers.applyTo(wanted.filter((write) => !others.has(writeText(write))));
    if (given.length > 0) own.push(...(await referenceChecks(context, given, own, stamp.id)));
    const asserted = withAssertions(own, assertions);
    if (!("writes" in asserted)) {
      // A reference to what was seen not to be there, else something that has changed since it was read.
      const violation = violationOf(asserted, given);
      if (violation) throw violation;
      return "stale";
    }
    const { writes, asserting } = asserted;
    const later = inParts && writes.length > MAX_TRANSACTION_ITEMS ? entriesOfDeleted(changes, writes) : [];
    const now = later.length === 0 ? writes : writes.filter((write) => !later.includes(write));
    if (later.length > 0) {
      checkSize(now);
      await loosenEntriesOf(context, leaving);
    }
    const failed = await (maxItems === undefined
      ? context.engine.write(now, stamp.id)
      : context.engine.writeMany(now, stamp.id, maxItems));
    // What this write left there: an earlier attempt landed and its answer was lost.
    if (failed.length === 0 || failed.some(({ existing }) => existing && isFromWrite(existing, stamp.id))) {
      if (later.length > 0) await removeEntriesOf(context, leaving);
      noteWritten(context, changes, now);
      return "done";
    }
    const notOthers = failed.filter((failure) => !isOthers(failure));
    if (notOthers.some((failure) => isStale(failure) || asserting.has(failure.write))) return "stale";
    for (const { write } of failed.filter(isOthers)) others.add(writeText(write));
    for (const failure of notOthers) {
      const taken = await arrange(context, failure, takeovers, given, attempt);
      if (taken) return taken;
    }
    if (attempt > 1 && !(await context.budget.pause(attempt, RACE))) break;
  }
  const [{ layout } = { layout: undefined }] = changes;
  const name = layout?.model.name ?? "";
  throw transactionConflict("dynamodb", name, `The unique values of this "${name}" kept changing hands.`);
}

/** Whether one write may not hold some changes with all their entries. */
function isLarge(changes: readonly Change[]): boolean {
  const items = changes.reduce((sum, { layout }) => sum + 2 + layout.uniqueEntries.length + layout.indexes.length, 0);
  return 2 * items > MAX_TRANSACTION_ITEMS;
}

/** Of a record whose entries are marked before it goes: a change of it would write the entry that carries it anew. */
function leavingAsRead(change: Change): Change {
  return change.layout.carries && !change.after ? { ...change, depends: "whole" } : change;
}

/** The removals of entries that lead nowhere once their record is deleted. */
function entriesOfDeleted(changes: readonly Change[], writes: readonly ItemWrite[]): ItemWrite[] {
  const gone = new Set(
    changes.flatMap(({ layout, before, after }) =>
      before && !after ? keysOf(layout, before.values).map(({ key }) => keyText(layout.table, key)) : [],
    ),
  );
  return writes.filter((write) => write.action === "delete" && write.kind !== "record" && gone.has(writeText(write)));
}

/**
 * Whether there is nothing to remove: the value's entry is another record's. So it is where an
 * instance that did not know the value as unique has given it to this one. The record's own
 * guard still decides whether it may be changed.
 */
function isOthers({ write, existing }: FailedWrite): boolean {
  if (write.action !== "delete" || write.guard.type !== "ownedOrAbsent" || !existing) return false;
  return textOf(existing, "_born") !== write.guard.born;
}

function isStale({ write }: FailedWrite): boolean {
  if (write.action === "check" || write.action === "touch") return false;
  return write.guard.type === "record" || write.action === "delete";
}

/** Finds out what a failure means, and what to do at the next attempt. */
async function arrange(
  context: StoreContext,
  failure: FailedWrite,
  takeovers: Takeovers,
  given: readonly GivenReference[],
  attempt: number,
): Promise<TakenPlace | undefined> {
  const { write } = failure;
  if (write.guard.type === "present") {
    context.homes.forget(write.layout, write.key);
    // The record may have moved since its entry was read: at the second failure it is gone.
    const violation = violationOf(write, given);
    if (violation && (attempt > 1 || write.layout.model.home.fields.join() === write.fields.join())) throw violation;
  } else if (write.action === "check" || write.action === "touch") {
    // The record that was thought gone is there after all: look at its entry again.
    takeovers.forgetAll();
  } else {
    return takeovers.examine(failure);
  }
  return undefined;
}
