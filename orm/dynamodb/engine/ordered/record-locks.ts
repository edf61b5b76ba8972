import type { Item } from "../../layout/attribute-value.ts";
import { writeText, type ItemWrite } from "../../layout/item-write.ts";
import { keyAttributes } from "../../layout/places.ts";
import type { EngineContext, FailedWrite } from "../door.ts";
import { guardExpression, Placeholders, updateExpression, versionClause } from "../expression.ts";
import { isLockedBy, LOCK, lockAttributes, unlockedExpression, withoutLock } from "./record-lock.ts";

/** Records that are locked, as they are: what to put back where the writes cannot be finished. */
export type LockedRecords = Map<string, Item>;

/**
 * Locks the records that some writes change. The lock counts as a change: whoever has read a record before, and
 * depends on all of it, cannot write it any more. Returns what failed; then some may be locked.
 */
export async function lockAll(
  context: EngineContext,
  writes: readonly ItemWrite[],
  writeId: string,
  locked: LockedRecords,
): Promise<FailedWrite | { readonly error: unknown } | undefined> {
  for (const write of writes) {
    try {
      const item = await lock(context, write, writeId);
      if ("existing" in item) return item;
      locked.set(writeText(write), item.locked);
    } catch (error) {
      return { error };
    }
  }
  return undefined;
}

async function lock(
  { sender, items, now }: EngineContext,
  write: ItemWrite,
  writeId: string,
): Promise<FailedWrite | { readonly locked: Item }> {
  const { layout, key, guard } = write;
  const placeholders = new Placeholders();
  const at = now();
  const answer = await sender.sendGuarded("UpdateItem", layout.model.name, {
    TableName: layout.table,
    Key: keyAttributes(key),
    UpdateExpression: updateExpression(lockAttributes(writeId, at), [], placeholders, {
      clauses: [versionClause(placeholders)],
    }),
    ConditionExpression: `${guardExpression(guard, placeholders)} AND ${unlockedExpression(at, placeholders)}`,
    ...placeholders.attributes,
    ReturnValues: "ALL_NEW",
  });
  if ("output" in answer) return { locked: withoutLock(answer.output.Attributes as Item) };
  const existing = answer.item ?? (await items.get(layout.model.name, layout.table, key));
  return existing && isLockedBy(existing, writeId) ? { locked: withoutLock(existing) } : { write, existing };
}

/** Unlocks records that this write has locked, wherever it still has. A lock that stays ends by itself. */
export async function unlock({ sender }: EngineContext, writes: readonly ItemWrite[], writeId: string): Promise<void> {
  for (const { layout, key } of writes) {
    const placeholders = new Placeholders();
    const input = {
      TableName: layout.table,
      Key: keyAttributes(key),
      UpdateExpression: updateExpression({}, [LOCK.by, LOCK.at], placeholders),
      ConditionExpression: `${placeholders.name(LOCK.by)} = ${placeholders.value({ S: writeId })}`,
      ...placeholders.attributes,
    };
    await sender.send("UpdateItem", layout.model.name, input).catch(() => undefined);
  }
}
