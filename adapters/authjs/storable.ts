import { isStorable, parseDecimal } from "../../orm/values/decimal.ts";
import { MAX_JSON_DEPTH, setOwn } from "../../orm/values/json.ts";

/*
 * What a provider answered, in a form that the store can hold: a sign-in must not fail, and leave a user without an
 * account, because of a value that nobody reads. What JSON has no form for becomes what `JSON.stringify` makes of it.
 * What JSON has a form for comes back as it was, dates as dates: an object with one key that begins with "$" stands
 * for it.
 */

const DATE = "$date";
const NUMBER = "$number";
const ENTRIES = "$entries";
const DEEP = "$json";

/** Leaves room for the column itself, and for the objects and lists that stand for others. */
const DEPTH = MAX_JSON_DEPTH - 4;

/** The form in which a value is stored; undefined where there is none. */
export function toStorable(value: unknown, depth = 0): unknown {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : { [DATE]: value.toISOString() };
  const plain = hasToJson(value) ? value.toJSON() : value;
  if (typeof plain === "number") return storableNumber(plain);
  if (typeof plain === "bigint") return String(plain);
  if (typeof plain === "function" || typeof plain === "symbol") return undefined;
  if (typeof plain !== "object" || plain === null) return plain;
  if (depth >= DEPTH) return deepText(plain);
  if (Array.isArray(plain)) return plain.map((item) => toStorable(item, depth + 1) ?? null);
  const emptyKey = Object.hasOwn(plain, "");
  // Pairs lie in a list in an object: two levels deeper than properties.
  const entries = Object.entries(plain).flatMap(([key, item]): [string, unknown][] => {
    const storable = toStorable(item, depth + (emptyKey ? 3 : 1));
    return storable === undefined ? [] : [[key, storable]];
  });
  if (emptyKey) return { [ENTRIES]: entries };
  const [first] = entries;
  return objectOf(entries.length === 1 && first?.[0].startsWith("$") ? [[`$${first[0]}`, first[1]]] : entries);
}

/** The value that was given to {@link toStorable}. */
export function fromStorable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(fromStorable);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length !== 1 || !first?.[0].startsWith("$")) return mapped(entries);
  const [key, item] = first as [string, unknown];
  if (key === DATE) return new Date(item as string);
  if (key === NUMBER) return Number(item);
  if (key === DEEP) return JSON.parse(item as string);
  if (key === ENTRIES) return mapped(item as [string, unknown][]);
  return mapped([[key.slice(1), item]]);
}

/** What is nested deeper than the store can: the text of it, or nothing where it never ends. */
function deepText(value: object): unknown {
  try {
    return { [DEEP]: JSON.stringify(value, (_, item: unknown) => (typeof item === "bigint" ? String(item) : item)) };
  } catch {
    return undefined;
  }
}

function mapped(entries: readonly [string, unknown][]): Record<string, unknown> {
  return objectOf(entries.map(([key, item]) => [key, fromStorable(item)]));
}

function objectOf(entries: readonly [string, unknown][]): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, item] of entries) setOwn(result, key, item);
  return result;
}

function storableNumber(value: number): unknown {
  if (!Number.isFinite(value)) return null;
  const exact = parseDecimal(String(value));
  return exact && isStorable(exact) ? value : { [NUMBER]: String(value) };
}

function hasToJson(value: unknown): value is { toJSON(): unknown } {
  return typeof value === "object" && value !== null && "toJSON" in value && typeof value.toJSON === "function";
}
