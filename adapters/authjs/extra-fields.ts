import type { ModelManifest } from "../../orm/schema/manifest.ts";
import { setOwn } from "../../orm/values/json.ts";
import { isOrmError } from "../../orm/errors.ts";
import { normalizeValue, type RecordValues } from "../../orm/values/normalize.ts";
import { tokenFields } from "./auth-js-schema.ts";
import { fromStorable, toStorable } from "./storable.ts";

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
    const token = isToken(model, name);
    const stored = token ? toStorable(value) : value;
    // An empty token column means "not given": a null that was given is kept apart from that.
    const isColumn = hasColumn(model, name) && !(token && (stored ?? null) === null);
    if (isColumn && isMisfit(model, name, stored)) {
      setOwn(columns, name, null);
      setOwn(extra, name, value);
    } else setOwn(isColumn ? columns : extra, name, isColumn ? stored : value);
  }
  return { columns, extra };
}

/** A new record of data of Auth.js. */
export function toRecord(model: ModelManifest, data: object): RecordValues {
  const { columns, extra } = splitData(model, data);
  return Object.keys(extra).length === 0 ? columns : { ...columns, ...extraColumn(extra) };
}

/** A record's undeclared fields. */
export function extraOf(record: RecordValues): RecordValues {
  const extra = record[EXTRA];
  return typeof extra === "object" && extra !== null ? (fromStorable(extra) as RecordValues) : {};
}

/** Undeclared fields as the column holds them. */
export function extraColumn(extra: RecordValues): RecordValues {
  return { [EXTRA]: Object.keys(extra).length === 0 ? null : toStorable(extra) };
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
    setOwn(result, name, isToken(model, name) ? fromStorable(value) : value);
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

/** What providers say of a person, in whatever type: nothing depends on it, so it never refuses a sign-in. */
const FREE_FORM: ReadonlySet<string> = new Set(["name", "image"]);

/** Whether a value is kept among the undeclared fields, as it came, because its own column cannot hold it. */
function isMisfit(model: ModelManifest, name: string, value: unknown): boolean {
  const field = model.name === "user" && FREE_FORM.has(name) ? model.fields.get(name) : undefined;
  if (!field) return false;
  try {
    normalizeValue(model.name, field, value);
    return false;
  } catch (error) {
    if (!isOrmError(error, "INVALID_VALUE")) throw error;
    return true;
  }
}

function isToken(model: ModelManifest, name: string): boolean {
  return model.name === "account" && Object.hasOwn(tokenFields, name);
}
