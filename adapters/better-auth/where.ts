import type { CleanedWhere } from "better-auth/adapters";
import { withOwnOperators } from "../../orm/query/record-where.ts";
import type { FieldManifest, ModelManifest } from "../../orm/schema/manifest.ts";

type OrmWhere = Record<string, unknown>;

const OPERATORS = {
  eq: "eq",
  ne: "not",
  lt: "lt",
  lte: "lte",
  gt: "gt",
  gte: "gte",
  in: "in",
  not_in: "notIn",
  contains: "contains",
  starts_with: "startsWith",
  ends_with: "endsWith",
} as const;

/**
 * A Better Auth `where` for the ORM. As in its SQL adapters, the clauses with the connector AND
 * must all hold, and of those with OR at least one. The operators are Better Auth's, and each value is an operand: an
 * object among them is refused by its field.
 */
export function toOrmWhere(model: ModelManifest, where: readonly CleanedWhere[] = []): OrmWhere {
  const clause = (item: CleanedWhere): OrmWhere => {
    const operator = item.operator.toLowerCase() as keyof typeof OPERATORS;
    const value = operandOf(model.fields.get(item.field), operator, item.value);
    const mode = item.mode === "insensitive" ? { mode: "insensitive" } : {};
    // An operator that Better Auth adds one day is passed on, for the ORM to refuse by name.
    return { [item.field]: { [OPERATORS[operator] ?? item.operator]: value, ...mode } };
  };
  const all = where.filter(({ connector }) => connector !== "OR").map(clause);
  const any = where.filter(({ connector }) => connector === "OR").map(clause);
  return withOwnOperators({ AND: any.length > 0 ? [...all, { OR: any }] : all });
}

function operandOf(field: FieldManifest | undefined, operator: string, value: unknown): unknown {
  if (operator === "in" || operator === "not_in") {
    // In a list null equals nothing, as in SQL.
    const list = (Array.isArray(value) ? (value as unknown[]) : [value]).filter((item) => item !== null);
    return field ? list.map((item) => coerce(field, item)) : list;
  }
  return field && !Array.isArray(value) ? coerce(field, value) : value;
}

/**
 * A value in the type of its column, as a database would cast it: query strings of admin
 * endpoints arrive as text.
 */
export function coerce(field: FieldManifest, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  switch (field.kind) {
    case "id":
    case "string":
      return typeof value === "number" || typeof value === "boolean" ? String(value) : value;
    case "number":
      return typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    case "boolean":
      return value === "true" ? true : value === "false" ? false : value;
    case "datetime":
      return typeof value === "string" || typeof value === "number" ? new Date(value) : value;
    default:
      return value;
  }
}
