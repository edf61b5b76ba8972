/** The operators of a comparison. */
export type Operator =
  "eq" | "not" | "in" | "notIn" | "contains" | "startsWith" | "endsWith" | "gt" | "gte" | "lt" | "lte";

/** One field compared with one value, a list for `in` and `notIn`. Values are normalized. */
export interface Comparison {
  readonly type: "compare";
  readonly field: string;
  readonly operator: Operator;
  readonly value: unknown;
  /** Compare text without regard to case. */
  readonly insensitive: boolean;
}

/** A checked `where`: what drivers plan and evaluate. */
export type Predicate =
  | Comparison
  | { readonly type: "and"; readonly items: readonly Predicate[] }
  | { readonly type: "or"; readonly items: readonly Predicate[] }
  | { readonly type: "not"; readonly item: Predicate };

/** Whether a predicate restricts nothing. */
export function isEverything(predicate: Predicate): boolean {
  if (predicate.type === "or") return predicate.items.some(isEverything);
  return predicate.type === "and" && predicate.items.every(isEverything);
}

/** All of the given predicates, flattened. */
export function allOf(items: readonly Predicate[]): Predicate {
  const flat = items.flatMap((item) => (item.type === "and" ? item.items : [item]));
  const [first] = flat;
  return first && flat.length === 1 ? first : { type: "and", items: flat };
}

/** Equality of a field with a normalized value. */
export function equals(field: string, value: unknown): Comparison {
  return { type: "compare", field, operator: "eq", value, insensitive: false };
}

/** Membership of a field in a list of normalized values. */
export function isIn(field: string, values: readonly unknown[]): Comparison {
  return { type: "compare", field, operator: "in", value: values, insensitive: false };
}

/** The predicates that must all hold: the items of a conjunction, or the predicate itself. */
export function conjuncts(predicate: Predicate): readonly Predicate[] {
  return predicate.type === "and" ? predicate.items.flatMap(conjuncts) : [predicate];
}

/** The fields that a predicate compares. */
export function fieldsIn(predicate: Predicate): Set<string> {
  if (predicate.type === "compare") return new Set([predicate.field]);
  const items = predicate.type === "not" ? [predicate.item] : predicate.items;
  return new Set(items.flatMap((item) => [...fieldsIn(item)]));
}
