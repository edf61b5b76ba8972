import type { Increment } from "../../driver.ts";
import type { FieldKind } from "../../schema/fields.ts";
import type { FieldManifest } from "../../schema/manifest.ts";
import { normalizeValue, type RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import { numberText } from "../layout/attribute-value.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import type { Placeholders } from "../plan/expression.ts";
import { collect } from "../read/collect.ts";
import { commit } from "./commit.ts";
import { directTarget } from "./target.ts";
import { firstOf, matchesItem, raceFor, touchesPlaces } from "./update.ts";
import { updateInPlace } from "./update-in-place.ts";

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
      const sums = (placeholders: Placeholders) => Object.entries(change.increment).map(([name, delta]) => sum(fieldOf(layout, name), delta, placeholders));
      const result = await updateInPlace(context, layout, target.key, { where: change.where, data: change.set, sums });
      if ("record" in result) return result.record;
      if (result.failed === "missed" && !target.viaEntry && !matchesItem(layout, change.where, result.existing)) return null;
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

/** A counter and what is added to it. */
function sum({ kind, column: name }: FieldManifest, delta: number, placeholders: Placeholders): { clause: string; condition: string } {
  const column = placeholders.name(name);
  return { clause: `${column} = ${column} + ${placeholders.value({ N: numberText(delta) })}`, condition: addable(kind, column, delta, placeholders) };
}

/** Whether a counter is a number, and its sum one that the field can hold: DynamoDB would add beyond that. */
function addable(kind: FieldKind, column: string, delta: number, placeholders: Placeholders): string {
  if (kind !== "integer") return `attribute_type(${column}, ${placeholders.value({ S: "N" })})`;
  const most = Number.MAX_SAFE_INTEGER;
  const from = placeholders.value({ N: numberText(-most - Math.min(delta, 0)) });
  const to = placeholders.value({ N: numberText(most - Math.max(delta, 0)) });
  return `${column} BETWEEN ${from} AND ${to}`;
}
