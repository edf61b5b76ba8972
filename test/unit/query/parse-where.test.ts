import { describe, expect, it } from "vitest";
import { parseWhere } from "../../../orm/query/parse-where.ts";
import { isEverything } from "../../../orm/query/predicate.ts";
import { item, ormError, part } from "../support.ts";

const compare = (field: string, operator: string, value: unknown, insensitive = false) => ({
  type: "compare",
  field,
  operator,
  value,
  insensitive,
});

describe("parseWhere", () => {
  it("takes values and operators", () => {
    expect(parseWhere(item, { code: "a" })).toEqual(compare("code", "eq", "a"));
    expect(parseWhere(item, { name: null })).toEqual(compare("name", "eq", null));
    expect(parseWhere(item, { name: { contains: "a", mode: "insensitive" }, exact: { gt: "1.50" } })).toEqual({
      type: "and",
      items: [compare("name", "contains", "a", true), compare("exact", "gt", "1.5")],
    });
    expect(parseWhere(item, { name: { in: ["a", "b"] } })).toEqual(compare("name", "in", ["a", "b"]));
  });

  it("ignores the mode of what is not text", () => {
    expect(parseWhere(item, { second: { eq: 1, mode: "insensitive" } })).toEqual(compare("second", "eq", 1));
  });

  it("takes json by value, unless every key is an operator", () => {
    expect(parseWhere(item, { data: { a: 1 } })).toEqual(compare("data", "eq", { a: 1 }));
    expect(parseWhere(item, { data: {} })).toEqual(compare("data", "eq", {}));
    expect(parseWhere(item, { data: { eq: 1, a: 2 } })).toEqual(compare("data", "eq", { eq: 1, a: 2 }));
    expect(parseWhere(item, { data: { eq: { eq: 1 } } })).toEqual(compare("data", "eq", { eq: 1 }));
  });

  it("combines", () => {
    expect(parseWhere(item, { AND: [{ code: "a" }, { AND: { flag: true } }], NOT: { flag: false } })).toEqual({
      type: "and",
      items: [compare("code", "eq", "a"), compare("flag", "eq", true), compare("flag", "not", false)],
    });
    expect(parseWhere(item, { OR: [] })).toEqual({ type: "or", items: [] });
  });

  it("knows a filter that restricts nothing", () => {
    for (const where of [
      undefined,
      {},
      { AND: [] },
      { AND: [{}, { AND: {} }] },
      { NOT: [] },
      { OR: [{ code: "a" }, {}] },
    ]) {
      expect(isEverything(parseWhere(item, where))).toBe(true);
    }
    for (const where of [{ code: "a" }, { OR: [] }, { NOT: {} }, { code: { in: [] } }]) {
      expect(isEverything(parseWhere(item, where))).toBe(false);
    }
  });

  it.each<[string, unknown, string]>([
    ["an unknown field", { nope: 1 }, '"nope"'],
    ["an unknown field of Object's prototype", { toString: 1 }, '"toString"'],
    ["an unknown operator", { code: { like: "a" } }, '"like"'],
    ["an unknown operator beside a known one", { code: { eq: "a", has: "b" } }, '"has"'],
    ["no operator", { code: {} }, "no operator"],
    ["a mode without an operator", { code: { mode: "insensitive" } }, "no operator"],
    ["an unknown mode", { code: { eq: "a", mode: "fuzzy" } }, "no such mode"],
    ["an undefined value", { code: undefined }, "undefined"],
    ["an undefined operand", { code: { eq: undefined } }, "undefined"],
    ["an undefined item of a list", { code: { in: ["a", undefined] } }, "undefined"],
    ["in without a list", { code: { in: "a" } }, "list"],
    ["notIn without a list", { code: { notIn: null } }, "list"],
    ["null in a list", { name: { in: ["a", null] } }, "takes no null"],
    ["text operators on numbers", { second: { contains: "1" } }, "text"],
    ["text operators on decimals", { exact: { startsWith: "1" } }, "text"],
    ["text operators without text", { code: { contains: 1 } }, "text"],
    ["an order of json", { data: { gt: 1 } }, "order"],
    ["a relation", { parts: { id: 1 } }, "relation"],
    ["OR that is no list", { OR: { code: "a" } }, "list"],
    ["AND that is undefined", { AND: undefined }, "undefined"],
    ["NOT that is undefined", { NOT: undefined }, "undefined"],
    ["an undefined item of OR's list", { OR: [{ nope: 1 }] }, '"nope"'],
    ["null", null, "object"],
    ["a list", [{ code: "a" }], "object"],
    ["text", "code", "object"],
    ["a nested null", { AND: [null] }, "object"],
  ])("refuses %s", (_title, where, text) => {
    expect(() => parseWhere(item, where)).toThrow(ormError("INVALID_QUERY", text));
  });

  it("finds nothing by text that cannot have been stored", () => {
    const half = "a\ud83d";
    const nothing = (field: string) => compare(field, "in", []);
    expect(parseWhere(item, { code: half })).toEqual(nothing("code"));
    expect(parseWhere(item, { id: { eq: half } })).toEqual(nothing("id"));
    expect(parseWhere(item, { code: { in: [half, "b"] } })).toEqual(compare("code", "in", ["b"]));
    for (const operator of ["contains", "startsWith", "endsWith"]) {
      expect(parseWhere(item, { name: { [operator]: half } })).toEqual(nothing("name"));
    }
    expect(parseWhere(item, { data: { a: [half] } })).toEqual(nothing("data"));
    expect(parseWhere(item, { data: { contains: { [half]: 1 } } })).toEqual(nothing("data"));
    expect(parseWhere(item, { name: { not: half } })).toEqual(compare("name", "not", null));
    expect(parseWhere(item, { name: { notIn: [half] } })).toEqual(compare("name", "not", null));
    expect(parseWhere(item, { name: { notIn: [half, "b"] } })).toEqual(compare("name", "notIn", ["b"]));
    expect(parseWhere(item, { name: { gt: half } })).toEqual(compare("name", "gt", "a\ufffd"));
    expect(() => parseWhere(item, { choice: half })).toThrow(ormError("INVALID_VALUE", "item.choice"));
  });

  it("refuses values that do not fit", () => {
    expect(() => parseWhere(item, { code: 1 })).toThrow(ormError("INVALID_VALUE", "item.code"));
    expect(() => parseWhere(item, { second: { in: [1, "2"] } })).toThrow(ormError("INVALID_VALUE", "item.second"));
    expect(() => parseWhere(item, { at: { gt: "2024" } })).toThrow(ormError("INVALID_VALUE", "item.at"));
    expect(() => parseWhere(part, { id: "1" })).toThrow(ormError("INVALID_VALUE", "part.id"));
    expect(() => parseWhere(item, { flag: [true] })).toThrow(ormError("INVALID_VALUE", "item.flag"));
  });
});
