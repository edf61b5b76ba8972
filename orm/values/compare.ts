import type { FieldKind } from "../schema/fields.ts";
import { compareDecimals, knownDecimal } from "./decimal.ts";

/**
 * Text in code point order, which is the order of its UTF-8 bytes and so DynamoDB's.
 * JavaScript's own `<` compares UTF-16 units and differs above U+FFFF.
 */
export function compareText(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let i = 0; i < length; i++) {
    const a = left.charCodeAt(i);
    const b = right.charCodeAt(i);
    if (a === b) continue;
    return rank(a) - rank(b);
  }
  return left.length - right.length;
}

/** Moves surrogates above the rest of the basic plane: they stand for higher code points. */
function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Compares two non-null values of a kind. Json has no order: its values compare as equal or not. */
export function compareValues(kind: FieldKind, left: unknown, right: unknown): number {
  if (kind === "datetime") return (left as Date).getTime() - (right as Date).getTime();
  if (kind === "decimal") return compareDecimals(knownDecimal(left as string), knownDecimal(right as string));
  if (kind === "json") return jsonEquals(left, right) ? 0 : 1;
  if (typeof left === "string" && typeof right === "string") return compareText(left, right);
  const a = left as number | bigint | boolean;
  const b = right as number | bigint | boolean;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether two values of a kind are the same, null included. */
export function valuesEqual(kind: FieldKind, left: unknown, right: unknown): boolean {
  if (left === null || left === undefined || right === null || right === undefined) {
    return (left ?? null) === (right ?? null);
  }
  return compareValues(kind, left, right) === 0;
}

function jsonEquals(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every(
      (key) =>
        Object.hasOwn(right, key) &&
        jsonEquals((left as Record<string, unknown>)[key], (right as Record<string, unknown>)[key]),
    )
  );
}
