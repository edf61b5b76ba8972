import { describe, expect, it } from "vitest";
import { requireUniqueLookup } from "../../../orm/query/unique-lookup.ts";
import { item, ormError } from "../support.ts";

const lookup = (where: unknown) => requireUniqueLookup(item, where, "findUnique");

describe("requireUniqueLookup", () => {
  it("finds the key that a filter names", () => {
    expect(lookup({ id: "a" })).toEqual({ key: { fields: ["id"] }, values: { id: "a" } });
    expect(lookup({ code: { eq: "a" } })).toEqual({ key: { fields: ["code"] }, values: { code: "a" } });
    const both = { key: { fields: ["first", "second"] }, values: { first: "a", second: 1 } };
    expect(lookup({ second: 1, first: "a" })).toEqual(both);
    expect(lookup({ AND: [{ second: 1 }, { first: "a" }] })).toEqual(both);
  });

  it.each<[string, unknown]>([
    ["nothing", {}],
    ["no where", undefined],
    ["a field that is not unique", { name: "a" }],
    ["half of a key", { first: "a" }],
    ["null in a key", { first: "a", second: null }],
    ["more than a key", { id: "a", name: "b" }],
    ["two keys", { id: "a", code: "b" }],
    ["another operator", { id: { in: ["a"] } }],
    ["without regard to case", { code: { eq: "a", mode: "insensitive" } }],
    ["a field twice", { AND: [{ id: "a" }, { id: "b" }] }],
    ["OR", { OR: [{ id: "a" }] }],
    ["NOT", { id: "a", NOT: { code: "a" } }],
  ])("refuses %s, and names the keys", (_title, where) => {
    expect(() => lookup(where)).toThrow(ormError("INVALID_QUERY", "id, code, first + second"));
  });
});
