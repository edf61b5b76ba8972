import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareText, compareValues, valuesEqual } from "../../../orm/values/compare.ts";

describe("text order", () => {
  it("is the order of code points, not of UTF-16 units", () => {
    expect(["\u{1f600}", "\uffee", "a"].sort(compareText)).toEqual(["a", "\uffee", "\u{1f600}"]);
    expect(["\u{1f600}", "\uffee", "a"].sort()).toEqual(["a", "\u{1f600}", "\uffee"]);
  });

  it("is the order of the UTF-8 bytes", () => {
    const text = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(Math.sign(compareText(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
      }),
    );
  });
});

describe("values", () => {
  it("compares each kind by its meaning", () => {
    expect(compareValues("decimal", "9", "10")).toBeLessThan(0);
    expect(compareValues("decimal", "1.50", "1.5")).toBe(0);
    expect(compareValues("bigint", 2n ** 63n, 2n ** 63n - 1n)).toBeGreaterThan(0);
    expect(compareValues("integer", 9, 10)).toBeLessThan(0);
    expect(compareValues("boolean", false, true)).toBeLessThan(0);
    expect(compareValues("datetime", new Date(-1), new Date(0))).toBeLessThan(0);
    expect(compareValues("datetime", new Date(5), new Date(5))).toBe(0);
  });

  it("compares json deeply, whatever the order of keys", () => {
    const equal = (left: unknown, right: unknown) => valuesEqual("json", left, right);
    expect(equal({ a: 1, b: [null, { c: "" }] }, { b: [null, { c: "" }], a: 1 })).toBe(true);
    expect(equal({ a: 1 }, { a: 1, b: null })).toBe(false);
    expect(equal({ a: undefined }, { b: undefined })).toBe(false);
    expect(equal([], {})).toBe(false);
    expect(equal([1, 2], [2, 1])).toBe(false);
    expect(equal("1", 1)).toBe(false);
    expect(equal(JSON.parse('{"__proto__":1}'), {})).toBe(false);
    expect(equal({}, JSON.parse('{"__proto__":{}}'))).toBe(false);
    expect(equal({ toString: 1 }, { valueOf: 1 })).toBe(false);
  });

  it("takes null as equal to null only", () => {
    expect(valuesEqual("string", null, null)).toBe(true);
    expect(valuesEqual("string", null, "")).toBe(false);
    expect(valuesEqual("integer", 0, null)).toBe(false);
  });
});
