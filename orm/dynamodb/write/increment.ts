import type { Increment } from "../../driver.ts";
import { matches } from "../../query/evaluate.ts";
import type { FieldKind } from "../../schema/fields.ts";
import { normalizeValue, type RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { numberText } from "../layout/attribute-value.ts";
import type { ItemKey } from "../layout/keys.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import { keyAttributes } from "../layout/places.ts";
import { isLocked } from "../layout/record-lock.ts";
import { decodeFields, readRecord } from "../layout/stored-record.ts";
import { isFromWrite } from "../layout/write-ids.ts";
import { conditionExpression } from "../plan/condition.ts";
import { andExpression, Placeholders, unlockedExpression, updateExpression } from "../plan/expression.ts";
import { collect } from "../read/collect.ts";
import { errorName, isConditionFailure } from "../send/aws-errors.ts";
import { commit, newStamp } from "./commit.ts";
import { existingItem } from "./send-writes.ts";
import { directTarget } from "./target.ts";
import { firstOf, inPlaceChange, raceFor, touchesPlaces } from "./update.ts";
import { writeMark } from "./write-mark.ts";

/** Changes the counters of at most one record while it matches, and returns it. */
export async function incrementRecord(
  context: StoreContext,
  layout: ModelLayout,
  change: Increment,
): Promise<RecordValues | null> {
  const movesExpiry = layout.model.expires !== undefined && Object.hasOwn(change.increment, layout.model.expires.field);
  if (!movesExpiry && !touchesPlaces(layout, { ...change.set, ...change.increment })) {
    const target = await directTarget(context, layout, change.where);
    if (target && !target.key) return null;
    if (target?.key) {
      const result = await incrementInPlace(context, layout, target.key, change);
      if (result !== "missed" && result !== "unmatched") return result;
      if (result === "unmatched" && !target.viaEntry) return null;
    }
  }
  return raceFor(layout, async () => {
    const [record] = await collect(context, layout, firstOf(layout, change.where));
    if (!record) return null;
    const after = incremented(record.values, change);
    return (await commit(context, [{ layout, before: record, after }])) === "done" ? after : "stale";
  });
}

/** A record's values with a change applied: a null counter counts as zero. Throws `INVALID_VALUE` for a sum that the field cannot hold. */
export function incremented(values: RecordValues, { model, increment, set }: Increment): RecordValues {
  const after = { ...values, ...set };
  for (const [name, delta] of Object.entries(increment)) {
    const sum = ((values[name] ?? 0) as number) + delta;
    after[name] = normalizeValue(model.name, model.fields.get(name)!, sum);
  }
  return after;
}

/** Whether a counter is a number, and its sum one that the field can hold: DynamoDB would add beyond that. */
function addable(kind: FieldKind, column: string, delta: number, placeholders: Placeholders): string {
  if (kind !== "integer") return `attribute_type(${column}, ${placeholders.value({ S: "N" })})`;
  const most = Number.MAX_SAFE_INTEGER;
  const from = placeholders.value({ N: numberText(-most - Math.min(delta, 0)) });
  const to = placeholders.value({ N: numberText(most - Math.max(delta, 0)) });
  return `${column} BETWEEN ${from} AND ${to}`;
}

/**
 * One UpdateItem whose condition is the guard. `unmatched`: the record does not match; `missed`:
 * the condition failed for another reason, such as a counter that is null, or a lock.
 */
async function incrementInPlace(
  context: StoreContext,
  layout: ModelLayout,
  key: ItemKey,
  change: Increment,
): Promise<RecordValues | "missed" | "unmatched"> {
  const stamp = newStamp(context);
  const placeholders = new Placeholders();
  const inPlace = inPlaceChange(layout, change.set, placeholders);
  const counters = Object.entries(change.increment).map(([name, delta]) => {
    const field = fieldOf(layout, name);
    const column = placeholders.name(field.column);
    const amount = placeholders.value({ N: numberText(delta) });
    return { sum: `${column} = ${column} + ${amount}`, condition: addable(field.kind, column, delta, placeholders) };
  });
  const mark = writeMark(stamp.id, placeholders);
  const input = {
    TableName: layout.table,
    Key: keyAttributes(key),
    UpdateExpression: updateExpression(inPlace.set, inPlace.remove, placeholders, [
      ...counters.map(({ sum }) => sum),
      ...mark.clauses,
    ]),
    ConditionExpression: andExpression([
      `attribute_exists(${placeholders.name("_pk")})`,
      mark.condition,
      ...counters.map(({ condition }) => condition),
      conditionExpression(layout, change.where, placeholders),
      inPlace.condition,
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
    // Too large with what is set, say: read first, the change shows what is wrong with it.
    if (errorName(error) === "ValidationException") return "missed";
    if (!isConditionFailure(error)) throw error;
    const existing = await existingItem(context, { layout, key }, error);
    if (existing && isFromWrite(existing, stamp.id)) return decodeFields(layout, existing);
    if (isLocked(existing, stamp.now)) return "missed";
    const record = readRecord(layout, existing);
    return record && matches(layout.model, change.where, record.values) ? "missed" : "unmatched";
  }
}
