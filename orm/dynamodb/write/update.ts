import { transactionConflict } from "../../errors.ts";
import type { OrderTerm } from "../../query/order.ts";
import { matches } from "../../query/evaluate.ts";
import { allOf, equals, type Predicate } from "../../query/predicate.ts";
import { valuesEqual } from "../../values/compare.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import { encodeValue, type Item } from "../layout/attribute-value.ts";
import { recordExpiry } from "../layout/expiry.ts";
import type { ItemKey } from "../layout/keys.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import { keyAttributes } from "../layout/places.ts";
import { isLocked } from "../layout/record-lock.ts";
import { decodeFields, readRecord, type StoredRecord } from "../layout/stored-record.ts";
import { isFromWrite } from "../layout/write-ids.ts";
import { conditionExpression } from "../plan/condition.ts";
import { andExpression, Placeholders, unlockedExpression, updateExpression } from "../plan/expression.ts";
import { collect } from "../read/collect.ts";
import { errorName, isConditionFailure } from "../send/aws-errors.ts";
import { backoff, type RetryPolicy } from "../send/backoff.ts";
import { mapLimit } from "../send/concurrency.ts";
import { commit, newStamp } from "./commit.ts";
import { existingItem } from "./send-writes.ts";
import { directTarget, hintFor, namesOneRecord } from "./target.ts";
import { writeMark } from "./write-mark.ts";

const CONCURRENCY = 8;
/** Lost races for one record: somebody else won each of them, so a crowd needs many. */
export const RACE: RetryPolicy = { attempts: 60, base: 4, cap: 250 };

/** Changes at most one matching record and returns it as it is then. */
export async function updateRecord(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  data: RecordValues,
): Promise<RecordValues | null> {
  const unmoved = unmovedPlaces(context, layout, where, data);
  if (unmoved) {
    const target = await directTarget(context, layout, where);
    if (target && !target.key) return null;
    if (target?.key) {
      const result = await updateInPlace(context, layout, target.key, allOf([where, ...unmoved]), data);
      if (typeof result === "object") return result;
      const final = !target.viaEntry && unmoved.length === 0 && !mayOutliveEntries(layout, data);
      if (result === "missed" && final) return null;
    }
  }
  return raceFor(layout, async () => {
    const [record] = await collect(context, layout, firstOf(layout, where));
    return record ? changeRecord(context, record, data) : null;
  });
}

/**
 * The condition under which an update leaves a record's places as they are, so that it can be made
 * in place: none where it touches no key field; where it gives key fields the values that they
 * had when the record was read last, that they still have them. Undefined: the places may change.
 */
function unmovedPlaces(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  data: RecordValues,
): Predicate[] | undefined {
  if (!touchesPlaces(layout, data)) return [];
  if (changesExpiry(layout, data)) return undefined;
  const hint = hintFor(context, layout, where);
  const placed = Object.keys(data).filter((name) => layout.placedFields.has(name));
  const kept = hint && placed.every((name) => valuesEqual(fieldOf(layout, name).kind, hint.placed[name], data[name]));
  return kept ? placed.map((name) => equals(name, data[name])) : undefined;
}

/** Changes every matching record and returns their number. */
export async function updateRecords(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  data: RecordValues,
): Promise<number> {
  if (!touchesPlaces(layout, data) && namesOneRecord(layout, where)) {
    return (await updateRecord(context, layout, where, data)) ? 1 : 0;
  }
  const records = await collect(context, layout, { ...firstOf(layout, where), take: undefined });
  const changed = await mapLimit(records, CONCURRENCY, async (found) => {
    let record: StoredRecord | undefined = found;
    return raceFor(layout, async () => {
      if (!record) record = await reread(context, found);
      if (!record || !matches(layout.model, where, record.values)) return null;
      const result = await changeRecord(context, record, data);
      record = undefined;
      return result;
    });
  });
  return changed.filter((values) => values !== null).length;
}

async function reread(context: StoreContext, { layout, key }: StoredRecord): Promise<StoredRecord | undefined> {
  return readRecord(layout, await context.items.get(layout.model.name, layout.table, key));
}

/** The records' new state, "stale" where the record has changed since it was read. */
async function changeRecord(
  context: StoreContext,
  before: StoredRecord,
  data: RecordValues,
): Promise<RecordValues | "stale"> {
  const after = { ...before.values, ...data };
  const outcome = await commit(context, [{ layout: before.layout, before, after }]);
  return outcome === "done" ? after : "stale";
}

