import type { Increment } from "../../driver.ts";
import { matches } from "../../query/evaluate.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { numberText } from "../layout/attribute-value.ts";
import type { ItemKey } from "../layout/keys.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import { keyAttributes } from "../layout/places.ts";
import { decodeFields, readRecord, textOf } from "../layout/stored-record.ts";
import { conditionExpression } from "../plan/condition.ts";
import { andExpression, Placeholders, updateExpression } from "../plan/expression.ts";
import { collect } from "../read/collect.ts";
import { isConditionFailure } from "../send/aws-errors.ts";
import { commit, newStamp } from "./commit.ts";
import { existingItem } from "./send-writes.ts";
import { directTarget } from "./target.ts";
import { firstOf, inPlaceChange, raceFor, touchesPlaces } from "./update.ts";

/** Changes the counters of at most one record while it matches, and returns it. */
export async function incrementRecord(
  context: StoreContext,
  layout: ModelLayout,
  change: Increment,
): Promise<RecordValues | null> {
  if (!touchesPlaces(layout, { ...change.set, ...change.increment })) {
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

/** A record's values with a change applied: a null counter counts as zero. */
export function incremented(values: RecordValues, { increment, set }: Pick<Increment, "increment" | "set">): RecordValues {
  const after = { ...values, ...set };
  for (const [name, delta] of Object.entries(increment)) after[name] = ((values[name] ?? 0) as number) + delta;
  return after;
}

/**
 * One UpdateItem whose condition is the guard. `unmatched`: the record does not match; `missed`:
 * the condition failed for another reason, such as a counter that is null.
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
  const counters = Object.entries(change.increment).map(([name, delta]) => ({
    column: placeholders.name(fieldOf(layout, name).column),
    delta: placeholders.value({ N: numberText(delta) }),
  }));
  const version = placeholders.name("_v");
  const write = placeholders.name("_w");
  const input = {
    TableName: layout.table,
    Key: keyAttributes(key),
    UpdateExpression: updateExpression({ ...inPlace.set, _w: { S: stamp.id } }, inPlace.remove, placeholders, [
      ...counters.map(({ column, delta }) => `${column} = ${column} + ${delta}`),
      `${version} = ${version} + ${placeholders.value({ N: "1" })}`,
    ]),
    ConditionExpression: andExpression([
      `attribute_exists(${placeholders.name("_pk")})`,
      // The SDK's second attempt must not add again what the first has added.
      `${write} <> ${placeholders.value({ S: stamp.id })}`,
      ...counters.map(({ column }) => `attribute_type(${column}, ${placeholders.value({ S: "N" })})`),
      conditionExpression(layout, change.where, placeholders),
      inPlace.condition,
    ]),
    ...placeholders.attributes,
    ReturnValues: "ALL_NEW" as const,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
  try {
    const { Attributes } = await context.sender.send("UpdateItem", layout.model.name, input);
    return decodeFields(layout, Attributes as Item);
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    const existing = await existingItem(context, { layout, key }, error);
    if (existing && textOf(existing, "_w") === stamp.id) return decodeFields(layout, existing);
    const record = readRecord(layout, existing);
    return record && matches(layout.model, change.where, record.values) ? "missed" : "unmatched";
  }
}
