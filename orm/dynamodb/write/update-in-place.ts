import type { Predicate } from "../../query/predicate.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import { encodeValue, type Item } from "../layout/attribute-value.ts";
import { recordExpiry } from "../layout/expiry.ts";
import type { ItemKey } from "../layout/keys.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import { keyAttributes } from "../layout/places.ts";
import { isLocked } from "../layout/record-lock.ts";
import { decodeFields } from "../layout/stored-record.ts";
import { isFromWrite } from "../layout/write-ids.ts";
import { conditionExpression } from "../plan/condition.ts";
import { andExpression, Placeholders, unlockedExpression, updateExpression } from "../plan/expression.ts";
import { errorName, isConditionFailure } from "../send/aws-errors.ts";
import { newStamp } from "./commit.ts";
import { existingItem } from "./send-writes.ts";
import { writeMark } from "./write-mark.ts";

/** A change of a record that leaves its places as they are. */
export interface InPlaceUpdate {
  /** The write's condition: exact. */
  readonly where: Predicate;
  /** Fields and their new values. */
  readonly data: RecordValues;
  /** SET clauses beyond the data's, and what they need to be true. */
  readonly sums?: (placeholders: Placeholders) => readonly { readonly clause: string; readonly condition: string }[];
}

/**
 * `missed`: the condition does not hold for what is there. `locked`: that is about to change.
 * `refused`: DynamoDB will not have it; read first, the change shows what is wrong with it.
 */
export type InPlaceResult =
  | { readonly record: RecordValues }
  | { readonly failed: "missed"; readonly existing: Item | undefined }
  | { readonly failed: "locked" | "refused" };

/** One UpdateItem at a home, with the `where` as its condition. */
export async function updateInPlace(context: StoreContext, layout: ModelLayout, key: ItemKey, update: InPlaceUpdate): Promise<InPlaceResult> {
  const stamp = newStamp(context);
  const placeholders = new Placeholders();
  const change = changeOf(layout, update.data, placeholders);
  const sums = update.sums?.(placeholders) ?? [];
  const mark = writeMark(stamp.id, placeholders);
  const input = {
    TableName: layout.table,
    Key: keyAttributes(key),
    UpdateExpression: updateExpression(change.set, change.remove, placeholders, [...sums.map(({ clause }) => clause), ...mark.clauses]),
    ConditionExpression: andExpression([
      `attribute_exists(${placeholders.name("_pk")})`,
      mark.condition,
      ...sums.map(({ condition }) => condition),
      conditionExpression(layout, update.where, placeholders),
      change.condition,
      context.engine.transactions === true ? undefined : unlockedExpression(stamp.now, placeholders),
    ]),
    ...placeholders.attributes,
    ReturnValues: "ALL_NEW" as const,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
  try {
    const { Attributes } = await context.sender.send("UpdateItem", layout.model.name, input);
    return { record: decodeFields(layout, Attributes as Item) };
  } catch (error) {
    if (errorName(error) === "ValidationException") return { failed: "refused" };
    if (!isConditionFailure(error)) throw error;
    const existing = await existingItem(context, { layout, key }, error);
    // The condition may fail because this very write has landed and its answer was lost.
    if (existing && isFromWrite(existing, stamp.id)) return { record: decodeFields(layout, existing) };
    return isLocked(existing, stamp.now) ? { failed: "locked" } : { failed: "missed", existing };
  }
}

/** Whether data gives records another expiry. */
export function changesExpiry(layout: ModelLayout, data: RecordValues): boolean {
  return layout.model.expires !== undefined && Object.hasOwn(data, layout.model.expires.field);
}

/** The attributes that a change of fields sets, and the condition under which the entries may stay as they are. */
function changeOf(
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
