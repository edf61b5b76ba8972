import type { ModelManifest } from "../../orm/schema/manifest.ts";
import { setOwn } from "../../orm/values/json.ts";
import type { RecordValues } from "../../orm/values/normalize.ts";
import { tokenFields } from "./auth-js-schema.ts";

/** The column of the fields that nobody declared. */
const EXTRA = "extra";

/** Data of Auth.js as a record takes it: what has a column, and the rest. */
export interface SplitData {
  readonly columns: RecordValues;
  readonly extra: RecordValues;
}

/** Splits data of Auth.js into columns and undeclared fields. What is undefined is not given. */
export function splitData(model: ModelManifest, data: object): SplitData {
  const columns: RecordValues = {};
  const extra: RecordValues = {};
  for (const [name, value] of Object.entries(data) as [string, unknown][]) {
    if (value === undefined) continue;
    // An empty token column means "not given": a null that was given is kept apart from that.
    const isColumn = hasColumn(model, name) && !(value === null && isToken(model, name));
    setOwn(isColumn ? columns : extra, name, value);
  }
  return { columns, extra };
}

/** A new record of data of Auth.js. */
export function toRecord(model: ModelManifest, data: object): RecordValues {
  const { columns, extra } = splitData(model, data);
  return Object.keys(extra).length === 0 ? columns : { ...columns, [EXTRA]: extra };
}

/** A record's undeclared fields. */
export function extraOf(record: RecordValues): RecordValues {
  const extra = record[EXTRA];
  return typeof extra === "object" && extra !== null ? (extra as RecordValues) : {};
}

/** Undeclared fields as the column holds them. */
export function extraColumn(extra: RecordValues): RecordValues {
  return { [EXTRA]: Object.keys(extra).length === 0 ? null : extra };
}

/** A record as Auth.js knows it, undeclared fields among the others. */
export function fromRecord<T>(model: ModelManifest, record: RecordValues): T {
  const extra = extraOf(record);
  const result: RecordValues = {};
  for (const name of model.fields.keys()) {
    if (!hasColumn(model, name)) continue;
    const value = record[name] ?? null;
    // A field that was declared after the record was written is still among the undeclared ones.
    if (value === null && (Object.hasOwn(extra, name) || isToken(model, name))) continue;
    setOwn(result, name, value);
  }
  for (const [name, value] of Object.entries(extra)) {
    if (!Object.hasOwn(result, name)) setOwn(result, name, value);
  }
  // What was stored through the same model: the types are those of what Auth.js gave.
  return result as T;
}

/**
 * Whether a field of Auth.js has a column of its own. Only users have an id there: the ids of other
 * records are ours, while an `id` in a token response (Salesforce sends one) is the provider's.
 */
function hasColumn(model: ModelManifest, name: string): boolean {
  if (name === EXTRA || (name === "id" && model.name !== "user")) return false;
  return model.fields.has(name);
}

function isToken(model: ModelManifest, name: string): boolean {
  return model.name === "account" && Object.hasOwn(tokenFields, name);
}
