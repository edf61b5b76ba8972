import type { StoreContext } from "../context.ts";
import type { ItemWrite } from "../layout/item-write.ts";
import { isLockedBy, LOCK, lockAttributes } from "../layout/record-lock.ts";
import { keyAttributes } from "../layout/places.ts";
import { guardExpression, Placeholders, unlockedExpression, updateExpression } from "../plan/expression.ts";
import { isConditionFailure } from "../send/aws-errors.ts";
import { existingItem, type FailedWrite } from "./send-writes.ts";

/**
 * Locks the records that some writes change, as they were read. The lock counts as a change: whoever
 * has read a record before cannot write it any more. Returns what failed; then some may be locked.
 */
export async function lockAll(
  context: StoreContext,
  writes: readonly ItemWrite[],
  writeId: string,
): Promise<FailedWrite | { readonly error: unknown } | undefined> {
  for (const write of writes) {
    try {
      await lock(context, write, writeId);
    } catch (error) {
      if (!isConditionFailure(error)) return { error };
      const existing = await existingItem(context, write, error);
      if (!isLockedBy(existing, writeId)) return { write, existing };
    }
  }
  return undefined;
}

async function lock(context: StoreContext, { layout, key, guard }: ItemWrite, writeId: string): Promise<void> {
  const placeholders = new Placeholders();
  const now = context.now();
  const version = guard.type === "version" ? guard.version : 0;
  const set = { ...lockAttributes(writeId, now), _v: { N: String(version + 1) } };
  await context.sender.send("UpdateItem", layout.model.name, {
    TableName: layout.table,
    Key: keyAttributes(key),
    UpdateExpression: updateExpression(set, [], placeholders),
    ConditionExpression: `${guardExpression(guard, placeholders)} AND ${unlockedExpression(now, placeholders)}`,
    ...placeholders.attributes,
  });
}

/** Unlocks records that this write has locked, wherever it still has. A lock that stays ends by itself. */
export async function unlock(context: StoreContext, writes: readonly ItemWrite[], writeId: string): Promise<void> {
  for (const { layout, key } of writes) {
    const placeholders = new Placeholders();
    const input = {
      TableName: layout.table,
      Key: keyAttributes(key),
      UpdateExpression: updateExpression({}, [LOCK.by, LOCK.at], placeholders),
      ConditionExpression: `${placeholders.name(LOCK.by)} = ${placeholders.value({ S: writeId })}`,
      ...placeholders.attributes,
    };
    await context.sender.send("UpdateItem", layout.model.name, input).catch(() => undefined);
  }
}
