import { describe, expect, it } from "vitest";
import { parseOrder, recordOrder } from "../../../orm/query/order.ts";
import { item, ormError, part } from "../support.ts";

describe("parseOrder", () => {
  it("takes an object or a list of them", () => {
    const terms = [
      { field: "name", direction: "asc" },
      { field: "code", direction: "desc" },
    ];
    expect(parseOrder(item, { name: "asc", code: "desc", flag: undefined })).toEqual(terms);
    expect(parseOrder(item, [{ name: "asc" }, { code: "desc" }])).toEqual(terms);
    expect(parseOrder(item, undefined)).toEqual([]);
  });

  it.each<[unknown, string]>([
    [{ nope: "asc" }, '"nope"'],
    [{ parts: "asc" }, '"parts"'],
    [{ data: "asc" }, "json"],
    [{ name: "up" }, '"asc" or "desc"'],
    [{ name: { sort: "asc" } }, '"asc" or "desc"'],
    ["name", "object"],
    [[null], "object"],
  ])("refuses %j", (orderBy, text) => {
    expect(() => parseOrder(item, orderBy)).toThrow(ormError("INVALID_QUERY", text));
  });
});

describe("recordOrder", () => {
  const sorted = (orderBy: unknown, records: Record<string, unknown>[]) =>
    [...records].sort(recordOrder(item, parseOrder(item, orderBy))).map((record) => record["id"]);

  it("puts nulls first in ascending order, last in descending", () => {
    const records = [{ id: "a", second: 1 }, { id: "b", second: null }, { id: "c", second: -1 }, { id: "d" }];
    expect(sorted({ second: "asc" }, records)).toEqual(["b", "d", "c", "a"]);
    expect(sorted({ second: "desc" }, records)).toEqual(["a", "c", "d", "b"]);
  });

  it("breaks ties by id, in the direction of the last term", () => {
    const records = [
      { id: "b", name: "x" },
      { id: "a", name: "x" },
      { id: "c", name: "x" },
    ];
    expect(sorted({ name: "asc" }, records)).toEqual(["a", "b", "c"]);
    expect(sorted({ name: "desc" }, records)).toEqual(["c", "b", "a"]);
    expect(sorted([{ name: "desc" }, { flag: "asc" }], records)).toEqual(["a", "b", "c"]);
    expect(sorted(undefined, records)).toEqual(["a", "b", "c"]);
  });

  it("orders integer ids as numbers where asked to, and breaks ties by their text", () => {
    const ids = (orderBy: unknown) =>
      [2, 10, 1]
        .map((id) => ({ id, size: 1 }))
        .sort(recordOrder(part, parseOrder(part, orderBy)))
        .map(({ id }) => id);
    expect(ids({ id: "asc" })).toEqual([1, 2, 10]);
    expect(ids({ id: "desc" })).toEqual([10, 2, 1]);
    expect(ids({ size: "asc" })).toEqual([1, 10, 2]);
  });
});
