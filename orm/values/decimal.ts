/** The digits a stored number can hold exactly: DynamoDB's limit, and so the ORM's. */
const MAX_DIGITS = 38;

/** An exact decimal: `sign * 0.DIGITS * 10^exponent`, digits without zeros at either end. Zero has no digits. */
export interface ExactDecimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/;

/** Reads decimal text, with or without an exponent. Undefined for anything else. */
export function parseDecimal(text: string): ExactDecimal | undefined {
  const match = DECIMAL.exec(text);
  if (!match) return undefined;
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  if (whole === "" && fraction === "") return undefined;
  const all = whole + fraction;
  const leading = all.length - all.replace(/^0+/, "").length;
  const digits = all.slice(leading).replace(/0+$/, "");
  if (digits === "") return { negative: false, digits: "", exponent: 0 };
  return { negative: sign === "-", digits, exponent: whole.length - leading + Number(exponent) };
}

/** Decimal text that was checked before, where the value was taken. */
export function knownDecimal(text: string): ExactDecimal {
  const value = parseDecimal(text);
  if (!value) throw new TypeError("Not a decimal.");
  return value;
}

/** Whether a number of this magnitude and precision is stored exactly (DynamoDB: 38 digits, 1e-130 to 9.99e125). */
export function isStorable(value: ExactDecimal): boolean {
  return value.digits.length <= MAX_DIGITS && value.exponent >= -129 && value.exponent <= 126;
}

/** The shortest plain text of a decimal: `10.5`, `-0.001`, `1200`. */
export function formatDecimal(value: ExactDecimal): string {
  const { digits, exponent } = value;
  if (digits === "") return "0";
  const sign = value.negative ? "-" : "";
  if (exponent <= 0) return `${sign}0.${"0".repeat(-exponent)}${digits}`;
  if (exponent >= digits.length) return `${sign}${digits}${"0".repeat(exponent - digits.length)}`;
  return `${sign}${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

/** Compares two decimals as numbers. */
export function compareDecimals(left: ExactDecimal, right: ExactDecimal): number {
  if (left.digits === "" || right.digits === "") return signOf(left) - signOf(right);
  if (left.negative !== right.negative) return left.negative ? -1 : 1;
  const magnitude =
    left.exponent - right.exponent || (left.digits < right.digits ? -1 : left.digits > right.digits ? 1 : 0);
  return left.negative ? -magnitude : magnitude;
}

function signOf(value: ExactDecimal): number {
  return value.digits === "" ? 0 : value.negative ? -1 : 1;
}
