import { invalidQuery } from "../errors.ts";
import type { OrderTerm } from "../query/order.ts";
import { knownField } from "../schema/known.ts";
import type { ModelManifest } from "../schema/manifest.ts";
import { normalizeValue, type RecordValues } from "../values/normalize.ts";

/** The arguments of an operation as they arrive: names and values unchecked. */
export type RawArgs = Readonly<Record<string, unknown>>;

/** Refuses arguments that an operation does not take: a misspelt `where` must not match everything. */
export function checkArgs(model: ModelManifest, operation: string, args: unknown, allowed: readonly string[]): RawArgs {
  if (args === undefined) return {};
  if (typeof args !== "object" || args === null || Array.isArray(args)) {
    throw invalidQuery(`${operation} of "${model.name}" takes an object.`, model.name);
  }
  for (const name of Object.keys(args)) {
    if (allowed.includes(name)) continue;
    throw invalidQuery(
      `${operation} of "${model.name}" has no argument "${name}". There are ${allowed.join(", ")}.`,
      model.name,
    );
  }
  return args as RawArgs;
}

/** The `skip` and `take` of an operation. */
export function parsePage(
  model: ModelManifest,
  operation: string,
  args: RawArgs,
): { skip: number; take: number | undefined } {
  return {
    skip: pageNumber(model, operation, "skip", args["skip"]) ?? 0,
    take: pageNumber(model, operation, "take", args["take"]),
  };
}

function pageNumber(model: ModelManifest, operation: string, name: string, value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw invalidQuery(`${name} of ${operation} of "${model.name}" must be a whole number from 0.`, model.name);
}

/** The record that a page comes after: its id, and what the order compares. */
export function parseAfter(
  model: ModelManifest,
  operation: string,
  after: unknown,
  orderBy: readonly OrderTerm[],
): RecordValues | undefined {
  if (after === undefined) return undefined;
  const refuse = (what: string, fields?: readonly string[]) =>
    invalidQuery(`after of ${operation} of "${model.name}" ${what}`, model.name, fields);
  if (orderBy.length === 0) throw refuse("needs an orderBy: without one there is no order to go on in.");
  if (typeof after !== "object" || after === null) throw refuse("must be a record, the last of the page before.");
  const names = new Set(["id", ...orderBy.map(({ field }) => field)]);
  const values: RecordValues = {};
  for (const name of names) {
    const value = Object.hasOwn(after, name) ? (after as RecordValues)[name] : undefined;
    if (value === undefined) throw refuse(`lacks "${name}": select it, for the order goes by it.`, [name]);
    values[name] = normalizeValue(model.name, knownField(model, name), value);
  }
  return values;
}

/** Data of a write: an object of fields. */
export function parseData(
  model: ModelManifest,
  operation: string,
  name: string,
  data: unknown,
): Record<string, unknown> {
  if (typeof data === "object" && data !== null && !Array.isArray(data)) return data as Record<string, unknown>;
  throw invalidQuery(`${operation} of "${model.name}" needs an object as "${name}".`, model.name);
}
