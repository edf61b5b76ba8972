/** Rules of the protocol that a mutant leaves out: without any, it is as it is built. */
export interface Rules {
  /** The request that decides does not ask whether the transaction is pending still. */
  readonly decidesAnyway?: boolean;
  /** Who meets a lock of a transaction that is not known any more takes it for committed. */
  readonly voidIsCommitted?: boolean;
  /** A reader who finds no transaction does not read the item again. */
  readonly noSecondReading?: boolean;
  /** A lock that was sent twice is kept, and the try goes on. */
  readonly keepsUnsureLocks?: boolean;
  /** The same of the transaction item. */
  readonly keepsUnsureBegin?: boolean;
  readonly inPlaceIgnoresLocks?: boolean;
  readonly nativeIgnoresLocks?: boolean;
  /** Whether what must be absent still is, is looked at before the locks. */
  readonly looksBeforeLocks?: boolean;
  /** A dangling entry is locked while its `_born` is as seen, whatever its `_w`. */
  readonly takeOverByBorn?: boolean;
  /** The coordinator deletes the transaction item when the entries are released. */
  readonly removesTooEarly?: boolean;
  /** A reader takes entries as they stand. */
  readonly believesEntries?: boolean;
  readonly locksEntriesFirst?: boolean;
  /** A lock whose guard is `none` does not ask whether the item is held. */
  readonly locksWhatIsHeld?: boolean;
  /** Assertions are looked at before the request that decides, and do not go with it. */
  readonly assertsApart?: boolean;
  /** A coordinator whose deciding request was refused takes it for failed, without asking for the state. */
  readonly believesRefusal?: boolean;
  /** A coordinator whose deciding request was refused, and that does not learn its state, takes it for failed. */
  readonly takesSilenceForFailure?: boolean;
  /** Aborting does not ask whether the transaction is pending still. */
  readonly abortsAnyway?: boolean;
  /** A lock leaves an item's `_ttl` as it is, though the item is to live longer. */
  readonly locksKeepExpiry?: boolean;
}
