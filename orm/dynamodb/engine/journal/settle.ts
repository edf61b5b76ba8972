import { transactionConflict, type OrmError } from "../../../errors.ts";
import { isLocked, newImage, oldImage } from "../../layout/lock.ts";
import type { Item } from "../../layout/attribute-value.ts";
import { itemKey } from "../../layout/keys.ts";
import {
  isHeldBy,
  holderOf,
  transactionText,
  type TransactionRef,
  type TransactionState,
} from "../../layout/transaction-item.ts";
import { mapLimit } from "../../../util/map-limit.ts";
import { journalLimits } from "../limits.ts";
import type { Answer } from "../locked.ts";
import { locksAgainst, type LockedItem } from "./locks-against.ts";
import { journalRequests, RawReads, type JournalRequests } from "./journal-requests.ts";
import type { RawSender } from "./raw-sender.ts";
import { readState, takeStep, type StoredState } from "./transaction-state.ts";
import { releaseItems } from "./release.ts";

const CONCURRENCY = 8;

/** What was seen last of pending transactions, and when. */
const seen = new Map<string, { readonly beat: number; readonly since: number }>();

/** Transactions in sight beyond which those that have not been met for long are forgotten. */
const MANY = 1000;

/**
 * Ends the locks that were in a writer's way, as far as their transactions are decided. One whose coordinator has gone
 * is decided here: aborted, since nobody can have been told that it was committed. Returns whether all were decided.
 */
export async function settle(requests: JournalRequests, locked: readonly LockedItem[]): Promise<boolean> {
  const decided = await mapLimit(byHolder(locked), CONCURRENCY, async ({ ref, items }) => {
    const stored = await readState(requests, ref);
    const state = stored?.state === "P" ? await lapse(requests, ref, stored) : stored?.state;
    if (state === "P") return false;
    const open = state === "C" || state === "A" ? items : await stillHeld(requests, ref, items);
    // What is held by a transaction that is done, or not known any more, came late: it never counted.
    await releaseItems(requests, open, ref, state === "C");
    return true;
  });
  return decided.every(Boolean);
}

/** The same for the items that a write was refused for. Returns whether there were any. */
export async function settleFor(sender: RawSender, model: string, error: unknown, input: object): Promise<boolean> {
  const locks = locksAgainst(error, input);
  const [first] = locks;
  if (first) await settle(await journalRequests(() => sender, model, first.table), locks);
  return first !== undefined;
}

/** What a writer is told who has waited for a transaction as long as it may. */
export function heldTooLong(model: string): OrmError {
  return transactionConflict("dynamodb", model, "A transaction that is under way holds what this request changes.");
}

/** Aborts a pending transaction whose coordinator shows no sign of life. Returns the state that it is in then. */
async function lapse(
  requests: JournalRequests,
  ref: TransactionRef,
  { beat }: StoredState,
): Promise<TransactionState | undefined> {
  const text = transactionText(ref);
  const now = performance.now();
  const last = seen.get(text);
  if (last?.beat !== beat) {
    seen.set(text, { beat, since: now });
    if (seen.size > MANY)
      for (const [name, { since }] of seen) if (now - since > 2 * journalLimits.leaseMs) seen.delete(name);
    return "P";
  }
  if (now - last.since < journalLimits.leaseMs) return "P";
  seen.delete(text);
  return takeStep(requests, ref, { from: "P", to: "A", beat }, Date.now());
}

interface Held {
  readonly ref: TransactionRef;
  readonly items: LockedItem[];
}

function byHolder(locked: readonly LockedItem[]): Held[] {
  const holders = new Map<string, Held>();
  for (const one of locked) {
    const ref = holderOf(one.item, one.table);
    const text = transactionText(ref);
    const held = holders.get(text) ?? { ref, items: [] };
    held.items.push(one);
    holders.set(text, held);
  }
  return [...holders.values()];
}

async function stillHeld(
  requests: JournalRequests,
  ref: TransactionRef,
  items: readonly LockedItem[],
): Promise<LockedItem[]> {
  const again = await mapLimit(items, CONCURRENCY, async ({ table, item }) => ({
    table,
    item: await requests.get(table, itemKey(item)),
  }));
  return again.flatMap(({ table, item }) => (isHeldBy(item, table, ref) ? [{ table, item }] : []));
}

/**
 * An answer with each held item as its transaction has decided: the new form where it is committed, the old one
 * otherwise. Whoever has seen one item of a transaction new sees none of them old from then on. Nothing is written.
 */
export async function asDecided<Output extends Answer>(
  sender: RawSender,
  model: string,
  output: Output,
  tableOfOne: string,
): Promise<Output> {
  const reads = new RawReads(() => sender, model);
  const states = new Map<string, Promise<StoredState | undefined>>();
  const decided = async (table: string, item: Item, turns = 0): Promise<Item | undefined> => {
    if (!isLocked(item)) return item;
    const ref = holderOf(item, table);
    const text = transactionText(ref);
    const reading = states.get(text) ?? readState(reads, ref);
    states.set(text, reading);
    const state = (await reading)?.state;
    if (state === "C") return newImage(item);
    if (state === "P" || state === "A") return oldImage(item);
    const again = await reads.get(table, itemKey(item));
    if (!isLocked(again)) return again;
    if (isHeldBy(again, table, ref) || turns > TURNS) return oldImage(again);
    return decided(table, again, turns + 1);
  };
  const all = async (table: string, items: readonly Item[]) =>
    (await mapLimit(items, CONCURRENCY, (item) => decided(table, item))).filter((item) => item !== undefined);
  const { Item: one, Items: items, Responses: responses } = output;
  return {
    ...output,
    ...(one ? { Item: await decided(tableOfOne, one) } : {}),
    ...(items ? { Items: await all(tableOfOne, items) } : {}),
    ...(responses ? { Responses: await eachOf(responses, all) } : {}),
  };
}

/** Transactions that may take an item from each other while it is read. */
const TURNS = 20;

async function eachOf(
  responses: Readonly<Record<string, readonly Item[]>>,
  all: (table: string, items: readonly Item[]) => Promise<Item[]>,
): Promise<Record<string, Item[]>> {
  const entries = Object.entries(responses).map(async ([table, items]) => [table, await all(table, items)] as const);
  return Object.fromEntries(await Promise.all(entries));
}
