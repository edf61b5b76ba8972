import { base64url, utf8Length } from "../../util/bytes.ts";
import { packs } from "../../util/packs.ts";
import type { Item } from "./attribute-value.ts";
import type { ItemKey } from "./keys.ts";
import { itemKey } from "./keys.ts";
import { keyAttributes } from "./places.ts";
import { TX } from "./lock.ts";
import { textOf } from "./stored-record.ts";

/** Partitions of transaction items, in each table: writers spread, and a sweep reads them all. */
export const SHARDS = 16;

/** Pending, committed, aborted; done: committed, and nothing is held any more. */
export type TransactionState = "P" | "C" | "A" | "D";

/** Where a transaction item is. */
export interface TransactionRef {
  readonly table: string;
  readonly key: ItemKey;
}

/** A transaction that nobody has heard of. */
export function newTransaction(table: string): TransactionRef {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(18));
  return { table, key: { _pk: shardKey((bytes[0] ?? 0) % SHARDS), _sk: base64url(bytes) } };
}

/** The partition of a shard of transaction items. */
export function shardKey(shard: number | string): string {
  return `|tx|${shard}`;
}

/** A transaction as one text. */
export function transactionText({ table, key }: TransactionRef): string {
  return `${table}${key._pk.slice("|tx".length)}|${key._sk}`;
}

/**
 * A transaction as the items that it holds in a table name it: without the table where that is its own, so that a copy
 * or a restored backup of the table names its own transaction.
 */
export function holderText({ table, key }: TransactionRef, itemsTable: string): string {
  return transactionText({ table: table === itemsTable ? "" : table, key });
}

/** The transaction that holds an item of a table. */
export function holderOf(item: Item, itemsTable: string): TransactionRef {
  const [table = "", shard = "", id = ""] = (textOf(item, TX) ?? "").split("|");
  return { table: table === "" ? itemsTable : table, key: { _pk: shardKey(shard), _sk: id } };
}

/** Whether it is this transaction that holds an item of a table. */
export function isHeldBy(item: Item | undefined, itemsTable: string, ref: TransactionRef): item is Item {
  return item !== undefined && textOf(item, TX) === holderText(ref, itemsTable);
}

/** Seconds for which what is decided stays known, to whoever slept meanwhile. */
const KEPT_SECONDS = 7 * 86_400;

/** The `_ttl` of what is decided now (epoch milliseconds). */
export function keptUntil(now: number): Item[string] {
  return { N: String(Math.ceil(now / 1000) + KEPT_SECONDS) };
}

/** The items of a pending transaction: itself, and the keys of what it is going to hold. */
export function transactionItems(
  ref: TransactionRef,
  keys: readonly { readonly table: string; readonly key: ItemKey }[],
  now: number,
): Item[] {
  const texts = keys.map(({ table, key }) => JSON.stringify([table === ref.table ? "" : table, key._pk, key._sk]));
  const bytes = texts.reduce((sum, text) => sum + utf8Length(text) + 2, 0);
  const isShort = bytes <= HEAD_BYTES;
  const pages = isShort ? [] : packs(texts, (text) => utf8Length(text) + 2, PAGE_BYTES);
  const head: Item = {
    ...keyAttributes(ref.key),
    _kind: { S: "tx" },
    state: { S: "P" satisfies TransactionState },
    beat: { N: "1" },
    pages: { N: String(pages.length) },
    _at: { N: String(now) },
    ...(isShort ? { keys: textList(texts) } : {}),
  };
  return [head, ...pages.map((page, i) => pageItem(ref, i, page))];
}

/** It stays until all that it names is released: a part of the keys would be worse than none. */
function pageItem({ key }: TransactionRef, position: number, texts: readonly string[]): Item {
  return {
    ...keyAttributes({ _pk: key._pk, _sk: `${key._sk}|${String(position).padStart(4, "0")}` }),
    _kind: { S: "txpage" },
    keys: textList(texts),
  };
}

function textList(texts: readonly string[]): Item[string] {
  return { L: texts.map((text) => ({ S: text })) };
}

/** Bytes of keys in the transaction itself: it is written several times, and paid for by size. */
const HEAD_BYTES = 2000;

/** Bytes of keys in one item, well below what DynamoDB stores in one. */
const PAGE_BYTES = 300_000;

/** The keys that a transaction, or a page of it, names. `own`: the page's table. */
export function keysOn(page: Item, own: string): { table: string; key: ItemKey }[] {
  const list = page["keys"];
  const texts = list && "L" in list ? list.L.flatMap((text) => ("S" in text ? [text.S] : [])) : [];
  return texts.map((text) => {
    const [table, _pk, _sk] = JSON.parse(text) as [string, string, string];
    return { table: table === "" ? own : table, key: { _pk, _sk } };
  });
}

/** Whether an item belongs to a transaction, and to no model. */
export function isOfTransaction(item: Item): boolean {
  return itemKey(item)._pk.startsWith(shardKey(""));
}
