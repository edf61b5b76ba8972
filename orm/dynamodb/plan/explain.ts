import type { Explanation, FindQuery } from "../../driver.ts";
import { conjuncts, type Predicate } from "../../query/predicate.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import type { AccessPath } from "./access-path.ts";

/** A path in words an application can read and test. */
export function explainPath(
  layout: ModelLayout,
  query: Pick<FindQuery, "where" | "orderBy">,
  path: AccessPath,
): Explanation {
  const base = { model: layout.model.name, table: layout.table };
  switch (path.type) {
    case "nothing":
      return { ...base, path: "nothing", fields: [], ordered: true, roundTrips: 0 };
    case "points":
      return {
        ...base,
        path: path.via,
        fields: path.fields,
        ordered: path.keys.length <= 1,
        roundTrips: path.via === "home" ? 1 : 2,
      };
    case "partitions":
      return {
        ...base,
        path: path.index?.on.length === 0 ? "order" : path.via,
        fields: path.fields,
        ordered: path.ordered,
        roundTrips: path.via === "home" ? 1 : 2,
      };
    case "union": {
      const parts = path.parts.map((part) => explainPath(layout, query, part));
      return {
        ...base,
        path: "union",
        fields: [...new Set(parts.flatMap((part) => part.fields))],
        ordered: false,
        roundTrips: Math.max(...parts.map((part) => part.roundTrips)),
        parts,
      };
    }
    case "scan":
      return { ...base, path: "scan", fields: [], ordered: false, roundTrips: 1, suggestion: suggestIndex(query) };
  }
}

/** The index declaration that would serve a query without a scan. */
export function suggestIndex({ where, orderBy }: Pick<FindQuery, "where" | "orderBy">): string {
  const items = conjuncts(where);
  const on = fieldsBy(items, ["eq", "in"]);
  const ranged = fieldsBy(items, ["gt", "gte", "lt", "lte"]).find((field) => !on.includes(field));
  const order = ranged ?? orderBy[0]?.field;
  const list = on.map((field) => `"${field}"`).join(", ");
  if (order !== undefined) return `{ on: [${list}], orderBy: "${order}" }`;
  return on.length > 0 ? `[${list}]` : "none: the query names no field by equality or range";
}

function fieldsBy(items: readonly Predicate[], operators: readonly string[]): string[] {
  const fields = items.flatMap((item) =>
    item.type === "compare" && !item.insensitive && item.value !== null && operators.includes(item.operator)
      ? [item.field]
      : [],
  );
  return [...new Set(fields)];
}
