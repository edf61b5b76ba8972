import type { Comparison, Predicate } from "../../query/predicate.ts";
import { conjuncts } from "../../query/predicate.ts";
import { sortValue, type SortRange } from "../layout/sort-key.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import type { RecordValues } from "../../values/normalize.ts";
import { valueText } from "./value-text.ts";

/** The values that the conjuncts of a predicate allow for fields. */
export type Bindings = ReadonlyMap<string, readonly unknown[]>;

/** Reads `eq` and `in` off a conjunction: the shortest list where a field has several. */
export function bindingsOf(predicate: Predicate): Bindings {
  const bindings = new Map<string, readonly unknown[]>();
  for (const item of conjuncts(predicate)) {
    const values = boundValues(item);
    const known = values && bindings.get((item as Comparison).field);
    if (values && (!known || values.length < known.length)) bindings.set((item as Comparison).field, values);
  }
  return bindings;
}

function boundValues(item: Predicate): readonly unknown[] | undefined {
  if (item.type !== "compare" || item.insensitive) return undefined;
  if (item.operator === "eq" && item.value !== null) return [item.value];
  if (item.operator !== "in") return undefined;
  const seen = new Map((item.value as unknown[]).map((value) => [valueText(value), value]));
  return [...seen.values()];
}

/** Every combination of the values bound to fields. Undefined where one is unbound, or there are too many. */
export function combinations(bindings: Bindings, fields: readonly string[], most: number): RecordValues[] | undefined {
  let all: RecordValues[] = [{}];
  for (const field of fields) {
    const values = bindings.get(field);
    if (!values || all.length * values.length > most) return undefined;
    const longer: RecordValues[] = [];
    for (const one of all) for (const value of values) longer.push({ ...one, [field]: value });
    all = longer;
  }
  return all;
}

/** The parts of an order that hold the values of its field: cut values that are the same, once. */
export function rangesOf(layout: ModelLayout, name: string, values: readonly unknown[]): SortRange[] {
  const sorts = new Set(values.map((value) => sortValue(fieldOf(layout, name), value)));
  return [...sorts].map((sort) => {
    const bound = { sort, inclusive: true };
    return { lower: bound, upper: bound };
  });
}

/** The bounds that comparisons among the conjuncts put on a field, as sort values. */
export function rangeOn(layout: ModelLayout, predicate: Predicate, name: string): SortRange | undefined {
  const field = fieldOf(layout, name);
  let lower: SortRange["lower"];
  let upper: SortRange["upper"];
  for (const item of conjuncts(predicate)) {
    if (item.type !== "compare" || item.field !== name || item.insensitive || item.value === null) continue;
    if (!["gt", "gte", "lt", "lte"].includes(item.operator)) continue;
    const bound = { sort: sortValue(field, item.value), inclusive: item.operator.endsWith("e") };
    // A second bound on the same side is left to the filter.
    if (item.operator.startsWith("g")) lower ??= bound;
    else upper ??= bound;
  }
  return lower || upper ? { ...(lower ? { lower } : {}), ...(upper ? { upper } : {}) } : undefined;
}
