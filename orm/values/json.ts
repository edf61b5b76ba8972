import { invalidValue } from "../errors.ts";
import { isStorable, parseDecimal } from "./decimal.ts";

/** DynamoDB nests lists and maps 32 levels deep; the field itself is the first. */
export const MAX_JSON_DEPTH = 31;

/**
 * What JSON would keep of a value: `toJSON` is called, undefined properties are dropped. Text and keys are made
 * well-formed, as all text is. Refuses what JSON would silently turn into null (NaN, Infinity) and what the store
 * cannot hold.
 */
export function normalizeJson(model: string, field: string, value: unknown): unknown {
  return normalize(value, 0, (problem) => invalidValue(model, field, problem));
}

function normalize(input: unknown, depth: number, error: (problem: string) => Error): unknown {
  const value = hasToJson(input) ? input.toJSON() : input;
  switch (typeof value) {
    case "string":
      return value.toWellFormed();
    case "boolean":
      return value;
    case "number":
      return normalizeNumber(value, error);
    case "object":
      break;
    default:
      throw error(`JSON cannot hold a ${typeof value}.`);
  }
  if (value === null) return null;
  if (depth >= MAX_JSON_DEPTH) throw error(`nested deeper than ${MAX_JSON_DEPTH} levels.`);
  if (Array.isArray(value)) {
    return Array.from(value, (item) => (item === undefined ? null : normalize(item, depth + 1, error)));
  }
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === undefined) continue;
    if (key === "") throw error("an object key is empty, which the store cannot hold.");
    setOwn(result, key.toWellFormed(), normalize(item, depth + 1, error));
  }
  return result;
}

function normalizeNumber(value: number, error: (problem: string) => Error): number {
  const exact = Number.isFinite(value) ? parseDecimal(String(value)) : undefined;
  if (!exact || !isStorable(exact)) throw error("a number in it cannot be stored exactly.");
  return value === 0 ? 0 : value;
}

function hasToJson(value: unknown): value is { toJSON(): unknown } {
  return typeof value === "object" && value !== null && "toJSON" in value && typeof value.toJSON === "function";
}

/** Sets a property under any name: plain assignment to `__proto__` would change the prototype instead. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}
