import { invalidValue } from "../../orm/errors.ts";
import type { FieldManifest } from "../../orm/schema/manifest.ts";
import { normalizeValue } from "../../orm/values/normalize.ts";

/** A value as people read and write it. Null where there is none. */
export function textOfValue(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A json value as text keeps its quotes: `"1"` is another value than `1`. */
export function textOfField(field: FieldManifest, value: unknown): string | null {
  if (field.kind !== "json") return textOfValue(value);
  return value === null || value === undefined ? null : JSON.stringify(value);
}

/** The value of a field that a text says. Throws `INVALID_VALUE`. */
export function valueOfText(model: string, field: FieldManifest, text: string): unknown {
  return normalizeValue(model, field, read(model, field, text));
}

function read(model: string, field: FieldManifest, text: string): unknown {
  const refuse = (problem: string) => invalidValue(model, field.name, problem);
  switch (field.kind) {
    case "boolean":
      if (text !== "true" && text !== "false") throw refuse('expected "true" or "false".');
      return text === "true";
    case "datetime":
      // Not what only some engines read: a day alone, or a day with a time, in ISO's form.
      if (!/^\d{4}-\d\d-\d\d/.test(text) || Number.isNaN(Date.parse(text)))
        throw refuse("expected a date such as 2026-01-31T12:00:00Z.");
      return new Date(text);
    case "number":
    case "integer":
      return numberOf(text, refuse);
    case "bigint":
      if (!/^-?\d+$/.test(text)) throw refuse("expected a whole number.");
      return BigInt(text);
    case "json":
      return jsonOf(text, refuse);
    case "id":
      return field.idType === "integer" ? numberOf(text, refuse) : text;
    default:
      return text;
  }
}

function numberOf(text: string, refuse: (problem: string) => Error): number {
  const value = Number(text);
  if (text.trim() === "" || Number.isNaN(value)) throw refuse("expected a number.");
  return value;
}

function jsonOf(text: string, refuse: (problem: string) => Error): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refuse("expected JSON.");
  }
}
