import { allOf, type Comparison, type Operator, type Predicate } from "./predicate.ts";

const NOTHING: Predicate = { type: "or", items: [] };

/** Operators that say the contrary of each other of every value but null. */
const CONTRARY: Partial<Record<Operator, Operator>> = {
  eq: "not",
  not: "eq",
  in: "notIn",
  notIn: "in",
  gt: "lte",
  lte: "gt",
  lt: "gte",
  gte: "lt",
};

/**
 * What `NOT` of a filter means: as in SQL, what is compared with a null is neither true nor false, and its negation
 * neither. So `NOT: { name: "a" }` and `name: { not: "a" }` match the same records.
 */
export function negate(predicate: Predicate): Predicate {
  switch (predicate.type) {
    case "and":
      return { type: "or", items: predicate.items.map(negate) };
    case "or":
      return allOf(predicate.items.map(negate));
    case "not":
      return predicate.item;
    case "compare":
      return contraryOf(predicate);
  }
}

function contraryOf(comparison: Comparison): Predicate {
  const { field, operator, value } = comparison;
  // Null is asked for by name, which is true or false of every record.
  if (value === null && operator !== "eq" && operator !== "not") return NOTHING;
  const contrary = CONTRARY[operator];
  if (contrary !== undefined) return { ...comparison, operator: contrary };
  const known: Comparison = { type: "compare", field, operator: "not", value: null, insensitive: false };
  return allOf([{ type: "not", item: comparison }, known]);
}
