import type { Predicate } from "../../query/predicate.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import { errorName } from "../engine/aws-errors.ts";
import { andExpression, freeExpression, Placeholders, updateExpression, versionClause } from "../engine/expression.ts";
import { takeLane } from "../engine/marks.ts";
import { markAt } from "../engine/write-requests.ts";
import { encodeValue, type Item } from "../layout/attribute-value.ts";
import { recordExpiry } from "../layout/expiry.ts";
import type { ItemKey } from "../layout/keys.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import { keyAttributes } from "../layout/places.ts";
import { decodeFields } from "../layout/stored-record.ts";
import { isFromWrite, staleMarks } from "../layout/write-ids.ts";
import { conditionExpression } from "../plan/condition.ts";
import { newStamp } from "./commit.ts";
import { changesExpiry } from "./touched-places.ts";

/** So many marks that nobody asks for any more are removed by a request of their own. */
const MANY_MARKS = 16;

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
 * `missed`: the condition does not hold for what is there.
 * `refused`: DynamoDB will not have it; read first, the change shows what is wrong with it.
 */
export type InPlaceResult =
  | { readonly record: RecordValues }
  | { readonly failed: "missed"; readonly existing: Item | undefined }
  | { readonly failed: "refused" };

/** One UpdateItem at a home, with the `where` as its condition. */
export async function updateInPlace(
  context: StoreContext,
  layout: ModelLayout,
  key: ItemKey,
  update: InPlaceUpdate,
): Promise<InPlaceResult> {
  const stamp = newStamp(context);
  const placeholders = new Placeholders();
  const mark = takeLane(layout, key, stamp.id, stamp.now);
  const change = changeOf(layout, update.data, placeholders);
  const sums = update.sums?.(placeholders) ?? [];
  const input = {
    TableName: layout.table,
    Key: keyAttributes(key),
    UpdateExpression: updateExpression({ ...change.set, _w: { S: stamp.id } }, change.remove, placeholders, {
      clauses: [...sums.map(({ clause }) => clause), mark.clause(placeholders), versionClause(placeholders)],
    }),
    ConditionExpression: andExpression([
      `attribute_exists(${placeholders.name("_pk")})`,
      mark.condition(placeholders),
      ...sums.map(({ condition }) => condition),
      conditionExpression(layout, update.where, placeholders),
      change.condition,
      freeExpression(placeholders),
    ]),
    ...placeholders.attributes,
    ReturnValues: "ALL_NEW" as const,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  };
  let rest = true;
  try {
    const answer = await context.sender.sendGuarded("UpdateItem", layout.model.name, input, (item) =>
      isFromWrite(item, stamp.id),
    );
    rest = answer.repeated;
    if ("output" in answer) {
      const item = answer.output.Attributes as Item;
      await removeStaleMarks(context, layout, key, item);
      return { record: decodeFields(layout, item) };
    }
    const existing = answer.item ?? (await context.items.get(layout.model.name, layout.table, key));
    // The condition may fail because this very write has landed and its answer was lost.
    if (existing && isFromWrite(existing, stamp.id)) return { record: decodeFields(layout, existing) };
    return { failed: "missed", existing };
  } catch (error) {
    if (errorName(error) !== "ValidationException") throw error;
    rest = false;
    return { failed: "refused" };
  } finally {
    mark.release(rest);
  }
}

/** Each process that writes a record leaves a mark of its own there: of many processes, marks would pile up. */
async function removeStaleMarks(context: StoreContext, layout: ModelLayout, key: ItemKey, item: Item): Promise<void> {
  const stale = staleMarks(item, context.now());
  if (stale.length < MANY_MARKS) return;
  const placeholders = new Placeholders();
  const marks = stale.map(([lane, mark]) => markAt(lane, mark, placeholders));
  const input = {
    TableName: layout.table,
    Key: keyAttributes(key),
    UpdateExpression: `REMOVE ${marks.map(({ path }) => path).join(", ")}`,
    ConditionExpression: andExpression(marks.map(({ path, value }) => `${path} = ${value}`)),
    ...placeholders.attributes,
  };
  // The update itself has happened: that a few marks stay must not make it fail.
  await context.sender.send("UpdateItem", layout.model.name, input).catch(() => undefined);
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
