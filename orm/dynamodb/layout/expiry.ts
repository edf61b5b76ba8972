import type { RecordValues } from "../../values/normalize.ts";
import type { ModelLayout } from "./model-layout.ts";

/** When a record and its entries are removed by DynamoDB, in epoch seconds. */
export interface Expiry {
  readonly record: number;
  readonly entries: number;
}

const DAY = 86_400;

/** The expiry that a value of the expiry field means, as the TTL attribute holds it. */
export function expirySeconds(layout: ModelLayout, value: unknown): number | undefined {
  const { expires } = layout.model;
  const time = value instanceof Date ? value.getTime() : value;
  if (expires === undefined || typeof time !== "number") return undefined;
  return Math.ceil(time / 1000) + expires.after;
}

/** A record's expiry, undefined where it has none. */
export function recordExpiry(layout: ModelLayout, values: RecordValues): number | undefined {
  const { expires } = layout.model;
  return expires && expirySeconds(layout, values[expires.field]);
}

/**
 * The expiry of a record and of entries written now. Entries outlive the record by as long as it
 * has still to live, a day at least: a session that is extended regularly then rewrites its
 * entries about once a lifetime, and never has an entry that is gone before it.
 */
export function expiryOf(layout: ModelLayout, values: RecordValues, now: number): Expiry | undefined {
  const record = recordExpiry(layout, values);
  if (record === undefined) return undefined;
  return { record, entries: record + Math.max(DAY, record - Math.floor(now / 1000)) };
}
