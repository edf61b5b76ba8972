import type { FieldManifest } from "../../schema/manifest.ts";
import { formatDecimal, knownDecimal } from "../../values/decimal.ts";
import { setOwn } from "../../values/json.ts";

/** The DynamoDB types this layout uses. */
export type AttributeValue =
  { S: string } | { N: string } | { BOOL: boolean } | { NULL: true } | { M: Item } | { L: AttributeValue[] };

/** An item as the low-level client takes and gives it. */
export type Item = { [attribute: string]: AttributeValue };

/** A normalized field value as DynamoDB stores it. */
export function encodeValue(field: FieldManifest, value: unknown): AttributeValue {
  if (value === null || value === undefined) return { NULL: true };
  switch (field.kind) {
    case "datetime":
      return { S: (value as Date).toISOString() };
    case "boolean":
      return { BOOL: value as boolean };
    case "integer":
    case "number":
    case "bigint":
    case "decimal":
      return { N: numberText(value as number | bigint | string) };
    case "json":
      return encodeJson(value);
    case "id":
      return typeof value === "number" ? { N: numberText(value) } : { S: value as string };
    default:
      return { S: value as string };
  }
}

/** Plain digits, in one form for one number: keys and expressions compare this text. */
export function numberText(value: number | bigint | string): string {
  if (typeof value === "bigint" || Number.isSafeInteger(value)) return String(value);
  return formatDecimal(knownDecimal(String(value)));
}

function encodeJson(value: unknown): AttributeValue {
  if (value === null || value === undefined) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: numberText(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(encodeJson) };
  const map: Item = {};
  for (const [key, item] of Object.entries(value)) {
    setOwn(map as Record<string, unknown>, key, encodeJson(item));
  }
  return { M: map };
}

/**
 * The field value of a stored attribute, null where there is none. An attribute of another type
 * than the field's (the field's kind was changed) is given as it stands.
 */
export function decodeValue(field: FieldManifest, stored: AttributeValue | undefined): unknown {
  if (stored === undefined || "NULL" in stored) return null;
  if ("S" in stored && field.kind === "datetime") return new Date(stored.S);
  if ("N" in stored && field.kind === "bigint") return BigInt(numberText(stored.N));
  if ("N" in stored && field.kind === "decimal") return numberText(stored.N);
  return decodeJson(stored);
}

function decodeJson(stored: AttributeValue): unknown {
  if ("S" in stored) return stored.S;
  if ("N" in stored) return Number(stored.N);
  if ("BOOL" in stored) return stored.BOOL;
  if ("L" in stored) return stored.L.map(decodeJson);
  if (!("M" in stored)) return null;
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(stored.M)) setOwn(result, key, decodeJson(item));
  return result;
}

/** Whether two attributes hold the same, map keys in whatever order. */
export function sameAttribute(left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  if ("M" in left && "M" in right) {
    const keys = Object.keys(left.M);
    return (
      keys.length === Object.keys(right.M).length &&
      keys.every((key) => Object.hasOwn(right.M, key) && sameAttribute(left.M[key], right.M[key]))
    );
  }
  if ("L" in left && "L" in right) {
    return left.L.length === right.L.length && left.L.every((item, i) => sameAttribute(item, right.L[i]));
  }
  return JSON.stringify(left) === JSON.stringify(right);
}
