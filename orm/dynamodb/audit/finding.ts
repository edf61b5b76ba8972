import type { Item } from "../layout/attribute-value.ts";
import type { ItemKey } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import type { StoredRecord } from "../layout/stored-record.ts";

/**
 * What can be wrong with an item.
 *
 * - `missingEntry`: a record lacks an entry: it is not found that way, and its value is not unique.
 * - `duplicateValue`: two records have the same unique value. Yours to decide: nothing is repaired.
 * - `otherIncarnation`: an entry of an earlier record in the place of this one's.
 * - `outdatedEntry`: an entry tells of its record what is not true any more.
 * - `entryExpiry`: an entry's `_ttl` is not what its record remembers.
 * - `recordExpiry`: a record's own `_ttl`, or what it remembers of its entries', is wrong.
 * - `danglingEntry`: an entry leads to no record.
 * - `staleEntry`: an entry leads to a record that has another value.
 * - `outdatedSortKey`: an index entry stands at another place in the order than its record.
 * - `misplacedRecord`: a record lies at another key than its fields say. Nothing is repaired.
 * - `unreadableRecord`: a record holds what its fields cannot hold. Nothing is repaired.
 * - `unknownItem`: an item of no model in this schema. Nothing is repaired.
 */
export type FindingKind =
  | "missingEntry"
  | "duplicateValue"
  | "otherIncarnation"
  | "outdatedEntry"
  | "entryExpiry"
  | "recordExpiry"
  | "danglingEntry"
  | "staleEntry"
  | "outdatedSortKey"
  | "misplacedRecord"
  | "unreadableRecord"
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
  /** Milliseconds since an entry was written. */
  readonly age?: number;
  /** With `repair`: whether it is in order now. */
  readonly repaired?: boolean;
}

/** A finding of one look, and what a repair needs. */
export interface Suspicion {
  readonly finding: Finding;
  /** The entry found, by its write: another one at the next look is another finding. */
  readonly evidence: string;
  readonly subject:
    | { readonly type: "record"; readonly record: StoredRecord }
    | { readonly type: "entry"; readonly layout: ModelLayout; readonly entry: Item }
    /** The item alone tells: a second look would see nothing else. */
    | { readonly type: "none" };
}
