import { describe, expect, it } from "vitest";
import { MAX_JSON_DEPTH, normalizeJson } from "../../../orm/values/json.ts";

const normalize = (value: unknown) => normalizeJson("model", "data", value);

describe("json", () => {
  it("keeps what JSON keeps", () => {
    const value = { a: [1, "", null, { b: false }], at: new Date(0), none: undefined, list: [undefined] };
    expect(normalize(value)).toStrictEqual(JSON.parse(JSON.stringify(value)));
    expect(normalize(new URL("https://example.com/"))).toBe("https://example.com/");
    expect(Object.is(normalize(-0), 0)).toBe(true);
  });

  it("copies", () => {
    const value = { list: [{}] };
    const copy = normalize(value) as typeof value;
    expect(copy).toEqual(value);
    expect(copy.list).not.toBe(value.list);
    expect(copy.list[0]).not.toBe(value.list[0]);
  });

  it("keeps __proto__ as a property", () => {
    const copy = normalize(JSON.parse('{"__proto__":{"a":1}}')) as object;
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"a":1}}');
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it.each([
    ["NaN", Number.NaN],
    ["Infinity", [Number.POSITIVE_INFINITY]],
    ["a number beyond the store", { a: 1e200 }],
    ["a bigint", { a: 1n }],
    ["a function", { a: () => 1 }],
    ["a symbol", Symbol("a")],
    ["undefined", undefined],
    ["an empty key", { "": 1 }],
  ])("refuses %s", (_title, value) => {
    expect(() => normalize(value)).toThrow(
      expect.objectContaining({ code: "INVALID_VALUE", meta: { model: "model", target: ["data"] } }),
    );
  });

  it("makes text and keys well-formed", () => {
    expect(normalize({ "a\ud83d": ["\ude00", { b: "\u{1f600}" }] })).toEqual({
      "a\ufffd": ["\ufffd", { b: "\u{1f600}" }],
    });
  });

  it("refuses what is nested too deeply, a cycle too", () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    expect(normalize(nested(MAX_JSON_DEPTH))).toEqual(nested(MAX_JSON_DEPTH));
    expect(() => normalize(nested(MAX_JSON_DEPTH + 1))).toThrow(/deeper/);
    const cycle: unknown[] = [];
    cycle.push(cycle);
    expect(() => normalize(cycle)).toThrow(/deeper/);
  });
});
