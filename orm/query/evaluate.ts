import type { FieldManifest, ModelManifest } from "../schema/manifest.ts";
import { knownField } from "../schema/known.ts";
import { compareValues, valuesEqual } from "../values/compare.ts";
import type { RecordValues } from "../values/normalize.ts";
import type { Comparison, Predicate } from "./predicate.ts";

/**
 * Whether a record matches. The one meaning of `where`, for every driver: a null field matches
 * only `eq: null`, and `not: value` or `notIn` never match it, as in SQL.
 */
export function matches(model: ModelManifest, predicate: Predicate, record: RecordValues): boolean {
  switch (predicate.type) {
    case "and":
      return predicate.items.every((item) => matches(model, item, record));
    case "or":
      return predicate.items.some((item) => matches(model, item, record));
    case "not":
      return !matches(model, predicate.item, record);
    case "compare":
      return compare(knownField(model, predicate.field), predicate, record[predicate.field] ?? null);
  }
}

function compare(field: FieldManifest, { operator, value, insensitive }: Comparison, actual: unknown): boolean {
  if (operator === "notIn" && (value as unknown[]).length === 0) return true;
  if (operator === "eq" && value === null) return actual === null;
  if (operator === "not" && value === null) return actual !== null;
  if (actual === null || value === null) return false;
  const fold = (item: unknown) => (insensitive && typeof item === "string" ? item.toLowerCase() : item);
  const left = fold(actual);
  const same = (item: unknown) => valuesEqual(field.kind, left, fold(item));
  switch (operator) {
    case "eq":
      return same(value);
    case "not":
      return !same(value);
    case "in":
      return (value as unknown[]).some(same);
    case "notIn":
      return !(value as unknown[]).some(same);
    case "contains":
      if (Array.isArray(left)) return left.some((item) => valuesEqual("json", item, value));
      return typeof left === "string" && left.includes(fold(value) as string);
    case "startsWith":
      return (left as string).startsWith(fold(value) as string);
    case "endsWith":
      return (left as string).endsWith(fold(value) as string);
    case "gt":
      return compareValues(field.kind, actual, value) > 0;
    case "gte":
      return compareValues(field.kind, actual, value) >= 0;
    case "lt":
      return compareValues(field.kind, actual, value) < 0;
    case "lte":
      return compareValues(field.kind, actual, value) <= 0;
  }
}
