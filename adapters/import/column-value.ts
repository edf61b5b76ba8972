import type { FieldManifest } from "../../orm/schema/manifest.ts";

/**
 * A value of another database in the type of its column: numbers of ids as text, 0 and 1 as booleans, dates from text.
 * What cannot be converted is returned as it is, for the schema to refuse.
 */
export function columnValue(field: FieldManifest, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  switch (field.kind) {
    case "id":
      return field.idType === "integer" ? numberOf(value) : textOf(value);
    case "string":
    case "enum":
      return textOf(value);
    case "integer":
    case "number":
      return numberOf(value);
    case "bigint":
      return bigintOf(value);
    case "decimal":
      return typeof value === "number" ? String(value) : value;
    case "boolean":
      return booleanOf(value);
    case "datetime":
      return typeof value === "string" || typeof value === "number" ? new Date(value) : value;
    case "json":
      return value;
  }
}

function textOf(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "object") return JSON.stringify(value);
  return typeof value === "string" ? value : String(value);
}

function numberOf(value: unknown): unknown {
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  return typeof value === "string" && value.trim() !== "" ? Number(value) : value;
}

function bigintOf(value: unknown): unknown {
  const whole =
    typeof value === "number" ? Number.isInteger(value) : typeof value === "string" && /^-?\d+$/.test(value);
  return whole ? BigInt(value as number | string) : value;
}

function booleanOf(value: unknown): unknown {
  if (value === 1 || value === 1n || value === "1" || value === "true") return true;
  return value === 0 || value === 0n || value === "0" || value === "false" ? false : value;
}
