import type { StoreContext } from "../context.ts";
import { sameAttribute, type Item } from "../layout/attribute-value.ts";
import type { Guard, ItemWrite } from "../layout/item-write.ts";
import { fieldOf } from "../layout/model-layout.ts";
import { keyAttributes } from "../layout/places.ts";
import { numberOf, textOf } from "../layout/stored-record.ts";
import { isFromWrite } from "../layout/write-ids.ts";
import { isConditionFailure } from "../send/aws-errors.ts";
import { writeInput } from "./requests.ts";
import { existingItem, type FailedWrite } from "./send-writes.ts";
import { takeBack } from "./take-back.ts";
import { YOUNG_MS } from "./takeover.ts";

/** The order of the writes. */
const STAGES = {
  /** Unique values that a record gets. */
  claim: 0,
  /** That a record whose value is taken over is not there: looked at when nobody else can claim it any more. */
  check: 1,
  /** Further entries. */
  entry: 2,
  /** Records that are deleted: a token that is consumed decides about what comes after. */
  deletion: 3,
  record: 4,
  /** Entries that lead elsewhere from now on: after there is something, before the old is gone. */
  redirect: 5,
  /** What a record that has moved leaves behind. */
  oldHome: 6,
  /** Entries that lead nowhere now. Everything that counts has happened. */
  leftover: 7,
} as const;

/**
 * Writes one by one for engines without transactions, in an order in which a crash leaves entries
 * that lead nowhere and no record without its entries. A failure takes back what was done before
 * it. Only what takes several records, or a record's new home, can be cut in two by a crash.
 */
export async function sendOrdered(
  context: StoreContext,
  writes: readonly ItemWrite[],
  writeId: string,
): Promise<FailedWrite[]> {
  const moving = movingRecords(writes);
  const inOrder = writes.map((write) => ({ write, stage: stageOf(write, moving) })).sort((a, b) => a.stage - b.stage);
  const done: ItemWrite[] = [];
  for (const { write, stage } of inOrder) {
    if (stage === STAGES.leftover) break;
    const outcome = await attempt(context, write, writeId, stage === STAGES.oldHome);
    if ("done" in outcome) {
      if (stage !== STAGES.check) done.push(outcome.done);
      continue;
    }
    if ("unknown" in outcome) throw outcome.unknown;
    // An entry may have been written unseen, too.
    await takeBack(context, "error" in outcome && write.kind !== "record" ? [...done, write] : done, writeId);
    if ("error" in outcome) throw outcome.error;
    return [outcome];
  }
  const lost = await lostClaim(context, inOrder.filter(({ stage }) => stage === STAGES.claim).map(({ write }) => write));
  if (lost) {
    await takeBack(context, done, writeId);
    return [lost];
  }
  for (const { write, stage } of inOrder) {
    if (stage === STAGES.leftover) await attempt(context, write, writeId, false);
  }
  return [];
}

function stageOf(write: ItemWrite, moving: ReadonlySet<string>): number {
  const { kind, action, guard, was } = write;
  if (action === "check") return STAGES.check;
  if (action === "delete" && kind === "record") return moving.has(recordText(write, was)!) ? STAGES.oldHome : STAGES.deletion;
  if (action === "delete") return STAGES.leftover;
  if (kind === "record") return STAGES.record;
  if (kind === "unique" && (!was || guard.type === "seen")) return STAGES.claim;
  const { item } = write as { item: Item };
  const leadsOn = !was || ["_born", "_ref"].every((attribute) => sameAttribute(was[attribute], item[attribute]));
  return leadsOn ? STAGES.entry : STAGES.redirect;
}

/** The records that are put at a new home. */
function movingRecords(writes: readonly ItemWrite[]): ReadonlySet<string> {
  return new Set(writes.flatMap((write) => (write.action === "put" && recordText(write, write.item)) || []));
}

function recordText({ kind, layout }: ItemWrite, item: Item | undefined): string | undefined {
  if (kind !== "record" || !item) return undefined;
  return `${layout.model.name} ${JSON.stringify(item[fieldOf(layout, "id").column])}`;
}

/** `done`: with what it replaced. `unknown`: the write may have happened, and nobody can tell. `error`: it has not. */
type Outcome = { readonly done: ItemWrite } | FailedWrite | { readonly error: unknown } | { readonly unknown: unknown };

async function attempt(context: StoreContext, write: ItemWrite, writeId: string, isOldHome: boolean): Promise<Outcome> {
  try {
    if (write.action === "check") return await check(context, write);
    const replaced = await send(context, write);
    return { done: { ...write, was: write.was ?? replaced } };
  } catch (error) {
    const refused = isConditionFailure(error);
    if (!refused && write.kind !== "record") return { error };
    let existing: Item | undefined;
    try {
      existing = await existingItem(context, write, error as Error);
    } catch (unreadable) {
      return { unknown: refused ? unreadable : error };
    }
    // It has happened all the same, and the answer was lost.
    if (write.action !== "delete" && existing && isFromWrite(existing, writeId)) return { done: write };
    if (write.action === "delete" && !existing) {
      // The record has a new home by now: whoever removed it from the old one, it is not there.
      if (isOldHome) return { done: write };
      if (!refused) return { unknown: error };
    }
    return refused ? { write, existing } : { error };
  }
}

async function check(context: StoreContext, write: ItemWrite): Promise<Outcome> {
  const existing = await context.items.get(write.layout.model.name, write.layout.table, write.key);
  return holds(write.guard, existing) ? { done: write } : { write, existing };
}

function holds(guard: Guard, item: Item | undefined): boolean {
  if (guard.type !== "version") return item === undefined;
  return item !== undefined && textOf(item, "_born") === guard.born && numberOf(item, "_v") === guard.version;
}

/**
 * Sends a write. Returns the item that it replaced unseen: an index entry of another record with
 * this id, which the put of the record itself is going to meet.
 */
async function send(context: StoreContext, write: ItemWrite): Promise<Item | undefined> {
  const model = write.layout.model.name;
  const { ReturnValuesOnConditionCheckFailure: _, ...input } = writeInput(write);
  if (write.action === "put") {
    const output = await context.sender.send("PutItem", model, { ...input, Item: write.item, ReturnValues: "ALL_OLD" });
    return output.Attributes as Item | undefined;
  }
  if (write.action === "update") await context.sender.send("UpdateItem", model, { ...input, Key: keyAttributes(write.key) });
  else await context.sender.send("DeleteItem", model, { ...input, Key: keyAttributes(write.key) });
  return undefined;
}

/**
 * A claim that somebody else has taken over, because its record came so late. Whoever takes over
 * looks for the record after claiming; this looks at the claim after writing the record: at least
 * one of the two sees the other.
 */
async function lostClaim(context: StoreContext, claims: readonly ItemWrite[]): Promise<FailedWrite | undefined> {
  for (const write of claims) {
    const { item } = write as { item: Item };
    // Half the time, for clocks that differ.
    if (context.now() - (numberOf(item, "_at") ?? 0) < YOUNG_MS / 2) continue;
    const existing = await context.items.get(write.layout.model.name, write.layout.table, write.key);
    if (!existing || !sameAttribute(existing["_born"], item["_born"])) return { write, existing };
  }
  return undefined;
}
