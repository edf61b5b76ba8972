import type { Item } from "../../layout/attribute-value.ts";
import type { ItemKey } from "../../layout/keys.ts";
import type { EnforcedReference, ModelLayout } from "../../layout/model-layout.ts";
import type { StoredRecord } from "../../layout/stored-record.ts";

/**
 * What can be wrong with an item.
 *
 * - `missingEntry`: a record lacks an entry: it is not found that way, and its value is not unique.
 * - `duplicateValue`: two records have the same unique value. Yours to decide: nothing is repaired.
 * - `otherIncarnation`: an entry of an earlier record in the place of this one's.
 * - `outdatedEntry`: an entry tells of its record what is not true any more.
 * - `outdatedCopy`: an index entry that carries its record differs from it: lists show what it holds.
 * - `entryExpiry`: an entry's `_ttl` is not what its record remembers.
 * - `recordExpiry`: a record's own `_ttl`, or what it remembers of its entries', is wrong.
 * - `danglingEntry`: an entry leads to no record.
 * - `staleEntry`: an entry leads to a record that has another value.
 * - `outdatedSortKey`: an index entry stands at another place in the order than its record.
 * - `misplacedRecord`: a record lies at another key than its fields say. Nothing is repaired.
 * - `missingParent`: a record refers to one that is not there, by a reference with `onDelete`. A repair does what the
 *   delete would have done: it removes the record ("cascade") with what depends on it, or its reference ("set null",
 *   "set default"). Yours to decide, and not repaired: "restrict" and "no action", and a reference to a key that is
 *   not where the records of its model live, whose entry may be what is missing. Harmless where the record expires.
 *   Not looked for
 *   where the records referred to expire: they go without their dependents.
 * - `unreadableRecord`: a record holds what its fields cannot hold. Nothing is repaired.
 * - `openTransaction`: a transaction of more than 100 items whose process has gone in the middle of it. Readers see
 *   what it has decided, or nothing of it. A repair leaves it alone: `sweepTransactions` ends it.
 * - `unknownItem`: an item of no model in this schema, nor of one that was pushed to the table. Nothing is repaired.
 *
 * Entries of keys that this schema does not have, and that the table's recorded schema has, are in
 * order as long as their records have their values. Where they have not, they are `danglingEntry`
 * or `staleEntry`, and nothing is repaired: a push with `drop` removes them, a repair with the
 * schema that has the key puts them right.
 */
export type FindingKind =
  | "missingEntry"
  | "duplicateValue"
  | "otherIncarnation"
  | "outdatedEntry"
  | "outdatedCopy"
  | "entryExpiry"
  | "recordExpiry"
  | "danglingEntry"
  | "staleEntry"
  | "outdatedSortKey"
  | "misplacedRecord"
  | "missingParent"
  | "unreadableRecord"
  | "openTransaction"
  | "unknownItem";

/** One thing that is wrong in a table. */
export interface Finding {
  readonly kind: FindingKind;
  /** Undefined for an item of no model. */
  readonly model: string | undefined;
  readonly table: string;
  /** The item that is wrong, or that is not there. */
  readonly key: ItemKey;
  /** The record concerned, where it is another item. */
  readonly recordKey?: ItemKey;
  /** The fields of the key, or the attributes that are wrong. */
  readonly fields?: readonly string[];
  readonly detail: string;
  /** `harmless`: readers and writers see through it. `broken`: they do not. */
  readonly severity: "harmless" | "broken";
  /** Milliseconds since an entry was written, or a transaction begun. */
  readonly age?: number;
  /** With `repair`: whether it is in order now. */
  readonly repaired?: boolean;
}

/** A record with a reference that leads to no record. */
export interface Orphan {
  readonly record: StoredRecord;
  readonly reference: EnforcedReference;
  /** Where the record referred to would be; undefined where its home cannot be told. */
  readonly home: ItemKey | undefined;
}

/** A finding of one look, and what a repair needs. */
export interface Sighting {
  readonly finding: Finding;
  /** The entry found, by its write: another one at the next look is another finding. */
  readonly evidence: string;
  readonly subject:
    | { readonly type: "record"; readonly record: StoredRecord }
    | { readonly type: "orphan"; readonly orphan: Orphan }
    | { readonly type: "entry"; readonly layout: ModelLayout; readonly entry: Item }
    /** An entry whose key only the recorded schema has: its repair is for who knows that key. */
    | { readonly type: "kept" }
    /** A transaction of several requests: a sweep of its table is what ends it. */
    | { readonly type: "transaction" }
    /** The item alone tells: a second look would see nothing else. */
    | { readonly type: "none" };
}
