import { invalidQuery, invalidValue } from "../errors.ts";
import type { FieldManifest } from "../schema/manifest.ts";
import { formatDecimal, isStorable, parseDecimal, type ExactDecimal } from "./decimal.ts";
import { normalizeJson, setOwn } from "./json.ts";

/** What the form of a field's values depends on. */
export type ValueField = Pick<
  FieldManifest,
  "name" | "kind" | "idType" | "generated" | "nullable" | "defaultValue" | "values"
>;

interface ValueModel {
  readonly name: string;
  readonly fields: ReadonlyMap<string, ValueField>;
}

/** A record: the values of a model's fields by name, null where there is none. */
export type RecordValues = Record<string, unknown>;

/**
 * The one form in which a field's value is stored and compared. Throws `INVALID_VALUE` where the
 * value does not fit the field. Null is let through: whether it may stand is the caller's question.
 */
export function normalizeValue(model: string, field: ValueField, value: unknown): unknown {
  if (value === null) return null;
  const refuse = (problem: string) => invalidValue(model, field.name, problem);
  switch (field.kind) {
    case "id":
      if (field.idType === "integer") return integerOf(value, refuse);
      return textOf(value, refuse);
    case "string":
      return textOf(value, refuse);
    case "enum":
      if (typeof value !== "string" || !field.values?.includes(value)) {
        throw refuse(`expected one of ${(field.values ?? []).map(quoted).join(", ")}, got ${kindOf(value)}.`);
      }
      return value;
    case "boolean":
      if (typeof value !== "boolean") throw refuse(`expected a boolean, got ${kindOf(value)}.`);
      return value;
    case "datetime":
      return dateOf(value, refuse);
    case "integer":
      return integerOf(value, refuse);
    case "number":
      return numberOf(value, refuse);
    case "bigint":
      return bigintOf(value, refuse);
    case "decimal":
      return decimalOf(value, refuse);
    case "json":
      return normalizeJson(model, field.name, value);
  }
}

type Refuse = (problem: string) => Error;

function textOf(value: unknown, refuse: Refuse): string {
  if (typeof value !== "string") throw refuse(`expected text, got ${kindOf(value)}.`);
  // Half of an emoji, where somebody cut a name in its middle, has no UTF-8 form: U+FFFD stands in its place.
  return value.toWellFormed();
}

function dateOf(value: unknown, refuse: Refuse): Date {
  if (!(value instanceof Date)) throw refuse(`expected a Date, got ${kindOf(value)}.`);
  const year = value.getUTCFullYear();
  if (!(year >= 0 && year <= 9999)) throw refuse("the date is invalid or outside the years 0 to 9999.");
  return new Date(value.getTime());
}

function integerOf(value: unknown, refuse: Refuse): number {
  if (!Number.isSafeInteger(value)) throw refuse(`expected a whole number up to 2^53 - 1, got ${kindOf(value)}.`);
  return (value as number) === 0 ? 0 : (value as number);
}

function numberOf(value: unknown, refuse: Refuse): number {
  if (typeof value !== "number" || !Number.isFinite(value))
    throw refuse(`expected a finite number, got ${kindOf(value)}.`);
  exact(String(value), refuse);
  return value === 0 ? 0 : value;
}

function bigintOf(value: unknown, refuse: Refuse): bigint {
  if (typeof value !== "bigint") throw refuse(`expected a bigint, got ${kindOf(value)}.`);
  exact(String(value), refuse);
  return value;
}

function decimalOf(value: unknown, refuse: Refuse): string {
  if (typeof value !== "string") throw refuse(`expected a decimal as text such as "10.50", got ${kindOf(value)}.`);
  return formatDecimal(exact(value, refuse));
}

function exact(text: string, refuse: Refuse): ExactDecimal {
  const value = parseDecimal(text);
  if (!value) throw refuse(`expected a decimal as text such as "10.50", got other text.`);
  if (!isStorable(value))
    throw refuse("the number cannot be stored exactly: at most 38 digits, magnitudes of 1e-130 to 9.9e125.");
  return value;
}

/** The record that a create stores: every field of the model, defaults applied. */
export function completeRecord(model: ValueModel, data: RecordValues, makeId: () => string): RecordValues {
  const given = normalizeData(model, data);
  const record: RecordValues = {};
  for (const field of model.fields.values()) {
    const value = Object.hasOwn(given, field.name) ? given[field.name] : undefined;
    if (value !== undefined) setOwn(record, field.name, value);
    else setOwn(record, field.name, field.generated === "id" ? makeId() : defaultValue(model.name, field));
  }
  return record;
}

/** The value of a field that is not given: its default, else null. Throws `INVALID_VALUE` where neither may stand. */
export function defaultValue(model: string, field: ValueField): unknown {
  if (field.generated === "now") return new Date();
  const value: unknown =
    typeof field.defaultValue === "function" ? (field.defaultValue as () => unknown)() : field.defaultValue;
  if (value !== undefined && value !== null) return normalizeValue(model, field, value);
  if (field.nullable) return null;
  throw invalidValue(model, field.name, "a value is required.");
}

/** Checks and normalizes the fields of a create or an update. Undefined means "not given". */
export function normalizeData(model: ValueModel, data: RecordValues): RecordValues {
  const result: RecordValues = {};
  for (const [name, value] of Object.entries(data)) {
    const field = model.fields.get(name);
    if (!field) throw invalidQuery(`"${model.name}" has no field "${name}".`, model.name, [name]);
    if (value === undefined) continue;
    if (value === null && !field.nullable) throw invalidValue(model.name, name, "must not be null.");
    setOwn(result, name, normalizeValue(model.name, field, value));
  }
  return result;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** What a value is, in a message: never the value itself, which may be a password or a token. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a Date";
  if (typeof value === "number") {
    if (Number.isNaN(value)) return "NaN";
    return Number.isFinite(value) ? "a number" : "an infinite number";
  }
  return typeof value === "object" ? "an object" : typeof value === "string" ? "text" : `a ${typeof value}`;
}
