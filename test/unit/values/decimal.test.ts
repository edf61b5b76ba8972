import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareDecimals, formatDecimal, isStorable, parseDecimal } from "../../../orm/values/decimal.ts";

const plain = (text: string) => formatDecimal(parseDecimal(text)!);

describe("decimals", () => {
  it.each([
    ["10.50", "10.5"],
    ["-0.1", "-0.1"],
    ["+7", "7"],
    ["007", "7"],
    [".5", "0.5"],
    ["5.", "5"],
    ["-0.000", "0"],
    ["1e3", "1000"],
    ["12.5E-3", "0.0125"],
    ["1200", "1200"],
    ["0.0001200", "0.00012"],
  ])("formats %s as %s", (text, expected) => {
    expect(plain(text)).toBe(expected);
  });

  it.each(["", ".", "-", "1,5", "1.2.3", "0x1", "NaN", "Infinity", " 1", "1 ", "1e", "1e1234567", "١"])(
    "refuses %j",
    (text) => {
      expect(parseDecimal(text)).toBeUndefined();
    },
  );

  it("knows what is stored exactly: 38 digits, magnitudes of 1e-130 to 9.9e125", () => {
    const storable = (text: string) => isStorable(parseDecimal(text)!);
    expect(storable("9".repeat(38))).toBe(true);
    expect(storable("9".repeat(39))).toBe(false);
    expect(storable(`${"9".repeat(38)}000`)).toBe(true);
    expect(storable("1e-130")).toBe(true);
    expect(storable("1e-131")).toBe(false);
    expect(storable(`${"9".repeat(38)}e88`)).toBe(true);
    expect(storable("9.9e125")).toBe(true);
    expect(storable("1e126")).toBe(false);
    expect(storable("0e999999")).toBe(true);
  });

  // As scaled integers: 12 digits after the point.
  const scaled = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
  const textOf = (value: bigint) => {
    const digits = (value < 0n ? -value : value).toString().padStart(13, "0");
    return `${value < 0n ? "-" : ""}${digits.slice(0, -12)}.${digits.slice(-12)}`;
  };

  it("compares as numbers", () => {
    fc.assert(
      fc.property(scaled, scaled, (a, b) => {
        // Plus 0, for the sign of zero says nothing.
        const order = Math.sign(compareDecimals(parseDecimal(textOf(a))!, parseDecimal(textOf(b))!)) + 0;
        expect(order).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it("formats every decimal as one text that reads as the same number", () => {
    fc.assert(
      fc.property(scaled, (value) => {
        const text = plain(textOf(value));
        expect(plain(text)).toBe(text);
        expect(compareDecimals(parseDecimal(text)!, parseDecimal(textOf(value))!) === 0).toBe(true);
        expect(text).not.toMatch(/^-?0\d|\.\d*0$|\.$|^-0$/);
      }),
    );
  });
});
