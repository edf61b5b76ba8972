import { describe, expect, it } from "vitest";
import { matches } from "../../../orm/query/evaluate.ts";
import { parseWhere } from "../../../orm/query/parse-where.ts";
import { completeRecord } from "../../../orm/values/normalize.ts";
import { item } from "../support.ts";

const record = completeRecord(
  item,
  {
    code: "Straße_100%",
    first: "b",
    second: 5,
    at: new Date(10),
    exact: "10.5",
    big: -5n,
    data: ["x", { y: [1] }],
    choice: "two",
  },
  () => "new",
);
const test = (where: unknown) => matches(item, parseWhere(item, where), record);

// The contract suite tests the operators on records that are stored; here are the corners.
describe("matches", () => {
  it("lets null match eq null only", () => {
    expect(test({ name: null })).toBe(true);
    for (const operator of ["not", "gt", "gte", "lt", "lte", "contains", "startsWith", "endsWith"]) {
      expect(test({ name: { [operator]: "a" } })).toBe(false);
    }
    expect(test({ name: { contains: "" } })).toBe(false);
    expect(test({ name: { in: ["a"] } })).toBe(false);
    expect(test({ name: { notIn: ["a"] } })).toBe(false);
    expect(test({ name: { notIn: [] } })).toBe(true);
    expect(test({ name: { not: null } })).toBe(false);
    expect(test({ code: { not: null } })).toBe(true);
  });

  it("never orders by null", () => {
    expect(test({ second: { gt: null } })).toBe(false);
    expect(test({ second: { lte: null } })).toBe(false);
    expect(test({ code: { contains: null } })).toBe(false);
  });

  it("negates", () => {
    // The name is null: neither "a" nor anything else.
    expect(test({ NOT: { name: "a" } })).toBe(false);
    expect(test({ NOT: { name: { not: "a" } } })).toBe(false);
    expect(test({ NOT: { name: { contains: "a" } } })).toBe(false);
    expect(test({ NOT: { name: { not: null } } })).toBe(true);
    expect(test({ NOT: {} })).toBe(false);
    expect(test({ NOT: [] })).toBe(true);
    expect(test({ NOT: { OR: [] } })).toBe(true);
  });

  it("takes text as it is, wildcards and case included", () => {
    expect(test({ code: { contains: "%" } })).toBe(true);
    expect(test({ code: { contains: "S%" } })).toBe(false);
    expect(test({ code: { startsWith: "straße" } })).toBe(false);
    expect(test({ code: { startsWith: "STRAßE", mode: "insensitive" } })).toBe(true);
    expect(test({ code: { notIn: ["STRASSE_100%"], mode: "insensitive" } })).toBe(true);
    expect(test({ code: { notIn: ["sTRAßE_100%"], mode: "insensitive" } })).toBe(false);
    expect(test({ choice: { endsWith: "wo" } })).toBe(true);
  });

  it("looks into json", () => {
    expect(test({ data: { contains: "x" } })).toBe(true);
    expect(test({ data: { contains: { y: [1] } } })).toBe(true);
    expect(test({ data: { contains: { y: [] } } })).toBe(false);
    expect(test({ data: { eq: ["x", { y: [1] }] } })).toBe(true);
  });

  it("compares numbers of any size", () => {
    expect(test({ exact: { gt: "9" }, big: { lt: 0n }, second: { gte: 5, lte: 5 } })).toBe(true);
    expect(test({ at: new Date(10) })).toBe(true);
    expect(test({ at: { in: [new Date(10)] } })).toBe(true);
  });
});
