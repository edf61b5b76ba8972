import type { FieldManifest } from "../../schema/manifest.ts";
import { utf8Length } from "../../util/bytes.ts";
import { compareText } from "../../values/compare.ts";
import { knownDecimal } from "../../values/decimal.ts";
import { numberText } from "./attribute-value.ts";

/**
 * Sort values: text whose UTF-8 order is the order of the values. Each ends itself (no value's
 * text begins another's), so that `<value>|<id>` sorts by the value first and the id second.
 */

/** Sort values longer than this are cut: records beyond share a position and are ordered after reading. */
const MAX_SORT_BYTES = 480;

/** Null sorts before everything: no other sort value begins with a character below it. */
const NULL = "!";
const TEXT = "=";
const TEXT_END = "\u0001";

/** Separates the sort value from the id. */
const SEPARATOR = "|";
/** The character after the separator: ends the range of all ids of one value. */
const AFTER_SEPARATOR = "}";

/** The sort value of a field's value. */
export function sortValue(field: FieldManifest, value: unknown): string {
  if (value === null || value === undefined) return NULL;
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "boolean") return value ? "1" : "0";
  if (typeof value === "number" || typeof value === "bigint" || field.kind === "decimal") {
    return sortNumber(numberText(value as number | bigint | string));
  }
  return sortText(value as string);
}

/** The sort key of an index entry. */
export function indexSortKey(sort: string | undefined, id: string): string {
  return sort === undefined ? id : `${sort}${SEPARATOR}${id}`;
}

/** Whether a sort value was cut, so that other values share it. */
export function isCut(sort: string): boolean {
  return sort.startsWith(TEXT) && !sort.endsWith(TEXT_END);
}

/** Where the sort keys of a cut value begin, or end. */
export function cutBound(sort: string, end: boolean): string {
  return end ? sort + AFTER_SEPARATOR : sort;
}

/** Bounds on a sort value, as in a `where`. */
export interface SortRange {
  readonly lower?: { readonly sort: string; readonly inclusive: boolean };
  readonly upper?: { readonly sort: string; readonly inclusive: boolean };
}

/** The inclusive bounds on the sort key for a range, and for a page that goes on from a sort key. */
export function pageBounds(
  range: SortRange | undefined,
  start: string | undefined,
  backward: boolean,
): { readonly from?: string; readonly to?: string } {
  const bounds: { from?: string; to?: string } = range ? sortKeyBounds(range) : {};
  if (start === undefined) return bounds;
  const { from, to } = bounds;
  if (backward) return { ...bounds, to: to !== undefined && compareText(to, start) < 0 ? to : start };
  return { ...bounds, from: from !== undefined && compareText(from, start) > 0 ? from : start };
}

/** The inclusive bounds on the sort key for a range; a cut value includes what shares its position. */
export function sortKeyBounds(range: SortRange): { from: string; to: string } {
  const { lower, upper } = range;
  // Comparisons never match null, so an open lower end begins after the nulls.
  const from = !lower
    ? NULL + AFTER_SEPARATOR
    : lower.inclusive || isCut(lower.sort)
      ? lower.sort
      : lower.sort + AFTER_SEPARATOR;
  const to = !upper ? "\u{10FFFF}" : upper.inclusive || isCut(upper.sort) ? upper.sort + AFTER_SEPARATOR : upper.sort;
  return { from, to };
}

/**
 * Numbers: sign, exponent, digits. Negative ones have exponent and digits complemented, and end
 * with a character above the digits, positive ones with one below.
 */
function sortNumber(text: string): string {
  const { negative, digits, exponent } = knownDecimal(text);
  if (digits === "") return "1";
  const scale = String(exponent + 500).padStart(3, "0");
  return negative ? `0${complement(scale)}${complement(digits)}~` : `2${scale}${digits}!`;
}

function complement(digits: string): string {
  return digits.replace(/\d/g, (digit) => String(9 - Number(digit)));
}

/** Text: the characters below the end mark are escaped, so that a shorter text sorts before a longer. */
function sortText(text: string): string {
  const escaped = text.replace(/[\u0000-\u0002]/g, (c) => `\u0002${String.fromCharCode(c.charCodeAt(0) + 3)}`);
  const full = TEXT + escaped + TEXT_END;
  if (utf8Length(full) <= MAX_SORT_BYTES) return full;
  return TEXT + cutToBytes(escaped, MAX_SORT_BYTES - TEXT.length);
}

/** The last character of so many bytes. */
const LAST_OF_BYTES = ["", "\u007F", "\u07FF", "\uFFFF"];

/**
 * The beginning of a text, of just so many bytes. Where the next character does not fit into what
 * is left, the last one that would stands for it: it comes after all others that fit there, too.
 */
function cutToBytes(text: string, bytes: number): string {
  let end = 0;
  let left = bytes;
  for (const character of text) {
    const size = utf8Length(character);
    if (size > left) break;
    left -= size;
    end += character.length;
  }
  return text.slice(0, end) + LAST_OF_BYTES[left];
}
