import { backoff, THROTTLED } from "../../../util/backoff.ts";
import { mapLimit } from "../../../util/map-limit.ts";
import { partsOfSize } from "../../../util/packs.ts";
import type { Item } from "../../layout/attribute-value.ts";
import { itemKey, keyText, type ItemKey } from "../../layout/keys.ts";
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
import { itemsOf, keysOf, requestFor } from "../item-reader.ts";
import { BATCH } from "../operations.ts";
import { journalLimits } from "../limits.ts";
import { clearTable } from "./clear-table.ts";
import { journalRequests, type JournalRequests } from "./journal-requests.ts";
import type { RawSender } from "./raw-sender.ts";
import { releaseItems } from "./release.ts";
import { closeTransaction, removePages, takeStep, type StoredState } from "./transaction-state.ts";

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
  /** Items that had expired, on an engine without TTL. */
  readonly expired: number;
}

const CONCURRENCY = 4;

/** A transaction as it is stored, with the keys of what it holds. */
interface Stored extends StoredState {
  readonly ref: TransactionRef;
  readonly pages: readonly ItemKey[];
  /** How many of those it was made with. */
  readonly pageCount: number;
  /** Whether anything may be held still. */
  readonly open: boolean;
  readonly keys: readonly { readonly table: string; readonly key: ItemKey }[];
  readonly ends: number | undefined;
}

/** Ends what transactions have left in a table whose coordinators have gone, and removes old traces. */
export async function sweepTable(sender: RawSender, model: string, table: string, now: number): Promise<Swept> {
  const requests = await journalRequests(() => sender, model, table);
  const first = await storedIn(requests, table);
  const beats = new Map(first.filter(({ state }) => state === "P").map((one) => [transactionText(one.ref), one.beat]));
  // Those under way show a sign of life meanwhile.
  if (beats.size > 0) await new Promise((resolve) => setTimeout(resolve, journalLimits.leaseMs));
  const all = beats.size > 0 ? await storedIn(requests, table) : first;
  const counts = { committed: 0, aborted: 0, pending: 0, removed: 0, expired: 0 };
  const errors: unknown[] = [];
  await mapLimit(all, CONCURRENCY, (one) => sweepOne(one).catch((error: unknown) => errors.push(error)));
  // One that cannot be ended does not keep the others from it.
  if (errors.length > 0) throw errors[0];
  // Engines without transactions are those without TTL.
  if (requests.together === 1) counts.expired = await clearTable(requests, table, now);
  return counts;

  async function sweepOne(one: Stored): Promise<void> {
    const { ref, beat } = one;
    let { state } = one;
    if (state === "P" && beats.get(transactionText(ref)) === beat)
      state = (await takeStep(requests, ref, { from: "P", to: "A", beat }, now)) ?? "D";
    if (state === "P") counts.pending += 1;
    else if (one.open && state !== "D") {
      await releaseAll(requests, one, state);
      counts[state === "C" ? "committed" : "aborted"] += 1;
    } else if (one.pages.length > 0) await removePages(requests, ref, one.pages);
    else if (one.ends !== undefined && one.ends * 1000 < now) {
      await requests.send("DeleteItem", { TableName: table, Key: keyAttributes(ref.key) });
      counts.removed += 1;
    }
  }
}

/** Ends the locks of a decided transaction, wherever they are. */
async function releaseAll(requests: JournalRequests, stored: Stored, state: "C" | "A"): Promise<void> {
  const { ref, keys, pages } = stored;
  await mapLimit(partsOfSize(keys, BATCH), CONCURRENCY, async (batch) => {
    const found = await readBatch(requests, batch);
    const held = found.filter(({ table, item }) => isHeldBy(item, table, ref));
    await releaseItems(requests, held, ref, state === "C");
  });
  // Where keys are missing, what they name may be held still.
  if (pages.length >= stored.pageCount) await closeTransaction(requests, { ref, state, pages }, Date.now());
}

async function readBatch(requests: JournalRequests, keys: Stored["keys"]): Promise<{ table: string; item: Item }[]> {
  const found = new Map<string, Item>();
  let open = keys;
  for (let attempt = 1; open.length > 0; attempt++) {
    if (attempt > 1) await backoff(attempt, THROTTLED);
    const output = await requests.send("BatchGetItem", { RequestItems: requestFor(open, true) });
    for (const [text, item] of itemsOf(output.Responses)) found.set(text, item);
    const left = keysOf(output.UnprocessedKeys);
    open = open.filter(({ table, key }) => left.has(keyText(table, key)));
  }
  return keys.flatMap(({ table, key }) => {
    const item = found.get(keyText(table, key));
    return item ? [{ table, item }] : [];
  });
}

async function storedIn(requests: JournalRequests, table: string): Promise<Stored[]> {
  const shards = Array.from({ length: SHARDS }, (_, shard) => shardKey(shard));
  const items = await mapLimit(shards, CONCURRENCY, (shard) => itemsIn(requests, table, shard));
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
      keys: [item, ...own].flatMap((page) => keysOn(page, table)),
      open: "keys" in item || (numberOf(item, "pages") ?? 0) > 0,
    };
  });
}

async function itemsIn(requests: JournalRequests, table: string, shard: string): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const output = await requests.send("Query", {
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
