import type { Item } from "../../layout/attribute-value.ts";
import { numberOf, textOf } from "../../layout/stored-record.ts";
import type { Placeholders } from "../expression.ts";

/**
 * The attributes of a lock. Only engines without transactions see any: there a change of several
 * items takes several requests, and the record is locked while they are under way.
 */
export const LOCK = { by: "_lock", at: "_lockAt" } as const;

/** Whoever holds a lock longer than this has crashed. */
const LOCK_MS = 5_000;

/** The lock of one write, taken at a time in epoch milliseconds. */
export function lockAttributes(writeId: string, now: number): Item {
  return { [LOCK.by]: { S: writeId }, [LOCK.at]: { N: String(now) } };
}

/** A record's item without its lock. */
export function withoutLock(item: Item): Item {
  const { [LOCK.by]: _by, [LOCK.at]: _at, ...rest } = item;
  return rest;
}

/** Whether a change of several items is at this record. */
export function isLocked(item: Item | undefined, now: number): boolean {
  return item !== undefined && (numberOf(item, LOCK.at) ?? 0) >= freeBefore(now);
}

/** That no change of several items is at a record. */
export function unlockedExpression(now: number, placeholders: Placeholders): string {
  const at = placeholders.name(LOCK.at);
  return `(attribute_not_exists(${at}) OR ${at} < ${placeholders.value({ N: String(freeBefore(now)) })})`;
}

/** Whether this write holds the lock. */
export function isLockedBy(item: Item | undefined, writeId: string): boolean {
  return item !== undefined && textOf(item, LOCK.by) === writeId;
}

/** Locks from before this time, in epoch milliseconds, hold no longer. */
function freeBefore(now: number): number {
  return now - LOCK_MS;
}
