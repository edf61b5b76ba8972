import type { Comparison, Predicate } from "../../query/predicate.ts";
import { conjuncts, isEverything } from "../../query/predicate.ts";
import type { FieldManifest } from "../../schema/manifest.ts";
import { encodeValue } from "../layout/attribute-value.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import type { Placeholders } from "../engine/expression.ts";

/**
 * DynamoDB: at most 100 operands of IN, 300 operators and 4 KB in an expression. In so many bytes
 * there is room for what else a request's expression says, and no room for too many operators.
 */
const MAX_OPERANDS = 100;
const MAX_BYTES = 3500;
/** Dynalite takes about four times as long to read an expression for each level of parentheses. */
const MAX_DEPTH = 3;

/** Whether a condition expression can say exactly what the evaluator says. */
export function isExact(layout: ModelLayout, predicate: Predicate): boolean {
  const items = conjuncts(predicate);
  return exactItems(layout, items).length === items.length;
}

function exact(layout: ModelLayout, predicate: Predicate): boolean {
  switch (predicate.type) {
    case "and":
      return predicate.items.every((item) => exact(layout, item));
    // An expression has no words for "always" and "never".
    case "or":
      return predicate.items.length > 0 && predicate.items.every((item) => exact(layout, item) && !isEverything(item));
    case "not":
      return exact(layout, predicate.item) && !isEverything(predicate.item);
    case "compare":
      return exactComparison(fieldOf(layout, predicate.field), predicate);
  }
}

function exactComparison(field: FieldManifest, { operator, value, insensitive }: Comparison): boolean {
  if (insensitive) return false;
  if (value === null) return operator === "eq" || operator === "not";
  if (field.kind === "json") return false;
  switch (operator) {
    case "eq":
    case "not":
      return true;
    case "in":
    case "notIn": {
      const list = value as unknown[];
      // Dynalite's IN does not find a value that is false or empty.
      return list.length > 0 && list.length <= MAX_OPERANDS && !list.includes(false) && !list.includes("");
    }
    case "contains":
    case "startsWith":
      // DynamoDB refuses or never matches an empty operand.
      return value !== "";
    case "endsWith":
      return false;
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return field.kind !== "boolean";
  }
}

/** The most bytes that the expression of a predicate can take. */
function expressionBytes(predicate: Predicate): number {
  if (predicate.type === "not") return 8 + expressionBytes(predicate.item);
  if (predicate.type !== "compare") return predicate.items.reduce((sum, item) => sum + 5 + expressionBytes(item), 2);
  const { operator, value } = predicate;
  const operands = Array.isArray(value) ? 8 * value.length : 8;
  return (value === null || operator === "not" || operator === "notIn" ? 80 : 30) + operands;
}

/** How deep the groups of a predicate are nested. */
function depthOf(predicate: Predicate): number {
  if (predicate.type === "compare") return 0;
  const items = predicate.type === "not" ? [predicate.item] : predicate.items;
  return 1 + Math.max(0, ...items.map(depthOf));
}

/** The part of a predicate that a filter expression says exactly. Undefined where there is none. */
export function filterPart(layout: ModelLayout, predicate: Predicate): Predicate | undefined {
  const items = exactItems(layout, conjuncts(predicate));
  return items.length > 0 ? { type: "and", items } : undefined;
}

/** Those of some conjuncts that one expression can say exactly. */
function exactItems(layout: ModelLayout, items: readonly Predicate[]): Predicate[] {
  let bytes = 0;
  return items.filter((item) => {
    if (depthOf(item) >= MAX_DEPTH || !exact(layout, item)) return false;
    const own = 5 + expressionBytes(item);
    if (bytes + own > MAX_BYTES) return false;
    bytes += own;
    return true;
  });
}

/** An exact predicate as a condition expression. Undefined for one that holds always. */
export function conditionExpression(
  layout: ModelLayout,
  predicate: Predicate,
  placeholders: Placeholders,
): string | undefined {
  switch (predicate.type) {
    case "and":
    case "or": {
      const parts = predicate.items
        .map((item) => conditionExpression(layout, item, placeholders))
        .filter((part) => part !== undefined);
      if (parts.length === 0) return undefined;
      return parts.length === 1 ? parts[0] : `(${parts.join(predicate.type === "and" ? " AND " : " OR ")})`;
    }
    case "not":
      return `(NOT ${conditionExpression(layout, predicate.item, placeholders)})`;
    case "compare":
      return comparisonExpression(fieldOf(layout, predicate.field), predicate, placeholders);
  }
}

const SYMBOLS = { eq: "=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

function comparisonExpression(field: FieldManifest, comparison: Comparison, placeholders: Placeholders): string {
  const { operator, value } = comparison;
  const name = placeholders.name(field.column);
  const operand = (item: unknown) => placeholders.value(encodeValue(field, item));
  // A missing attribute stands for null. `<>` holds for it, so presence is asked for explicitly.
  const present = () => `attribute_exists(${name}) AND ${name} <> ${placeholders.value({ NULL: true })}`;
  if (value === null) {
    return operator === "eq"
      ? `(attribute_not_exists(${name}) OR ${name} = ${placeholders.value({ NULL: true })})`
      : `(${present()})`;
  }
  switch (operator) {
    case "not":
      return `(${present()} AND ${name} <> ${operand(value)})`;
    case "in":
      return `${name} IN (${(value as unknown[]).map(operand).join(", ")})`;
    case "notIn":
      return `(${present()} AND NOT (${name} IN (${(value as unknown[]).map(operand).join(", ")})))`;
    case "contains":
      return `contains(${name}, ${operand(value)})`;
    case "startsWith":
      return `begins_with(${name}, ${operand(value)})`;
    case "endsWith":
      throw new TypeError("endsWith has no condition expression");
    case "eq":
    case "gt":
    case "gte":
    case "lt":
    case "lte":
      return `${name} ${SYMBOLS[operator]} ${operand(value)}`;
  }
}
