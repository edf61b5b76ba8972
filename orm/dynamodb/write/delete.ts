import { matches } from "../../query/evaluate.ts";
import type { Predicate } from "../../query/predicate.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { versionGuard } from "../layout/difference.ts";
import type { Guard } from "../layout/item-write.ts";
import type { ItemKey } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { keyAttributes } from "../layout/places.ts";
import { isLocked } from "../layout/record-lock.ts";
import { readRecord, type StoredRecord } from "../layout/stored-record.ts";
import { conditionExpression } from "../plan/condition.ts";
import { andExpression, guardExpression, Placeholders, unlockedExpression } from "../plan/expression.ts";
import { collect } from "../read/collect.ts";
import { isConditionFailure, wasSentAgain } from "../send/aws-errors.ts";
import { mapLimit } from "../send/concurrency.ts";
import { existingItem } from "./send-writes.ts";
import { sweepDangling, sweepEntries } from "./sweep.ts";
import { directTarget, namesOneRecord } from "./target.ts";
import { firstOf, matchesItem, raceFor, reread } from "./update.ts";

const CONCURRENCY = 16;

/**
 * Deletes at most one matching record and returns it. The delete of its home decides: of
 * concurrent callers one gets the record, the others null.
 */
export async function consumeRecord(context: StoreContext, layout: ModelLayout, where: Predicate): Promise<RecordValues | null> {
  const target = await directTarget(context, layout, where);
  if (target) {
    if (!target.key) return null;
    const deleted = await deleteHome(context, layout, target.key, { where });
    if (typeof deleted === "object") return finish(context, [deleted]);
    if (deleted === "unsure" || (!target.viaEntry && deleted === "missed")) return null;
  }
  const deleted = await raceFor(layout, async () => {
    const [record] = await collect(context, layout, firstOf(layout, where));
    if (!record) return null;
    const deleted = await deleteHome(context, layout, record.key, { guard: versionGuard(record) });
    // Who has deleted it cannot be read off anything that is left: nobody gets it, rather than two.
    if (deleted === "unsure") return null;
    return typeof deleted === "object" ? deleted : "stale";
  });
  return deleted && finish(context, [deleted]);
}

async function finish(context: StoreContext, deleted: readonly [StoredRecord]): Promise<RecordValues> {
  await sweepEntries(context, deleted);
  return deleted[0].values;
}

/** Deletes every matching record, homes first, and returns their number. */
export async function deleteRecords(context: StoreContext, layout: ModelLayout, where: Predicate): Promise<number> {
  if (namesOneRecord(layout, where)) return (await consumeRecord(context, layout, where)) ? 1 : 0;
  const dangling: Item[] = [];
  const records = await collect(
    context,
    layout,
    { ...firstOf(layout, where), take: undefined },
    { onDangling: (entry) => dangling.push(entry) },
  );
  const deleted = await mapLimit(records, CONCURRENCY, (found) => deleteFound(context, found, where));
  const gone = deleted.filter((record) => record !== null);
  await sweepEntries(context, gone);
  await sweepDangling(context, layout, dangling);
  return gone.length;
}

/** Deletes a record as it was read, or as it has become if that still matches. */
async function deleteFound(
  context: StoreContext,
  found: StoredRecord,
  where: Predicate,
): Promise<StoredRecord | null> {
  const { layout } = found;
  let record: StoredRecord | undefined = found;
  return raceFor(layout, async () => {
    record ??= await reread(context, found);
    if (!record || !matches(layout.model, where, record.values)) return null;
    const read: StoredRecord = record;
    const deleted = await deleteHome(context, layout, read.key, { guard: versionGuard(read) });
    record = undefined;
    if (typeof deleted === "object") return deleted;
    if (deleted !== "unsure") return "stale";
    record = await reread(context, read);
    // It has not moved: it is gone, as it was to be, perhaps by this very request.
    return record ? "stale" : read;
  });
}

/**
 * Deletes the record at a home under a condition. `missed`: it does not hold. `locked`: the record is
 * about to change. `unsure`: the SDK has sent the request twice, and there is no record (any more).
 */
async function deleteHome(
  context: StoreContext,
  layout: ModelLayout,
  key: ItemKey,
  condition: { readonly where?: Predicate; readonly guard?: Guard },
): Promise<StoredRecord | "missed" | "locked" | "unsure"> {
  const placeholders = new Placeholders();
  const now = context.now();
  const input = {
    TableName: layout.table,
    Key: keyAttributes(key),
    ConditionExpression: andExpression([
      `attribute_exists(${placeholders.name("_pk")})`,
      condition.where && conditionExpression(layout, condition.where, placeholders),
      condition.guard && guardExpression(condition.guard, placeholders),
      context.engine.transactions === true ? undefined : unlockedExpression(now, placeholders),
    ]),
    ...placeholders.attributes,
    ReturnValues: "ALL_OLD" as const,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
  try {
    const { Attributes } = await context.sender.send("DeleteItem", layout.model.name, input);
    return readRecord(layout, Attributes as Item) ?? "missed";
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    if (wasSentAgain(error) && !(await context.items.get(layout.model.name, layout.table, key))) return "unsure";
    // Locks are for engines without transactions, and a process may not know yet that it has one.
    if (context.engine.transactions === true) return "missed";
    const existing = await existingItem(context, { layout, key }, error);
    // What matches now was locked a moment ago.
    const wasLocked = condition.where !== undefined && matchesItem(layout, condition.where, existing);
    return wasLocked || isLocked(existing, now) ? "locked" : "missed";
  }
}
