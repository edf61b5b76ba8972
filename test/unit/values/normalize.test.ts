import { describe, expect, it } from "vitest";
import { completeRecord, normalizeData } from "../../../orm/values/normalize.ts";
import { item, ormError, part } from "../support.ts";

const complete = (data: Record<string, unknown>) => completeRecord(item, data, () => "new");

describe("the record of a create", () => {
  it("has every field, with defaults", () => {
    expect(complete({ code: "a", second: undefined })).toEqual({
      id: "new",
      code: "a",
      name: null,
      first: null,
      second: null,
      flag: false,
      at: null,
      real: null,
      big: null,
      exact: null,
      data: null,
      choice: "one",
      made: "made",
    });
  });

  it("needs what has no default", () => {
    expect(() => complete({})).toThrow(ormError("INVALID_VALUE", "item.code"));
    expect(() => complete({ code: null })).toThrow(ormError("INVALID_VALUE", "null"));
    expect(() => completeRecord(part, { itemId: "a" }, () => "new")).toThrow(ormError("INVALID_VALUE", "part.id"));
  });

  it("takes the model's fields only", () => {
    expect(() => complete({ code: "a", parts: [] })).toThrow(ormError("INVALID_QUERY", '"parts"'));
    expect(() => complete({ code: "a", nope: undefined })).toThrow(ormError("INVALID_QUERY", '"nope"'));
    expect(() => complete(JSON.parse('{"code":"a","__proto__":1}'))).toThrow(ormError("INVALID_QUERY", "__proto__"));
  });
});

describe("values", () => {
  it("are brought to one form", () => {
    const at = new Date(5);
    const data = normalizeData(item, { exact: "1.50", real: -0, second: -0, at, name: undefined });
    expect(data).toStrictEqual({ exact: "1.5", real: 0, second: 0, at });
    expect(data["at"]).not.toBe(at);
  });

  it.each<[string, unknown]>([
    ["id", 1],
    ["code", 1],
    ["flag", 1],
    ["flag", "true"],
    ["at", "2024-01-01"],
    ["at", 0],
    ["at", new Date("+010000-01-01")],
    ["second", 1.5],
    ["second", "1"],
    ["second", 1n],
    ["real", Number.POSITIVE_INFINITY],
    ["big", 1],
    ["exact", 1.5],
    ["choice", "three"],
    ["choice", "toString"],
  ])("of %s must fit: %o does not", (field, value) => {
    expect(() => normalizeData(item, { [field]: value })).toThrow(ormError("INVALID_VALUE", `item.${field}`));
  });

  it("never stand in a message", () => {
    const secrets = {
      id: 7654321,
      flag: "7654321",
      at: "7654321",
      second: 7654321.5,
      real: "7654321",
      big: "7654321",
      exact: "7654321,5",
      choice: "7654321",
      data: { "": 7654321 },
    };
    for (const [field, value] of Object.entries(secrets)) {
      expect(() => normalizeData(item, { [field]: value })).toThrow(
        expect.objectContaining({
          code: "INVALID_VALUE",
          message: expect.not.stringContaining("7654321") as string,
          meta: { model: "item", target: [field] },
        }),
      );
    }
    expect(() => normalizeData(item, { exact: `1${"0".repeat(50)}1` })).toThrow(/^item\.exact: (?!.*00)/);
    expect(() => normalizeData(item, { code: ["x"] })).toThrow(ormError("INVALID_VALUE", "got a list"));
  });

  it("of text are made well-formed", () => {
    expect(normalizeData(item, { code: "\ude00a\ud83d" })).toEqual({ code: "\ufffda\ufffd" });
  });

  it("of whole text pass", () => {
    expect(normalizeData(item, { code: "\ud83d\ude00\uffff" })).toEqual({ code: "\u{1f600}\uffff" });
  });
});
