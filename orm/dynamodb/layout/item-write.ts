import type { StoredMark } from "./write-ids.ts";
import { sameAttribute, type AttributeValue, type Item } from "./attribute-value.ts";
import { keyText, type ItemKey } from "./keys.ts";
import type { ModelLayout } from "./model-layout.ts";
import type { Place } from "./places.ts";
import { numberOf, textOf } from "./stored-record.ts";

/** Attributes and what they must hold; undefined: there must be none. */
export type SameAttributes = Readonly<Record<string, AttributeValue | undefined>>;

/** What must be true of an item for a write to happen. */
export type Guard =
  /** There is no item: a unique value or an id is free. */
  | { readonly type: "absent" }
  /** The record is the one that was read, as far as the write depends on it: on these attributes, or on all of it. */
  | {
      readonly type: "record";
      readonly born: string;
      readonly same: SameAttributes;
      /** Given where the write was computed from the whole record. */
      readonly version?: number | undefined;
    }
  /** A record with these attributes is there: one that another refers to. */
  | { readonly type: "present"; readonly same: SameAttributes }
  /** The entry is this record's, or there is none (expired, or lost in a crash). */
  | { readonly type: "ownedOrAbsent"; readonly born: string }
  /** The entry is this record's. */
  | { readonly type: "owned"; readonly born: string }
  /** The entry is the dangling one that was seen. */
  | { readonly type: "seen"; readonly born: string; readonly write: string }
  | { readonly type: "none" };

/** That an entry is still the one that was seen. */
export function seenGuard(entry: Item): Guard {
  return { type: "seen", born: textOf(entry, "_born") ?? "", write: textOf(entry, "_w") ?? "" };
}

/** Whether a guard holds for what is there. */
export function guardHolds(guard: Guard, item: Item | undefined): boolean {
  const isOwn = (born: string) => item !== undefined && textOf(item, "_born") === born;
  switch (guard.type) {
    case "absent":
      return item === undefined;
    case "record": {
      const isVersion = guard.version === undefined || numberOf(item ?? {}, "_v") === guard.version;
      return isOwn(guard.born) && isVersion && hasSame(guard.same, item);
    }
    case "present":
      return item !== undefined && hasSame(guard.same, item);
    case "ownedOrAbsent":
      return item === undefined || isOwn(guard.born);
    case "owned":
      return isOwn(guard.born);
    case "seen":
      return isOwn(guard.born) && textOf(item ?? {}, "_w") === guard.write;
    case "none":
      return true;
  }
}

function hasSame(same: SameAttributes, item: Item = {}): boolean {
  return Object.entries(same).every(([name, value]) => sameAttribute(item[name], value));
}

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
  /** A change of a record, which counts in its version. */
  | {
      readonly action: "update";
      readonly set: Item;
      readonly remove: readonly string[];
      /** Marks that nobody asks for any more: removed as they were read. */
      readonly staleMarks?: readonly StoredMark[];
    }
  /** A mark on an item that is not changed by it. */
  | { readonly action: "touch"; readonly set: Item }
  | { readonly action: "delete" }
  /** Nothing is written: the guard alone is asserted. */
  | { readonly action: "check" }
);
