import { inspect } from "node:util";

/** Any value in words: operations of a failed run, and results to be compared as text. */
export function render(value: unknown): string {
  return inspect(value, { depth: 20, breakLength: Infinity, maxStringLength: 700, sorted: true });
}
