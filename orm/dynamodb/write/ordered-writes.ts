import type { StoreContext } from "../context.ts";
import { sameAttribute, type Item } from "../layout/attribute-value.ts";
import type { Guard, ItemWrite } from "../layout/item-write.ts";
import { keyAttributes } from "../layout/places.ts";
import { numberOf, textOf } from "../layout/stored-record.ts";
import { isFromWrite } from "../layout/write-ids.ts";
import { isConditionFailure } from "../send/aws-errors.ts";
import { orderWrites } from "./ordered-plan.ts";
import { lockAll, unlock } from "./record-locks.ts";
import { writeInput } from "./requests.ts";
import { existingItem, type FailedWrite } from "./send-writes.ts";
import { takeBack } from "./take-back.ts";
import { YOUNG_MS } from "./takeover.ts";

/**
 * Writes one by one for engines without transactions. A failure takes back what was done before it.
 * What cannot be decided (a record's write without an answer) leaves its locks to time.
 */
export async function sendOrdered(
  context: StoreContext,
  writes: readonly ItemWrite[],
  writeId: string,
): Promise<FailedWrite[]> {
  const plan = orderWrites(writes, writeId, context.now());
  const done: ItemWrite[] = [];
  const giveUp = async (further: readonly ItemWrite[] = []) => {
    await takeBack(context, [...done, ...further], writeId);
    await unlock(context, plan.locks, writeId);
  };
  const lockFailure = await lockAll(context, plan.locks, writeId);
  if (lockFailure) {
    await giveUp();
    if ("error" in lockFailure) throw lockFailure.error;
    return [lockFailure];
  }
  for (const write of plan.steps) {
    const outcome = await attempt(context, write, writeId);
    if ("done" in outcome) {
      if (write.action !== "check") done.push(outcome.done);
      continue;
    }
    if ("unknown" in outcome) throw outcome.unknown;
    // An entry may have been written unseen, too.
    await giveUp("error" in outcome && write.kind !== "record" ? [write] : []);
    if ("error" in outcome) throw outcome.error;
    return [outcome];
  }
  const lost = await lostClaim(context, plan.claims);
  if (lost) {
    await giveUp();
    return [lost];
  }
  for (const write of plan.leftovers) await attempt(context, write, writeId);
  await unlock(context, plan.locked, writeId);
  return [];
}

/** `done`: with what it replaced. `unknown`: the write may have happened, and nobody can tell. `error`: it has not. */
type Outcome = { readonly done: ItemWrite } | FailedWrite | { readonly error: unknown } | { readonly unknown: unknown };

async function attempt(context: StoreContext, write: ItemWrite, writeId: string): Promise<Outcome> {
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
      // Nobody else removes a record that is locked.
      if (write.guard.type === "locked") return { done: write };
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
