import type { Item } from "./attribute-value.ts";
import { keyText, type ItemKey } from "./keys.ts";
import type { ModelLayout } from "./model-layout.ts";
import type { Place } from "./places.ts";

/** What must be true of an item for a write to happen. */
export type Guard =
  /** There is no item: a unique value or an id is free. */
  | { readonly type: "absent" }
  /** The record is the one that was read, unchanged. */
  | { readonly type: "version"; readonly born: string; readonly version: number }
  /** The entry is this record's, or there is none (expired, or lost in a crash). */
  | { readonly type: "ownedOrAbsent"; readonly born: string }
  /** The entry is this record's. */
  | { readonly type: "owned"; readonly born: string }
  /** The record is as it was read, but for the lock of this write: see `LOCK`. */
  | { readonly type: "locked"; readonly by: string; readonly version: number }
  /** The entry is the dangling one that was seen. */
  | { readonly type: "seen"; readonly born: string; readonly write: string }
  | { readonly type: "none" };

/** The item that a write is to, as text: tells it from those of other writes. */
export function writeText({ layout, key }: Pick<ItemWrite, "layout" | "key">): string {
  return keyText(layout.table, key);
}

/** One write to one item. */
export type ItemWrite = {
  readonly layout: ModelLayout;
  readonly kind: Place["kind"];
  /** The fields that make the key. */
  readonly fields: readonly string[];
  readonly key: ItemKey;
  readonly guard: Guard;
  /** The item that it replaces or removes, as it was read; undefined for a new one. */
  readonly was?: Item | undefined;
} & (
  | { readonly action: "put"; readonly item: Item }
  | { readonly action: "update"; readonly set: Item; readonly remove: readonly string[] }
  | { readonly action: "delete" }
  /** Nothing is written: the guard alone is asserted. */
  | { readonly action: "check" }
);
