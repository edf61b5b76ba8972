import type { Removal } from "./wire.ts";

const NUMBERS = new Intl.NumberFormat("en");

/** A number with its noun: `1 record`, `2,000 entries`. */
export function counted(count: number, noun: string): string {
  const plural = noun.endsWith("y") ? `${noun.slice(0, -1)}ies` : `${noun}s`;
  return `${NUMBERS.format(count)} ${count === 1 ? noun : plural}`;
}

export function bytes(size: number): string {
  if (size < 1024) return `${size} B`;
  if (size < 1024 * 1024) return `${(size / 1024).toFixed(1)} KB`;
  return `${(size / 1024 / 1024).toFixed(1)} MB`;
}

/** Capacity units: half ones exist. */
export function units(count: number | undefined, noun: string): string {
  return count === undefined ? `${noun}s unknown` : `${NUMBERS.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** What a removal takes, in one line: `1 user, 3 sessions`. */
export function removalText({ removed }: Removal): string {
  return removed.map(({ model, count }) => counted(count, model)).join(", ");
}