/** Whether data changes where a record is found, or what its entries carry. */
export function touchesPlaces(layout: ModelLayout, data: RecordValues): boolean {
  if (Object.keys(data).some((name) => layout.placedFields.has(name))) return true;
  // Without an expiry the entries have none either: that is a change of theirs.
  return layout.hasEntries && changesExpiry(layout, data) && recordExpiry(layout, data) === undefined;
}

function mayOutliveEntries(layout: ModelLayout, data: RecordValues): boolean {
  return layout.hasEntries && changesExpiry(layout, data);
}

function changesExpiry(layout: ModelLayout, data: RecordValues): boolean {
  return layout.model.expires !== undefined && Object.hasOwn(data, layout.model.expires.field);
}

/** The attributes that a change of fields sets, and the condition under which the entries may stay as they are. */
export function inPlaceChange(
  layout: ModelLayout,
  data: RecordValues,
  placeholders: Placeholders,
): { set: Item; remove: string[]; condition: string | undefined } {
  const set: Item = {};
  for (const [name, value] of Object.entries(data)) {
    const field = fieldOf(layout, name);
    set[field.column] = encodeValue(field, value);
  }
  if (!changesExpiry(layout, data)) return { set, remove: [], condition: undefined };
  const expiry = recordExpiry(layout, data);
  if (expiry === undefined) return { set, remove: ["_ttl"], condition: undefined };
  const ttl = { N: String(expiry) };
  set["_ttl"] = ttl;
  const condition = layout.hasEntries ? `${placeholders.name("_ettl")} >= ${placeholders.value(ttl)}` : undefined;
  return { set, remove: [], condition };
}

/**
 * One UpdateItem at the home, with the `where` as its condition. `missed`: the condition does not
 * hold. `refused`: DynamoDB will not have it; read first, the change shows what is wrong with it.
 * `locked`: it is about to change.
 */
async function updateInPlace(
  context: StoreContext,
  layout: ModelLayout,
  key: ItemKey,
  where: Predicate,
  data: RecordValues,
): Promise<RecordValues | "missed" | "refused" | "locked"> {
  const stamp = newStamp(context);
  const placeholders = new Placeholders();
  const change = inPlaceChange(layout, data, placeholders);
  const mark = writeMark(stamp.id, placeholders);
  const input = {
    TableName: layout.table,
    Key: keyAttributes(key),
    UpdateExpression: updateExpression(change.set, change.remove, placeholders, mark.clauses),
    ConditionExpression: andExpression([
      `attribute_exists(${placeholders.name("_pk")})`,
      mark.condition,
      conditionExpression(layout, where, placeholders),
      change.condition,
      context.engine.transactions === true ? undefined : unlockedExpression(stamp.now, placeholders),
    ]),
    ...placeholders.attributes,
    ReturnValues: "ALL_NEW" as const,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
  try {
    const { Attributes } = await context.sender.send("UpdateItem", layout.model.name, input);
    return decodeFields(layout, Attributes as Item);
  } catch (error) {
    if (errorName(error) === "ValidationException") return "refused";
    if (!isConditionFailure(error)) throw error;
    const existing = await existingItem(context, { layout, key }, error);
    // The condition may fail because this very write has landed and its answer was lost.
    if (existing && isFromWrite(existing, stamp.id)) return decodeFields(layout, existing);
    return isLocked(existing, stamp.now) ? "locked" : "missed";
  }
}

/** A query for the first matching record. */
export function firstOf(layout: ModelLayout, where: Predicate) {
  return { model: layout.model, where, orderBy: [] as readonly OrderTerm[], skip: 0, take: 1 as number | undefined };
}

/** Runs a read and a guarded write until the guard holds: each lost race means another writer won it. */
export async function raceFor<T>(layout: ModelLayout, run: () => Promise<T | "stale">): Promise<T> {
  for (let attempt = 1; attempt <= RACE.attempts; attempt++) {
    const result = await run();
    if (result !== "stale") return result;
    await backoff(attempt, RACE);
  }
  throw transactionConflict("dynamodb", layout.model.name, `Other requests kept changing this "${layout.model.name}" first.`);
}
