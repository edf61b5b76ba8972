import { backoff, THROTTLED } from "../../../util/backoff.ts";
import { mapLimit } from "../../../util/map-limit.ts";
import { partsOfSize } from "../../../util/packs.ts";
import type { Item } from "../../layout/attribute-value.ts";
import { itemKey, keyText, type ItemKey } from "../../layout/keys.ts";
import { lockOf } from "../../layout/lock.ts";
import { keyAttributes } from "../../layout/places.ts";
import { numberOf, textOf } from "../../layout/stored-record.ts";
import {
  isHeldBy,
  keysOn,
  SHARDS,
  shardKey,
  transactionText,
  type TransactionRef,
} from "../../layout/transaction-item.ts";
import { itemSize } from "../../layout/item-size.ts";
import { itemsOf, keysOf, requestFor } from "../item-reader.ts";
import { journalLimits } from "../limits.ts";
import type { RawSend } from "./raw-send.ts";
import { chunksOf, release } from "./release.ts";
import { endTransaction, takeStep, type StoredState } from "./transaction-state.ts";

/** What a sweep did with the transactions that it met. */
export interface Swept {
  /** Committed ones whose items got their new form. */
  readonly committed: number;
  /** Ones whose coordinator had gone: their items are as they were. */
  readonly aborted: number;
  /** Ones that were under way. */
  readonly pending: number;
  /** Traces of old ones that were removed. */
  readonly removed: number;
}

/** Items in a BatchGetItem. */
const BATCH = 100;
const CONCURRENCY = 4;

/** A transaction as it is stored, with the keys of what it holds. */
interface Stored extends StoredState {
  readonly ref: TransactionRef;
  readonly pages: readonly ItemKey[];
  /** How many of those it was made with. */
  readonly pageCount: number;
  readonly keys: readonly { readonly table: string; readonly key: ItemKey }[];
  readonly ends: number | undefined;
}

/** Ends what transactions have left in a table whose coordinators have gone, and removes old traces. */
export async function sweepTable(send: RawSend, model: string, table: string, now: number): Promise<Swept> {
  const first = await storedIn(send, model, table);
  const beats = new Map(first.filter(({ state }) => state === "P").map((one) => [transactionText(one.ref), one.beat]));
  // Those under way show a sign of life meanwhile.
  if (beats.size > 0) await new Promise((resolve) => setTimeout(resolve, journalLimits.leaseMs));
  const all = beats.size > 0 ? await storedIn(send, model, table) : first;
  const counts = { committed: 0, aborted: 0, pending: 0, removed: 0 };
  const errors: unknown[] = [];
  await mapLimit(all, CONCURRENCY, (one) => sweepOne(one).catch((error: unknown) => errors.push(error)));
  // One that cannot be ended does not keep the others from it.
  if (errors.length > 0) throw errors[0];
  return counts;

  async function sweepOne(one: Stored): Promise<void> {
    const { ref, beat } = one;
    let { state } = one;
    if (state === "P" && beats.get(transactionText(ref)) === beat)
      state = (await takeStep(send, model, ref, { from: "P", to: "A", beat }, now)) ?? "D";
    if (state === "P") counts.pending += 1;
    if (one.pages.length > 0 && (state === "C" || state === "A")) {
      await releaseAll(send, model, one, state === "C");
      counts[state === "C" ? "committed" : "aborted"] += 1;
    } else if ((state === "A" || state === "D") && one.ends !== undefined && one.ends * 1000 < now) {
      await send("DeleteItem", model, { TableName: table, Key: keyAttributes(ref.key) });
      counts.removed += 1;
    } else if (state === "D" && one.pages.length > 0) await end(send, model, one, true);
  }
}

/** Ends the locks of a decided transaction, wherever they are. */
async function releaseAll(send: RawSend, model: string, stored: Stored, committed: boolean): Promise<void> {
  const { ref, keys } = stored;
  await mapLimit(partsOfSize(keys, BATCH), CONCURRENCY, async (batch) => {
    const found = await readBatch(send, model, batch);
    const held = found.filter(({ table, item }) => isHeldBy(item, table, ref));
    for (const chunk of chunksOf(held, ({ item }) => 2 * itemSize(item))) {
      const locks = chunk.map(({ table, item }) => lockOf(table, item));
      await release(send, model, locks, ref, committed);
    }
  });
  // Where keys are missing, what they name may be held still.
  if (stored.pages.length >= stored.pageCount) await end(send, model, stored, committed);
}

function end(send: RawSend, model: string, { ref, pages }: Stored, committed: boolean): Promise<void> {
  return endTransaction(send, model, { ref, pages, committed }, Date.now());
}

async function readBatch(send: RawSend, model: string, keys: Stored["keys"]): Promise<{ table: string; item: Item }[]> {
  const found = new Map<string, Item>();
  let open = keys;
  for (let attempt = 1; open.length > 0; attempt++) {
    if (attempt > 1) await backoff(attempt, THROTTLED);
    const output = await send("BatchGetItem", model, { RequestItems: requestFor(open, true) });
    for (const [text, item] of itemsOf(output.Responses)) found.set(text, item);
    const left = keysOf(output.UnprocessedKeys);
    open = open.filter(({ table, key }) => left.has(keyText(table, key)));
  }
  return keys.flatMap(({ table, key }) => {
    const item = found.get(keyText(table, key));
    return item ? [{ table, item }] : [];
  });
}

async function storedIn(send: RawSend, model: string, table: string): Promise<Stored[]> {
  const shards = Array.from({ length: SHARDS }, (_, shard) => shardKey(shard));
  const items = await mapLimit(shards, CONCURRENCY, (shard) => itemsIn(send, model, table, shard));
  const heads = items.flat().filter((item) => textOf(item, "_kind") === "tx");
  const pages = new Map<string, Item[]>();
  for (const item of items.flat().filter((one) => textOf(one, "_kind") === "txpage")) {
    const [id = ""] = itemKey(item)._sk.split("|");
    pages.set(id, [...(pages.get(id) ?? []), item]);
  }
  return heads.map((item): Stored => {
    const key = itemKey(item);
    const own = pages.get(key._sk) ?? [];
    return {
      ref: { table, key },
      state: (textOf(item, "state") ?? "D") as Stored["state"],
      beat: numberOf(item, "beat") ?? 0,
      ends: numberOf(item, "_ttl"),
      pages: own.map(itemKey),
      pageCount: numberOf(item, "pages") ?? 0,
      keys: own.flatMap((page) => keysOn(page, table)),
    };
  });
}

async function itemsIn(send: RawSend, model: string, table: string, shard: string): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const output = await send("Query", model, {
      TableName: table,
      KeyConditionExpression: "#pk = :shard",
      ExpressionAttributeNames: { "#pk": "_pk" },
      ExpressionAttributeValues: { ":shard": { S: shard } },
      ConsistentRead: true,
      ...(start ? { ExclusiveStartKey: start } : {}),
    });
    items.push(...((output.Items ?? []) as Item[]));
    start = output.LastEvaluatedKey as Item | undefined;
  } while (start);
  return items;
}
