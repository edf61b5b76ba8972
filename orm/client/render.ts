import { setOwn } from "../values/json.ts";
import type { RecordValues } from "../values/normalize.ts";
import type { Selection } from "./select.ts";

/** A record with the records that its selected relations lead to, in the order of the selection. */
export interface LoadedRecord {
  readonly record: RecordValues;
  readonly related: readonly (readonly LoadedRecord[])[];
}

/** The result that callers get: the selected names only, sharing no object with the driver or another result. */
export function render(selection: Selection, loaded: LoadedRecord): RecordValues {
  const result: RecordValues = {};
  for (const field of selection.fields) setOwn(result, field, copyValue(loaded.record[field] ?? null));
  for (const [position, { relation, selection: inner }] of selection.relations.entries()) {
    const records = (loaded.related[position] ?? []).map((item) => render(inner, item));
    setOwn(result, relation.name, relation.kind === "one" ? (records[0] ?? null) : records);
  }
  return result;
}

/** The results for records of which no relation is selected. */
export function renderAlone(records: readonly RecordValues[], selection: Selection): RecordValues[] {
  return records.map((record) => render(selection, { record, related: [] }));
}

function copyValue(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return new Date(value.getTime());
  if (Array.isArray(value)) return value.map(copyValue);
  const copy: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) setOwn(copy, key, copyValue(item));
  return copy;
}
