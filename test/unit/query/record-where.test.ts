import { describe, expect, it } from "vitest";
import { parseWhere } from "../../../orm/query/parse-where.ts";
import { parseRecordWhere, withOwnOperators } from "../../../orm/query/record-where.ts";
import { item, ormError } from "../support.ts";

const parse = (where: unknown) => parseRecordWhere(item, where, "consume");

describe("parseRecordWhere", () => {
  it.each<[string, unknown]>([
    ["a key", { id: "a" }],
    ["a key by eq", { code: { eq: "a" } }],
    ["a key inside of AND", { AND: [{ code: "a" }] }],
    ["a compound key, with operators beside it", { first: "a", second: 1, name: { contains: "b" } }],
    ["operators beside a key", { id: "a", second: { lt: 3 }, OR: [{ name: { not: "b" } }, { flag: true }] }],
    ["a guard by null beside a key", { id: "a", name: null, NOT: { flag: true } }],
    ["plain values without a key", { name: "a", second: null, flag: true }],
    ["plain values in OR", { OR: [{ name: "a" }, { name: "b", flag: true }] }],
    ["nothing", {}],
    ["text that is nowhere", { code: "\ud83d" }],
    ["a json value", { data: { not: "", a: 1 }, id: "a" }],
  ])("takes %s", (_title, where) => {
    expect(parse(where)).toEqual(parseWhere(item, where));
  });

  it.each<[string, unknown]>([
    ["operators for a key", { code: { not: "" } }],
    ["operators for one key beside another", { id: "a", code: { startsWith: "" } }],
    ["operators for a key, deeper", { id: "a", OR: [{ AND: [{ code: { gt: "" } }] }] }],
    ["a key without regard to case", { code: { eq: "a", mode: "insensitive" } }],
    ["operators for half of a compound key", { first: "a", second: { gt: 0 } }],
    ["operators beside no key", { name: "a", second: { lt: 3 } }],
    ["operators alone", { name: { contains: "" } }],
    ["operators in OR", { OR: [{ name: { contains: "" } }] }],
    ["all but some", { NOT: { name: "a" } }],
  ])("refuses %s", (_title, where) => {
    expect(() => parse(where)).toThrow(ormError("INVALID_QUERY", "consume of"));
    expect(parse(withOwnOperators(where as object))).toEqual(parseWhere(item, where));
  });

  it("does not take null for the value of a key", () => {
    expect(() => parse({ first: "a", second: null, name: { not: "b" } })).toThrow(ormError("INVALID_QUERY"));
  });

  it("takes no operators that only say they are the program's own", () => {
    const where = JSON.parse('{"code":{"not":""},"own operators":true,"__proto__":{"own operators":true}}') as object;
    expect(() => parse(where)).toThrow(ormError("INVALID_QUERY"));
    const { code } = where as { code: unknown };
    expect(() => parse({ code })).toThrow(ormError("INVALID_QUERY", "code"));
  });
});
