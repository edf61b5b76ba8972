import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { indexSortKey, isCut, sortKeyBounds, sortValue } from "../../orm/dynamodb/layout/sort-key.ts";
import type { FieldKind } from "../../orm/schema/fields.ts";
import type { FieldManifest } from "../../orm/schema/manifest.ts";
import { compareText, compareValues } from "../../orm/values/compare.ts";
import { formatDecimal, isStorable, parseDecimal } from "../../orm/values/decimal.ts";
import { settings } from "./settings.ts";

const fieldOfKind = (kind: FieldKind) => ({ name: "field", kind, nullable: true }) as FieldManifest;

const characters = fc.constantFrom(
  ...[
    "\u0000",
    "\u0001",
    "\u0002",
    "\u0003",
    "!",
    "#",
    "=",
    "a",
    "b",
    "|",
    "}",
    "~",
    "\u007F",
    "é",
    "\u07FF",
    "\u0800",
    "\uFFFF",
    "\u{10000}",
    "\u{1F600}",
    "\u{10FFFF}",
  ],
);
/** Short texts, and texts that differ about where sort values are cut. */
const texts = fc.oneof(
  fc.string({ unit: characters, maxLength: 4 }),
  fc.string({ unit: "binary" }),
  fc
    .tuple(fc.integer({ min: 472, max: 480 }), fc.string({ unit: characters, maxLength: 8 }))
    .map(([length, end]) => "x".repeat(length) + end),
  fc
    .tuple(fc.constantFrom(236, 238, 239), fc.string({ unit: characters, maxLength: 8 }))
    .map(([length, end]) => "\u0000".repeat(length) + end),
);
const decimals = fc
  .oneof(
    fc
      .tuple(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), fc.integer({ min: -130, max: 88 }))
      .map(([digits, exponent]) => `${digits}e${exponent}`),
    fc
      .tuple(fc.integer({ min: -100, max: 100 }), fc.integer({ min: -2, max: 2 }))
      .map(([digits, exponent]) => `${digits}e${exponent}`),
  )
  .map((text) => parseDecimal(text)!)
  .filter(isStorable)
  .map(formatDecimal);

const VALUES: [FieldKind, fc.Arbitrary<unknown>][] = [
  [
    "datetime",
    fc.oneof(
      fc.date({
        min: new Date("0000-01-01T00:00:00.000Z"),
        max: new Date("9999-12-31T23:59:59.999Z"),
        noInvalidDate: true,
      }),
      fc.integer({ min: -3, max: 3 }).map((ms) => new Date(ms)),
    ),
  ],
  ["boolean", fc.boolean()],
  ["integer", fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -12, max: 12 }))],
  [
    "number",
    fc.oneof(
      fc.double({ min: -1e125, max: 1e125, noNaN: true }).filter((value) => isStorable(parseDecimal(String(value))!)),
      fc.integer({ min: -12, max: 12 }).map((n) => n / 4),
    ),
  ],
  ["bigint", fc.oneof(fc.bigInt({ min: 1n - 10n ** 38n, max: 10n ** 38n - 1n }), fc.bigInt({ min: -12n, max: 12n }))],
  ["decimal", decimals],
  ["string", texts],
];

const sign = (order: number) => Math.sign(order) + 0;

describe.each(VALUES)("sort values of %s", (kind, values) => {
  const field = fieldOfKind(kind);
  const sort = (value: unknown) => sortValue(field, value);
  const order = (left: unknown, right: unknown) => compareValues(kind, left, right);

  test("sort as the values do, whatever the ids behind them", () => {
    fc.assert(
      fc.property(values, values, texts, texts, (left, right, leftId, rightId) => {
        if (sort(left) === sort(right)) {
          expect(order(left, right) === 0 || isCut(sort(left))).toBe(true);
          return;
        }
        expect(sign(compareText(indexSortKey(sort(left), leftId), indexSortKey(sort(right), rightId)))).toBe(
          sign(order(left, right)),
        );
      }),
      settings(2000),
    );
  });

  test("are texts of valid UTF-8 within their limit, after null and none the beginning of another", () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        expect(Buffer.byteLength(sort(left))).toBeLessThanOrEqual(480);
        expect(sort(left).isWellFormed()).toBe(true);
        expect(compareText(`${sort(null)}}`, sort(left))).toBeLessThan(0);
        if (sort(left) !== sort(right)) expect(sort(right).startsWith(sort(left))).toBe(false);
      }),
      settings(1000),
    );
  });

  test("lie between the bounds of every range that the value is in, and of no other unless cut", () => {
    const operators = fc.constantFrom("gt", "gte", "lt", "lte", "eq");
    fc.assert(
      fc.property(values, values, operators, texts, (value, bound, operator, recordId) => {
        const side = { sort: sort(bound), inclusive: operator === "eq" || operator.endsWith("e") };
        const lower = operator.startsWith("g") || operator === "eq" ? { lower: side } : {};
        const upper = operator.startsWith("l") || operator === "eq" ? { upper: side } : {};
        const { from, to } = sortKeyBounds({ ...lower, ...upper });
        const key = indexSortKey(sort(value), recordId);
        const inside = compareText(from, key) <= 0 && compareText(key, to) <= 0;
        const compared = order(value, bound);
        const matches = {
          gt: compared > 0,
          gte: compared >= 0,
          lt: compared < 0,
          lte: compared <= 0,
          eq: compared === 0,
        }[operator];
        if (inside !== matches) expect([inside, matches, isCut(side.sort)]).toEqual([true, false, true]);
        expect(
          compareText(from, indexSortKey(sort(null), recordId)) <= 0 && lower !== undefined && "lower" in lower,
        ).toBe(false);
      }),
      settings(2000),
    );
  });
});
