import { invalidQuery } from "../errors.ts";
import type { FieldManifest, ModelManifest } from "../schema/manifest.ts";
import { normalizeValue } from "../values/normalize.ts";
import { allOf, type Comparison, type Operator, type Predicate } from "./predicate.ts";

const OPERATORS: ReadonlySet<string> = new Set<Operator>([
  "eq",
  "not",
  "in",
  "notIn",
  "contains",
  "startsWith",
  "endsWith",
  "gt",
  "gte",
  "lt",
  "lte",
]);

const TEXT_OPERATORS: ReadonlySet<Operator> = new Set(["contains", "startsWith", "endsWith"]);
const ORDER_OPERATORS: ReadonlySet<Operator> = new Set(["gt", "gte", "lt", "lte"]);

/**
 * Checks a `where` and turns it into a predicate. An unknown field or operator, or an undefined
 * value, is an error: a filter that is silently dropped deletes or shows the wrong records.
 */
export function parseWhere(model: ModelManifest, where: unknown): Predicate {
  if (where === undefined) return allOf([]);
  if (!isPlainObject(where)) throw invalidQuery(`where of "${model.name}" must be an object.`, model.name);
  const items: Predicate[] = [];
  for (const [key, value] of Object.entries(where)) {
    if (key === "AND") items.push(allOf(listOf(model, key, value).map((item) => parseWhere(model, item))));
    else if (key === "OR") {
      if (!Array.isArray(value)) throw invalidQuery(`OR of "${model.name}" must be a list.`, model.name);
      items.push({ type: "or", items: value.map((item) => parseWhere(model, item)) });
    } else if (key === "NOT") {
      for (const item of listOf(model, key, value)) items.push({ type: "not", item: parseWhere(model, item) });
    } else items.push(...parseField(model, key, value));
  }
  return allOf(items);
}

function listOf(model: ModelManifest, key: string, value: unknown): readonly unknown[] {
  if (value === undefined) throw invalidQuery(`${key} of "${model.name}" is undefined.`, model.name);
  return Array.isArray(value) ? value : [value];
}

function parseField(model: ModelManifest, name: string, value: unknown): Comparison[] {
  const field = model.fields.get(name);
  if (!field) {
    throw invalidQuery(
      model.relations.has(name)
        ? `"${model.name}.${name}" is a relation: where takes fields only.`
        : `"${model.name}" has no field "${name}".`,
      model.name,
      [name],
    );
  }
  if (!isOperators(field, value)) return [comparison(model, field, "eq", value, false)];
  const insensitive = modeOf(model, field, value["mode"]);
  const operators = Object.entries(value).filter(([operator]) => operator !== "mode");
  if (operators.length === 0) {
    throw invalidQuery(`The filter of "${model.name}.${name}" has no operator.`, model.name, [name]);
  }
  return operators.map(([operator, operand]) => {
    if (!OPERATORS.has(operator)) {
      throw invalidQuery(
        `"${model.name}.${name}" has no operator "${operator}". There are ${[...OPERATORS].join(", ")}.`,
        model.name,
        [name],
      );
    }
    return comparison(model, field, operator as Operator, operand, insensitive);
  });
}

/** A json field takes objects as values: there, an object means operators only if all its keys are. */
function isOperators(field: FieldManifest, value: unknown): value is Record<string, unknown> {
  if (!isPlainObject(value)) return false;
  return field.kind !== "json" || (Object.keys(value).length > 0 && Object.keys(value).every((key) => OPERATORS.has(key)));
}

function modeOf(model: ModelManifest, field: FieldManifest, mode: unknown): boolean {
  if (mode === undefined || mode === "default" || mode === "sensitive") return false;
  if (mode === "insensitive") return isText(field);
  throw invalidQuery(`"${model.name}.${field.name}" has no mode "${String(mode)}".`, model.name, [field.name]);
}

function comparison(
  model: ModelManifest,
  field: FieldManifest,
  operator: Operator,
  operand: unknown,
  insensitive: boolean,
): Comparison {
  const refuse = (problem: string) => invalidQuery(`"${model.name}.${field.name}": ${problem}`, model.name, [field.name]);
  if (operand === undefined) throw refuse(`the value of "${operator}" is undefined.`);
  const result = (value: unknown): Comparison => ({ type: "compare", field: field.name, operator, value, insensitive });
  if (operator === "in" || operator === "notIn") {
    if (!Array.isArray(operand)) throw refuse(`"${operator}" takes a list.`);
    return result(operand.filter((item) => item !== null).map((item) => valueOf(model, field, item, refuse)));
  }
  if (TEXT_OPERATORS.has(operator)) {
    if (operator === "contains" && field.kind === "json") return result(normalizeValue(model.name, field, operand));
    if (!isText(field)) throw refuse(`"${operator}" is for text.`);
    if (operand !== null && typeof operand !== "string") throw refuse(`"${operator}" takes text.`);
    return result(operand);
  }
  if (ORDER_OPERATORS.has(operator) && field.kind === "json") throw refuse("json has no order.");
  return result(valueOf(model, field, operand, refuse));
}

function valueOf(
  model: ModelManifest,
  field: FieldManifest,
  value: unknown,
  refuse: (problem: string) => Error,
): unknown {
  if (value === undefined) throw refuse("a value is undefined.");
  return normalizeValue(model.name, field, value);
}

/** Whether a field's values are text. */
export function isText(field: FieldManifest): boolean {
  return field.kind === "string" || field.kind === "enum" || (field.kind === "id" && field.idType !== "integer");
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
