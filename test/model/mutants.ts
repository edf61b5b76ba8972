import type { Rules } from "./rules.ts";
import type { WorldName } from "./worlds.ts";

/**
 * The protocol without one of its rules, and a world in which that shows.
 *
 * Some rules are not among them, since no world shows that they are missing:
 * - Coordinators release entries before homes. Who settles what is in the way does it in any order, and what is written
 *   over a lock is newer than what the lock would make of the item: its release is refused.
 * - D is not read as committed. Nothing is held by what is done: a try with a lock that was sent twice never commits.
 * - A sweeper leaves a tombstone. Without it, a coordinator that was asleep is told that it cannot be known, which is
 *   no wrong answer.
 * - A take-over asserts what it has seen at the entry's home. Who comes to own a value writes its entry, by whose `_w`
 *   the lock asks, and writers read consistently.
 */
export const mutants: readonly { readonly what: string; readonly rules: Rules; readonly world: WorldName }[] = [
  { what: "decides in whatever state it is", rules: { decidesAnyway: true }, world: "a change in place" },
  { what: "takes a refused decision for a failed one", rules: { believesRefusal: true }, world: "a change in place" },
  {
    what: "takes silence for a failure",
    rules: { takesSilenceForFailure: true },
    world: "a coordinator that gets no answer when it aborts",
  },
  {
    what: "takes a forgotten transaction for a failed one",
    rules: { takesSilenceForFailure: true },
    world: "a coordinator that sleeps for longer than tombstones are kept",
  },
  { what: "aborts in whatever state it is", rules: { abortsAnyway: true }, world: "a change in place" },
  {
    what: "takes void locks for committed",
    rules: { voidIsCommitted: true },
    world: "a change in place, request by request",
  },
  { what: "does not read again without a transaction", rules: { noSecondReading: true }, world: "a change in place" },
  { what: "keeps a lock that was sent twice", rules: { keepsUnsureLocks: true }, world: "a create that others delete" },
  { what: "keeps a transaction item that was sent twice", rules: { keepsUnsureBegin: true }, world: "a sweeper" },
  { what: "changes in place what is held", rules: { inPlaceIgnoresLocks: true }, world: "a change in place" },
  {
    what: "writes natively what is held",
    rules: { nativeIgnoresLocks: true },
    world: "entries that carry their record",
  },
  {
    what: "looks at what must be absent before the locks",
    rules: { looksBeforeLocks: true },
    world: "two that look whether the other's record is absent",
  },
  {
    what: "takes over by the birth alone",
    rules: { takeOverByBorn: true },
    world: "a take-over from a record that has moved",
  },
  { what: "deletes the transaction item too early", rules: { removesTooEarly: true }, world: "a sweeper" },
  {
    what: "believes entries as they stand",
    rules: { believesEntries: true },
    world: "entries that carry their record",
  },
  {
    what: "locks entries before homes",
    rules: { locksEntriesFirst: true },
    world: "an index entry that others write over",
  },
  { what: "asserts before the decision", rules: { assertsApart: true }, world: "two that read what the other writes" },
  {
    what: "locks an entry that another one holds",
    rules: { locksWhatIsHeld: true },
    world: "an index entry that two write one after the other",
  },
  { what: "leaves a held item's expiry", rules: { locksKeepExpiry: true }, world: "records that have expired" },
];
