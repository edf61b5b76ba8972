import { invalidQuery } from "../errors.ts";
import type { FieldManifest, ModelManifest } from "../schema/manifest.ts";
import { normalizeValue } from "../values/normalize.ts";
import { holdsUnstorableText } from "../values/text.ts";
import { negate } from "./negate.ts";
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
 * What becomes of text that is not well-formed: `compared` as it was given, or brought to the form that is `stored`.
 */
type TextForm = "compared" | "stored";

/**
 * Checks a `where` and turns it into a predicate. An unknown field or operator, or an undefined
 * value, is an error: a filter that is silently dropped deletes or shows the wrong records.
 *
 * Text that is not well-formed equals no stored text: `eq`, `in`, `contains`, `startsWith` and `endsWith` then match
 * nothing, `not` and `notIn` every value but null.
 */
export function parseWhere(model: ModelManifest, where: unknown, text: TextForm = "compared"): Predicate {
  if (where === undefined) return allOf([]);
  if (!isPlainObject(where)) throw invalidQuery(`where of "${model.name}" must be an object.`, model.name);
  const items: Predicate[] = [];
  for (const [key, value] of Object.entries(where)) {
    if (key === "AND") items.push(allOf(listOf(model, key, value).map((item) => parseWhere(model, item, text))));
    else if (key === "OR") {
      if (!Array.isArray(value)) throw invalidQuery(`OR of "${model.name}" must be a list.`, model.name);
      items.push({ type: "or", items: value.map((item) => parseWhere(model, item, text)) });
    } else if (key === "NOT") {
      for (const item of listOf(model, key, value)) items.push(negate(parseWhere(model, item, text)));
    } else items.push(...parseField(model, key, value, text));
  }
  return allOf(items);
}

function listOf(model: ModelManifest, key: string, value: unknown): readonly unknown[] {
  if (value === undefined) throw invalidQuery(`${key} of "${model.name}" is undefined.`, model.name);
  return Array.isArray(value) ? value : [value];
}

function parseField(model: ModelManifest, name: string, value: unknown, text: TextForm): Comparison[] {
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
  if (!isOperators(field, value))
    return [comparison(model, field, { operator: "eq", operand: value, insensitive: false, text })];
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
    return comparison(model, field, { operator: operator as Operator, operand, insensitive, text });
  });
}

/** A json field takes objects as values: there, an object means operators only if all its keys are. */
function isOperators(field: FieldManifest, value: unknown): value is Record<string, unknown> {
  if (!isPlainObject(value)) return false;
  return (
    field.kind !== "json" || (Object.keys(value).length > 0 && Object.keys(value).every((key) => OPERATORS.has(key)))
  );
}

function modeOf(model: ModelManifest, field: FieldManifest, mode: unknown): boolean {
  if (mode === undefined || mode === "default" || mode === "sensitive") return false;
  if (mode === "insensitive") return isText(field);
  throw invalidQuery(
    `"${model.name}.${field.name}" has no such mode: there are sensitive and insensitive.`,
    model.name,
    [field.name],
  );
}

/** A condition as it was given. */
interface Given {
  readonly operator: Operator;
  readonly operand: unknown;
  readonly insensitive: boolean;
  readonly text: TextForm;
}

function comparison(
  model: ModelManifest,
  field: FieldManifest,
  { operator, operand, insensitive, text }: Given,
): Comparison {
  const refuse = (problem: string) =>
    invalidQuery(`"${model.name}.${field.name}": ${problem}`, model.name, [field.name]);
  if (operand === undefined) throw refuse(`the value of "${operator}" is undefined.`);
  const result = (used: Operator, value: unknown): Comparison => ({
    type: "compare",
    field: field.name,
    operator: used,
    value,
    insensitive,
  });
  if (operator === "in" || operator === "notIn") {
    if (!Array.isArray(operand)) throw refuse(`"${operator}" takes a list.`);
    const given: readonly unknown[] = operand;
    if (given.includes(null))
      throw refuse(`"${operator}" takes no null. Ask for it beside the list: OR: [{ ${field.name}: null }, …].`);
    const values = given.map((item) => valueOf(model, field, item, refuse));
    const known = values.filter((_, position) => !holdsUnstorableText(given[position]));
    // Every value differs from one that cannot be stored, null excepted: null is no value.
    if (operator === "notIn" && known.length === 0 && given.length > 0) return result("not", null);
    return result(operator, known);
  }
  const value = operandOf(model, field, operator, operand, refuse);
  // Bounds of an order are taken as they would be stored: they lie somewhere among the values.
  const known = text === "stored" || ORDER_OPERATORS.has(operator) || !holdsUnstorableText(operand);
  if (known) return result(operator, value);
  return operator === "not" ? result("not", null) : result("in", []);
}

function operandOf(
  model: ModelManifest,
  field: FieldManifest,
  operator: Operator,
  operand: unknown,
  refuse: Refuse,
): unknown {
  if (TEXT_OPERATORS.has(operator)) {
    if (operator === "contains" && field.kind === "json") return normalizeValue(model.name, field, operand);
    if (!isText(field)) throw refuse(`"${operator}" is for text.`);
    if (operand !== null && typeof operand !== "string") throw refuse(`"${operator}" takes text.`);
    return operand;
  }
  if (ORDER_OPERATORS.has(operator) && field.kind === "json") throw refuse("json has no order.");
  return valueOf(model, field, operand, refuse);
}

type Refuse = (problem: string) => Error;

function valueOf(model: ModelManifest, field: FieldManifest, value: unknown, refuse: Refuse): unknown {
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
