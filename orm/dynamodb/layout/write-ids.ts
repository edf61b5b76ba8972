import { base64url } from "../../util/bytes.ts";
import type { Item } from "./attribute-value.ts";
import { textOf } from "./stored-record.ts";

/** The attribute with the marks of writes whose sender may have to send again: a map, by lane. */
export const MARKS = "_marks";

/** Marks older than this, in milliseconds, are nobody's any more. */
export const MARK_MS = 600_000;

/** An id that no other write has. It begins with its time. */
export function newWriteId(now: number = Date.now()): string {
  const random = globalThis.crypto.getRandomValues(new Uint8Array(12));
  return `${now.toString(36)}.${base64url(random)}`;
}

/** When a write id was made, in epoch milliseconds. */
function writeTime(id: string): number {
  return Number.parseInt(id.slice(0, id.indexOf(".")), 36) || 0;
}

/**
 * The mark of a record's birth, of a write that may make several: an entry tells by it whose it is, so no two records
 * ever share one.
 */
export function bornIn(writeId: string, position: number): string {
  return position === 0 ? writeId : `${writeId}/${position}`;
}

/** Whether a write has left its mark on an item: it was the last to change it, it created it, or its lane says so. */
export function isFromWrite(item: Item, id: string): boolean {
  const [born] = (textOf(item, "_born") ?? "").split("/");
  return textOf(item, "_w") === id || born === id || marksOf(item).some(([, mark]) => mark === id);
}

/** A mark on a record: its lane, and the write that has left it. */
export type StoredMark = readonly [lane: string, writeId: string];

/** The marks on a record, by lane. */
function marksOf(item: Item | undefined): StoredMark[] {
  const marks = item?.[MARKS];
  if (!marks || !("M" in marks)) return [];
  return Object.entries(marks.M).flatMap(([lane, mark]) => ("S" in mark ? [[lane, mark.S] as const] : []));
}

/** The marks on a record that nobody asks for any more. */
export function staleMarks(item: Item | undefined, now: number): StoredMark[] {
  return marksOf(item).filter(([, mark]) => now - writeTime(mark) >= MARK_MS);
}

/** The marks on a record that somebody may still ask for. */
export function freshMarks(item: Item | undefined, now: number): Item {
  return Object.fromEntries(
    marksOf(item).flatMap(([lane, mark]) => (now - writeTime(mark) < MARK_MS ? [[lane, { S: mark }]] : [])),
  );
}
