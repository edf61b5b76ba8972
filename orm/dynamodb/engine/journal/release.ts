import { packs } from "../../../util/packs.ts";
import { keyAttributes } from "../../layout/places.ts";
import { NEW, NEXT, OLD_TTL, TX, type Lock } from "../../layout/lock.ts";
import { holderText, type TransactionRef } from "../../layout/transaction-item.ts";
import { cancellationReasons } from "../aws-errors.ts";
import { journalLimits } from "../limits.ts";
import { Placeholders, updateExpression, versionClause } from "../expression.ts";
import type { RawSend } from "./raw-send.ts";

/** Bytes in one, below DynamoDB's 4 MB: what an item weighs before it is read is an estimate. */
const BYTES = 3_000_000;

/** Parts of a list that one TransactWriteItems can hold. */
export function chunksOf<T>(all: readonly T[], weigh: (one: T) => number): T[][] {
  return packs(all, weigh, BYTES, journalLimits.items);
}

/** The write that ends a lock: the item as its transaction makes it, or as it was. Only while it is that one's. */
function releaseItem(lock: Lock, ref: TransactionRef, committed: boolean): object {
  const placeholders = new Placeholders();
  const target = { TableName: lock.table, Key: keyAttributes(lock.key) };
  const guard = {
    ConditionExpression: `${placeholders.name(TX)} = ${placeholders.value({ S: holderText(ref, lock.table) })}`,
  };
  const update = (UpdateExpression: string) => ({
    Update: { ...target, ...guard, UpdateExpression, ...placeholders.attributes },
  });
  const { next, oldTtl } = lock;
  const marks = [TX, NEXT, OLD_TTL, NEW];
  if (!committed) {
    if (!next) return { Delete: { ...target, ...guard, ...placeholders.attributes } };
    return update(updateExpression(oldTtl ? { _ttl: oldTtl } : {}, marks, placeholders));
  }
  if (!next) return update(updateExpression({}, marks, placeholders));
  if ("delete" in next) return { Delete: { ...target, ...guard, ...placeholders.attributes } };
  if ("item" in next) {
    const { TableName } = target;
    return { Put: { TableName, Item: { ...next.item, ...target.Key }, ...guard, ...placeholders.attributes } };
  }
  const clauses = next.counts ? [versionClause(placeholders)] : [];
  return update(updateExpression(next.set, [...next.remove, ...marks], placeholders, { clauses }));
}

/** Ends locks of a decided transaction, as many of them as are still there. At most what one request can hold. */
export async function release(
  send: RawSend,
  model: string,
  locks: readonly Lock[],
  ref: TransactionRef,
  committed: boolean,
): Promise<void> {
  let left = locks;
  while (left.length > 0) {
    const input = {
      TransactItems: left.map((lock) => releaseItem(lock, ref, committed)),
      ClientRequestToken: globalThis.crypto.randomUUID(),
    };
    try {
      await send("TransactWriteItems", model, input);
      return;
    } catch (error) {
      const reasons = cancellationReasons(error);
      // Somebody else has ended those: whoever met them.
      const open = reasons && left.filter((_, i) => reasons[i]?.Code !== "ConditionalCheckFailed");
      if (!open || open.length === left.length) throw error;
      left = open;
    }
  }
}
