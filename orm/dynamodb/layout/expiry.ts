import type { RecordValues } from "../../values/normalize.ts";
import type { ModelLayout } from "./model-layout.ts";

/** When a record and its entries are removed by DynamoDB, in epoch seconds. */
export interface Expiry {
  readonly record: number;
  readonly entries: number;
}

const DAY = 86_400;

/** The record's expiry as the TTL attribute holds it. */
export function expirySeconds(expires: Date): number {
  return Math.ceil(expires.getTime() / 1000);
}

/**
 * The expiry of a record and of entries written now. Entries outlive the record by as long as it
 * has still to live, a day at least: a session that is extended regularly then rewrites its
 * entries about once a lifetime, and never has an entry that is gone before it.
 */
export function expiryOf(layout: ModelLayout, values: RecordValues, now: number): Expiry | undefined {
  const expires = layout.model.expires === undefined ? null : values[layout.model.expires];
  if (!(expires instanceof Date)) return undefined;
  const record = expirySeconds(expires);
  return { record, entries: record + Math.max(DAY, record - Math.floor(now / 1000)) };
}
