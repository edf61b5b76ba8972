import { describe, expect, it } from "vitest";
import type { CreateData } from "../client/infer.ts";
import type { JsonValue } from "../schema/fields.ts";
import { errorOf, fresh, type BackendLimits, type ContractContext, type ContractSchema } from "./contract-schema.ts";

type Sample = CreateData<ContractSchema, "sample">;
type Kind = Exclude<keyof Sample, "id" | "space">;

const nested = (depth: number): JsonValue => (depth === 0 ? "end" : [nested(depth - 1)]);

/** A value, and what comes back where that is another form of it. */
const ROUND_TRIPS: { [K in Kind]: [value: Sample[K], result?: Sample[K]][] } = {
  text: [[""], ["text"], [" \n\t"], ["é \u{1f600} \uffff"], ["null"], ["a|b+c>d#e"], ["x".repeat(5000)]],
  flag: [[true], [false]],
  moment: [
    [new Date("2024-02-29T12:34:56.789Z")],
    [new Date(0)],
    [new Date(-1)],
    [new Date("1815-12-10T00:00:00.000Z")],
    [new Date("0000-01-01T00:00:00.000Z")],
    [new Date("9999-12-31T23:59:59.999Z")],
  ],
  whole: [[0], [-0, 0], [1], [-1], [Number.MAX_SAFE_INTEGER], [Number.MIN_SAFE_INTEGER]],
  real: [[0], [0.1], [-1.5], [1e-7], [1e21], [0.1 + 0.2], [-123456.789e10], [5e-130 * 10]],
  big: [[0n], [2n ** 63n], [-(2n ** 63n)], [10n ** 37n], [99999999999999999999999999999999999999n]],
  exact: [
    ["10.50", "10.5"],
    ["-0.1"],
    ["0"],
    ["-0.00", "0"],
    ["007", "7"],
    ["1e3", "1000"],
    [".5", "0.5"],
    ["12345678901234567890.123456789012345678"],
    ["100000000000000000000000000000000000000000"],
  ],
  data: [
    [{}],
    [[]],
    [""],
    ["text"],
    [0],
    [-1.25],
    [false],
    [{ a: null, b: [null, { c: null }], d: "", e: [""], "with.dot": 1, "#hash": 2, ":colon": 3 }],
    [{ toString: "x", valueOf: null }],
    [{ a: [1, "2", true, [[]]], ключ: "\u{1f600}" }],
    [nested(30)],
  ],
  choice: [["one"], ["two"]],
};

/** Every kind of value comes back as it was stored. */
export function valuesContract(context: () => ContractContext, limits: BackendLimits): void {
  describe("values", () => {
    roundTripTests(context, limits);
    refusalTests(context);
  });
}

function roundTripTests(context: () => ContractContext, limits: BackendLimits): void {
  it.each(Object.keys(ROUND_TRIPS) as Kind[])("keeps values of the field %s", async (field) => {
    const { orm } = context();
    const space = fresh("space");
    for (const [value, result = value] of ROUND_TRIPS[field]) {
      const sample = await orm.sample.create({ data: { space, [field]: value } });
      expect(sample[field]).toStrictEqual(result);
      const found = (await orm.sample.findUnique({ where: { id: sample.id } }))!;
      expect(found).toStrictEqual(sample);
      const where = { id: sample.id, [field]: field === "data" ? { eq: value } : value };
      expect(await orm.sample.findFirst({ where, select: { id: true } })).toEqual({ id: sample.id });
      expect(await orm.sample.update({ where: { id: sample.id }, data: { [field]: null } })).toStrictEqual({
        ...sample,
        [field]: null,
      });
      expect(await orm.sample.update({ where: { id: sample.id }, data: { [field]: value } })).toStrictEqual(sample);
    }
    const all = await orm.sample.findMany({ where: { space, [field]: { not: null } } });
    expect(all).toHaveLength(ROUND_TRIPS[field].length);
  });

  const ownProperties = async () => {
    const { orm } = context();
    const data = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":null}}') as JsonValue;
    const { id } = await orm.sample.create({ data: { data } });
    const found = (await orm.sample.findUnique({ where: { id } }))!.data as object;
    expect(Object.keys(found).sort()).toEqual(["__proto__", "constructor"]);
    expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
    expect(found.constructor).toEqual({ prototype: null });
    expect(await orm.sample.findFirst({ where: { id, data: { eq: data } }, select: { id: true } })).toEqual({ id });
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  };

  if (limits.protoKeys !== false) it("keeps own properties of records apart from their prototype", ownProperties);
}

function refusalTests(context: () => ContractContext): void {
  it("stores dates in json as text, and drops undefined", async () => {
    const { orm } = context();
    // The types allow neither of both; callers of plain JavaScript pass them.
    const data = { at: new Date(0), none: undefined, list: [undefined] } as unknown as Sample["data"];
    expect((await orm.sample.create({ data: { data } })).data).toStrictEqual({
      at: "1970-01-01T00:00:00.000Z",
      list: [null],
    });
  });

  it("refuses values that it could not return, and stores nothing", async () => {
    const { orm } = context();
    const space = fresh("space");
    const refused: Sample[] = [
      { whole: 1.5 },
      { whole: 2 ** 53 },
      { real: Number.NaN },
      { real: 1e200 },
      { big: 10n ** 38n + 1n },
      { exact: "1,5" },
      { exact: "1.000000000000000000000000000000000000001" },
      { moment: new Date(Number.NaN) },
      { data: { a: Number.POSITIVE_INFINITY } },
      { choice: "three" as "one" },
    ];
    for (const data of refused) {
      expect(await errorOf(orm.sample.create({ data: { ...data, space } }))).toMatchObject({ code: "INVALID_VALUE" });
    }
    expect(await orm.sample.count({ where: { space } })).toBe(0);
  });
}
