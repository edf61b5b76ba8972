import type { Increment } from "../../driver.ts";
import { fieldsIn } from "../../query/predicate.ts";
import type { FieldKind } from "../../schema/fields.ts";
import type { FieldManifest } from "../../schema/manifest.ts";
import { knownField } from "../../schema/known.ts";
import { normalizeValue, type RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import type { Placeholders } from "../engine/expression.ts";
import { numberText } from "../layout/attribute-value.ts";
import type { ItemKey } from "../layout/keys.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import { planAccess } from "../plan/planner.ts";
import { findRecords, firstOf, matchesItem } from "../read/find.ts";
import { commitOrThrow } from "./commit.ts";
import { refuseChangedKeys, rowsIn } from "./dependents.ts";
import { directTarget } from "./direct-target.ts";
import { lineOf, raceFor } from "./race.ts";
import { changesExpiry, touchesPlaces, touchesReferences } from "./touched-places.ts";
import { updateInPlace, type InPlaceResult } from "./update-in-place.ts";

/** Changes the counters of at most one record while it matches, and returns it. */
export async function incrementRecord(
  context: StoreContext,
  layout: ModelLayout,
  change: Increment,
): Promise<RecordValues | null> {
  const path = planAccess(layout, firstOf(layout, change.where));
  const target = staysInPlace(layout, change) ? await directTarget(context, layout, change.where, path) : undefined;
  if (target && !target.key) return null;
  if (target?.key) {
    const result = await addInPlace(context, layout, target.key, change);
    if ("record" in result) return result.record;
    const final = result.failed === "missed" && !target.viaEntry;
    if (final && !matchesItem(layout, change.where, result.existing)) return null;
  }
  const line = lineOf(layout, path);
  const run = async (attempt: number) => {
    const [record] = await findRecords(context, layout, firstOf(layout, change.where), { path });
    if (!record) return null;
    const after = incremented(record.values, change);
    await refuseChangedKeys(context, record, after, rowsIn(context));
    const sets = Object.keys(change.set);
    const counted = new Set([...fieldsIn(change.where), ...Object.keys(change.increment)]);
    const depends = attempt === 1 ? "whole" : counted;
    return (await commitOrThrow(context, [{ layout, before: record, after, depends, sets }])) === "done"
      ? after
      : "stale";
  };
  return raceFor<RecordValues | null>(context, layout, run, line);
}

function staysInPlace(layout: ModelLayout, { increment, set }: Increment): boolean {
  const data = { ...set, ...increment };
  return !changesExpiry(layout, increment) && !touchesPlaces(layout, data) && !touchesReferences(layout, data);
}

function addInPlace(
  context: StoreContext,
  layout: ModelLayout,
  key: ItemKey,
  { where, set, increment }: Increment,
): Promise<InPlaceResult> {
  const sums = (placeholders: Placeholders) =>
    Object.entries(increment).map(([name, delta]) => sum(fieldOf(layout, name), delta, placeholders));
  return updateInPlace(context, layout, key, { where, data: set, sums });
}

/**
 * A record's values with a change applied: a null counter counts as zero. Throws `INVALID_VALUE` for a sum that the
 * field cannot hold.
 */
export function incremented(values: RecordValues, { model, increment, set }: Increment): RecordValues {
  const after = { ...values, ...set };
  for (const [name, delta] of Object.entries(increment)) {
    const sum = ((values[name] ?? 0) as number) + delta;
    after[name] = normalizeValue(model.name, knownField(model, name), sum);
  }
  return after;
}

/** A counter and what is added to it. */
function sum(
  { kind, column: name }: FieldManifest,
  delta: number,
  placeholders: Placeholders,
): { clause: string; condition: string } {
  const column = placeholders.name(name);
  return {
    clause: `${column} = ${column} + ${placeholders.value({ N: numberText(delta) })}`,
    condition: addable(kind, column, delta, placeholders),
  };
}

/** Whether a counter is a number, and its sum one that the field can hold: DynamoDB would add beyond that. */
function addable(kind: FieldKind, column: string, delta: number, placeholders: Placeholders): string {
  if (kind !== "integer") return `attribute_type(${column}, ${placeholders.value({ S: "N" })})`;
  const most = Number.MAX_SAFE_INTEGER;
  const from = placeholders.value({ N: numberText(-most - Math.min(delta, 0)) });
  const to = placeholders.value({ N: numberText(most - Math.max(delta, 0)) });
  return `${column} BETWEEN ${from} AND ${to}`;
}
