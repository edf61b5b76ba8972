import { packs } from "../../../util/packs.ts";
import { keyAttributes } from "../../layout/places.ts";
import { lockOf, NEW, NEXT, OLD_TTL, TX, type Lock } from "../../layout/lock.ts";
import { itemSize } from "../../layout/item-size.ts";
import { holderText, type TransactionRef } from "../../layout/transaction-item.ts";
import { Placeholders, updateExpression, versionClause } from "../expression.ts";
import type { JournalItem, JournalRequests } from "./journal-requests.ts";
import type { LockedItem } from "./locks-against.ts";

/** Bytes in one, below DynamoDB's 4 MB: what an item weighs before it is read is an estimate. */
const BYTES = 3_000_000;

/** Parts of a list that one request can hold. */
export function chunksOf<T>({ together }: JournalRequests, all: readonly T[], weigh: (one: T) => number): T[][] {
  return packs(all, weigh, BYTES, together);
}

/** The write that ends a lock: the item as its transaction makes it, or as it was. Only while it is that one's. */
function releaseItem(lock: Lock, ref: TransactionRef, committed: boolean): JournalItem {
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
  requests: JournalRequests,
  locks: readonly Lock[],
  ref: TransactionRef,
  committed: boolean,
): Promise<void> {
  let left = locks;
  while (left.length > 0) {
    const { outcomes } = await requests.write(left.map((lock) => releaseItem(lock, ref, committed)));
    // What was refused, somebody else has ended: whoever met it.
    left = left.filter((_, i) => outcomes[i] === "open");
  }
}

/** The same of items as they were met, in as many requests as they take. */
export async function releaseItems(
  requests: JournalRequests,
  held: readonly LockedItem[],
  ref: TransactionRef,
  committed: boolean,
): Promise<void> {
  for (const chunk of chunksOf(requests, held, ({ item }) => 2 * itemSize(item))) {
    const locks = chunk.map(({ table, item }) => lockOf(table, item));
    await release(requests, locks, ref, committed);
  }
}
