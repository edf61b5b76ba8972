import { randomBytes } from "node:crypto";
import type { Item } from "./attribute-value.ts";
import { textOf } from "./stored-record.ts";

/**
 * The ids of a record's last writes, the last one first. When the SDK sends a write again whose
 * response it has not seen, they tell that the write has landed, also where others have written
 * since: as many as there are attributes here.
 */
export const WRITE_IDS = ["_w", "_w1", "_w2", "_w3"] as const;

/** An id that no other write has. */
export function newWriteId(): string {
  return randomBytes(12).toString("base64url");
}

/** The write ids of a record after one more write. */
export function nextWriteIds(before: Item | undefined, id: string): Item {
  const ids: Item = { _w: { S: id } };
  WRITE_IDS.slice(1).forEach((attribute, i) => {
    const earlier = before?.[WRITE_IDS[i]!];
    if (earlier) ids[attribute] = earlier;
  });
  return ids;
}

/**
 * Whether a write has left its mark on an item: it was among the last to change it, or it created
 * it.
 */
export function isFromWrite(item: Item, id: string): boolean {
  return [...WRITE_IDS, "_born"].some((attribute) => textOf(item, attribute) === id);
}
