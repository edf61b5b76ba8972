import { describe, expect, it } from "vitest";
import { conditionExpression, filterPart, isExact } from "../../../orm/dynamodb/plan/condition.ts";
import { Placeholders } from "../../../orm/dynamodb/engine/expression.ts";
import { parseWhere } from "../../../orm/query/parse-where.ts";
import { layoutFor } from "./layouts.ts";

const layout = layoutFor("user");

function render(where: object): string | undefined {
  const predicate = parseWhere(layout.model, where);
  if (!isExact(layout, predicate)) return undefined;
  const placeholders = new Placeholders();
  let text = conditionExpression(layout, predicate, placeholders);
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = placeholders.attributes;
  for (const [placeholder, name] of Object.entries(names)) text = text?.replaceAll(placeholder, name);
  for (const [placeholder, value] of Object.entries(values))
    text = text?.replace(placeholder, JSON.stringify(Object.values(value)[0]));
  return text;
}

describe("a condition expression", () => {
  it.each<[object, string]>([
    [{ name: "a" }, 'name = "a"'],
    [{ name: "a", age: { gte: 3 } }, '(name = "a" AND age >= "3")'],
    [{ name: null }, "(attribute_not_exists(name) OR name = true)"],
    [{ name: { not: null } }, "(attribute_exists(name) AND name <> true)"],
    [{ name: { not: "a" } }, '(attribute_exists(name) AND name <> true AND name <> "a")'],
    [{ name: { in: ["a", "b"] } }, 'name IN ("a", "b")'],
    [{ name: { notIn: ["a"] } }, '(attribute_exists(name) AND name <> true AND NOT (name IN ("a")))'],
    [{ name: { startsWith: "a", contains: "b" } }, '(begins_with(name, "a") AND contains(name, "b"))'],
    [{ OR: [{ name: "a" }, { age: 1 }] }, '(name = "a" OR age = "1")'],
    [{ NOT: { name: "a" } }, '(attribute_exists(name) AND name <> true AND name <> "a")'],
    [
      { NOT: { name: { startsWith: "a" } } },
      '((NOT begins_with(name, "a")) AND (attribute_exists(name) AND name <> true))',
    ],
    [{ active: true }, "active = true"],
  ])("says %j", (where, text) => {
    expect(render(where)).toBe(text);
  });

  it("says nothing of what is always so", () => {
    expect(render({})).toBeUndefined();
    expect(isExact(layout, parseWhere(layout.model, {}))).toBe(true);
  });

  it.each<[string, object]>([
    ["the end of a text", { name: { endsWith: "a" } }],
    ["text without regard to case", { name: { eq: "a", mode: "insensitive" } }],
    ["json", { data: { eq: { a: 1 } } }],
    ["the order of booleans", { active: { gt: false } }],
    ["an empty text to begin with", { name: { startsWith: "" } }],
    ["an empty list", { name: { in: [] } }],
    ["a list that is too long", { name: { in: Array.from({ length: 101 }, String) } }],
    ["an OR with such a part", { OR: [{ name: "a" }, { name: { endsWith: "a" } }] }],
    ["an OR of which one part is always so", { OR: [{ name: "a" }, {}] }],
    ["never", { OR: [] }],
    ["more than an expression holds", { OR: Array.from({ length: 120 }, (_, n) => ({ name: String(n) })) }],
  ])("cannot say %s", (_, where) => {
    expect(isExact(layout, parseWhere(layout.model, where))).toBe(false);
  });

  it("filters by the part that it can say", () => {
    const where = parseWhere(layout.model, { name: { endsWith: "a", startsWith: "b" }, data: { not: null } });
    expect(filterPart(layout, where)).toEqual({
      type: "and",
      items: [
        { type: "compare", field: "name", operator: "startsWith", value: "b", insensitive: false },
        { type: "compare", field: "data", operator: "not", value: null, insensitive: false },
      ],
    });
  });
});
