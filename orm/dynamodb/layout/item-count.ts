import { knownField } from "../../schema/known.ts";
import type { ModelManifest } from "../../schema/manifest.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { ModelLayout } from "./model-layout.ts";

/**
 * How many items of a transaction a new record takes at most: one for each of its places, and one for each record that
 * it must find. Cheaper than the places themselves.
 */
export function itemsToCreate(
  { model, uniqueEntries, indexes, references }: ModelLayout,
  values: RecordValues,
): number {
  const isFilled = (field: string) => (values[field] === undefined ? hasDefault(model, field) : values[field] !== null);
  const entries = uniqueEntries.filter(({ fields }) => fields.every(isFilled)).length;
  const indexed = indexes.filter(({ on }) => on.every(isFilled)).length;
  // What expires may refer to what is gone: see givenReferences.
  const referred = model.expires ? 0 : references.filter(({ field }) => isFilled(field)).length;
  return 1 + entries + indexed + referred;
}

function hasDefault(model: ModelManifest, field: string): boolean {
  const { hasDefault, generated } = knownField(model, field);
  return hasDefault || generated !== undefined;
}
