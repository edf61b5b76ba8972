import { describe, expect, it } from "vitest";
import { fromStorable, toStorable } from "../../../adapters/authjs/storable.ts";
import { normalizeJson } from "../../../orm/values/json.ts";

const nested = (depth: number, inner: unknown): unknown => (depth === 0 ? inner : { a: [nested(depth - 1, inner)] });
const stored = (value: unknown) => fromStorable(normalizeJson("model", "field", toStorable(value)));

describe("what a provider answered", () => {
  it.each<[string, unknown]>([
    ["plain values", { a: [1, "2", null, true, { b: {} }], c: "" }],
    ["dates", { at: new Date(5), list: [new Date(-1)] }],
    ["an empty key", { "": 1, a: { "": { "": new Date(5) } } }],
    ["numbers beyond the store", [1e300, -1e300, 5e-324]],
    [
      "objects like those that stand for others",
      { a: { $date: "x" }, b: { $$date: { $json: 1 } }, c: { $entries: [] } },
    ],
    ["__proto__", JSON.parse('{"__proto__":{"a":1}}')],
    ["deep values", nested(40, { end: "x" })],
    ["deep values with empty keys", { "": nested(12, { "": { "": { "": [{ "": "x" }] } } }) }],
  ])("comes back as it was: %s", (_title, value) => {
    expect(stored(value)).toStrictEqual(value);
  });

  it.each<[string, unknown, unknown]>([
    ["NaN and infinity", { a: NaN, b: [Infinity] }, { a: null, b: [null] }],
    ["bigint", { a: 1n }, { a: "1" }],
    ["functions, symbols and undefined", { a: () => 1, b: Symbol("b"), c: undefined, d: [undefined] }, { d: [null] }],
    ["a date that is none", { a: new Date(NaN) }, { a: null }],
    ["toJSON", { a: new URL("https://example.com/") }, { a: "https://example.com/" }],
    [
      "what is too deep for more than JSON",
      nested(14, { a: [1n, new Date(5)] }),
      nested(14, { a: ["1", new Date(5).toJSON()] }),
    ],
  ])("becomes what JSON makes of it: %s", (_title, value, result) => {
    expect(stored(value)).toStrictEqual(result);
  });

  it("ends where it never ends", () => {
    const cycle: Record<string, unknown> = { a: 1 };
    cycle["self"] = cycle;
    expect(stored(cycle)).toMatchObject({ a: 1, self: { self: { self: { a: 1 } } } });
  });
});
