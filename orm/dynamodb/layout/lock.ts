import type { AttributeValue, Item } from "./attribute-value.ts";
import type { ItemKey } from "./keys.ts";
import { itemKey } from "./keys.ts";
import { keyAttributes } from "./places.ts";
import { numberOf, textOf } from "./stored-record.ts";

/** The transaction that holds an item: `<table>|<shard>|<id>`. */
export const TX = "_tx";
/** On a held item that was not there before. */
export const NEW = "_new";
/** What becomes of a held item where its transaction is committed, as JSON. */
export const NEXT = "_next";
/** The `_ttl` of a held item from before it was held, where that is another. */
export const OLD_TTL = "_ttl0";

/** What becomes of a held item where its transaction is committed. */
export type Next =
  /** `counts`: whether it is a change that the record's version counts. */
  | { readonly set: Item; readonly remove: readonly string[]; readonly counts: boolean }
  | { readonly item: Item }
  | { readonly delete: true };

/** An item that a transaction of many requests holds: as it was, and as it is going to be. */
export interface Lock {
  readonly table: string;
  readonly key: ItemKey;
  /** Undefined where the item was not there before: it stands in its new form already. */
  readonly next: Next | undefined;
  /** The `_ttl` to go back to. */
  readonly oldTtl: AttributeValue | undefined;
}

/** Whether a transaction of many requests holds an item. Tables of other origin may have an attribute of this name. */
export function isLocked(item: Item | undefined): item is Item {
  return item !== undefined && HOLDER.test(textOf(item, TX) ?? "");
}

const HOLDER = /^[\w.-]*\|\d+\|[\w-]+$/;

/** What becomes of an item, as text. An attribute that this package does not know may hold bytes. */
export function nextText(next: Next): string {
  return JSON.stringify(next, function (this: Record<string, unknown>, name, value: unknown) {
    // A Buffer has become something else by the time it is given as the value.
    const own = this[name];
    return own instanceof Uint8Array ? { [BYTES]: btoa(String.fromCodePoint(...own)) } : value;
  });
}

const BYTES = "$bytes";

function parseNext(text: string): Next {
  return JSON.parse(text, (_, value: unknown) => {
    const bytes = (value as { [BYTES]?: unknown } | null)?.[BYTES];
    return typeof bytes === "string" ? Uint8Array.from(atob(bytes), (letter) => letter.codePointAt(0) ?? 0) : value;
  }) as Next;
}

/** The lock on an item, as it was read. */
export function lockOf(table: string, item: Item): Lock {
  const text = textOf(item, NEXT);
  return {
    table,
    key: itemKey(item),
    next: NEW in item ? undefined : text === undefined ? NOTHING : parseNext(text),
    oldTtl: item[OLD_TTL],
  };
}

const NOTHING: Next = { set: {}, remove: [], counts: false };

/** A held item as it was before. Undefined where there was none. */
export function oldImage(item: Item): Item | undefined {
  if (NEW in item) return undefined;
  const { [TX]: _tx, [NEXT]: _next, [OLD_TTL]: oldTtl, ...rest } = item;
  return oldTtl ? { ...rest, _ttl: oldTtl } : rest;
}

/** A held item as its transaction makes it. Undefined where that deletes it. */
export function newImage(item: Item): Item | undefined {
  const { [TX]: _tx, [NEXT]: _next, [OLD_TTL]: _old, [NEW]: _new, ...rest } = item;
  const { next, key } = lockOf("", item);
  if (!next) return rest;
  if ("delete" in next) return undefined;
  if ("item" in next) return { ...next.item, ...keyAttributes(key) };
  const removed = new Set(next.remove);
  const kept = Object.fromEntries(Object.entries(rest).filter(([name]) => !removed.has(name)));
  const changed: Item = { ...kept, ...next.set };
  if (next.counts) changed["_v"] = { N: String((numberOf(rest, "_v") ?? 0) + 1) };
  return changed;
}
