import { equals, type Predicate } from "../../query/predicate.ts";
import { valuesEqual } from "../../values/compare.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import { recordExpiry } from "../layout/expiry.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import { knownHome } from "./direct-target.ts";

/** Whether data changes where a record is found, or what its entries hold. */
export function touchesPlaces(layout: ModelLayout, data: RecordValues): boolean {
  if (layout.carries) return Object.keys(data).length > 0;
  if (Object.keys(data).some((name) => layout.placedFields.has(name))) return true;
  // Without an expiry the entries have none either: that is a change of theirs.
  return layout.hasEntries && changesExpiry(layout, data) && recordExpiry(layout, data) === undefined;
}

/** Whether data gives records another expiry. */
export function changesExpiry(layout: ModelLayout, data: RecordValues): boolean {
  return layout.model.expires !== undefined && Object.hasOwn(data, layout.model.expires.field);
}

/** Whether data concerns references: those that a record makes, and the keys by which others refer to it. */
export function touchesReferences(layout: ModelLayout, data: RecordValues): boolean {
  const referring = layout.references.some(({ field }) => (data[field] ?? null) !== null);
  return referring || layout.dependents.some(({ key }) => Object.hasOwn(data, key));
}

/**
 * The condition under which an update leaves a record's places and references as they are, so that it can be made in
 * place: none where it touches none; where it gives key fields the values that they had when the record was read
 * last, that they still have them. Undefined: they may change.
 */
export function unmovedPlaces(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  data: RecordValues,
): Predicate[] | undefined {
  if (!touchesPlaces(layout, data) && !touchesReferences(layout, data)) return [];
  if (layout.carries || changesExpiry(layout, data)) return undefined;
  const known = knownHome(context, layout, where);
  const concerned = Object.keys(data).filter(
    (name) => layout.placedFields.has(name) || touchesReferences(layout, { [name]: data[name] }),
  );
  const kept = known && concerned.every((name) => isKept(layout, name, known.placed, data));
  return kept ? concerned.map((name) => equals(name, data[name])) : undefined;
}

function isKept(layout: ModelLayout, name: string, placed: RecordValues, data: RecordValues): boolean {
  return Object.hasOwn(placed, name) && valuesEqual(fieldOf(layout, name).kind, placed[name], data[name]);
}
