import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { MAX_TRANSACTION_ITEMS } from "../engine/limits.ts";
import { seenGuard, type Guard, type ItemWrite } from "../layout/item-write.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { itemKey } from "../layout/keys.ts";
import { keysOf, LOOSE } from "../layout/places.ts";
import { numberOf, textOf, type StoredRecord } from "../layout/stored-record.ts";
import { newWriteId } from "../layout/write-ids.ts";

/** Milliseconds for which whoever deletes a record may still be at its entries. */
const YOUNG_MS = 60_000;

/**
 * Removes the entries of deleted records. Each only while it is that record's: by now another
 * record may have taken the value over. Failures are let go: an entry that leads nowhere is
 * harmless, while an error here would report a delete that has happened as failed.
 */
export async function removeEntriesOf(context: StoreContext, deleted: readonly StoredRecord[]): Promise<void> {
  const writes = deleted.flatMap(entriesOf).map((entry): ItemWrite => ({ ...entry, action: "delete" }));
  await context.engine.writeWhatHolds(writes);
}

/**
 * Marks the index entries of records that are about to go without them, where one write cannot hold them all: whoever
 * counts or lists entries looks at the records of these.
 */
export async function loosenEntriesOf(context: StoreContext, leaving: readonly StoredRecord[]): Promise<void> {
  const counted = leaving.filter(({ layout }) => layout.trueEntries).flatMap(entriesOf);
  let left = counted
    .filter(({ kind }) => kind === "index")
    .map((entry): ItemWrite => ({ ...entry, action: "touch", set: { [LOOSE]: { BOOL: true } } }));
  while (left.length > 0) {
    const chunk = left.slice(0, MAX_TRANSACTION_ITEMS);
    // An entry that is not there, or another's by now, needs no mark.
    const failed = new Set((await context.engine.write(chunk, newWriteId(context.now()))).map(({ write }) => write));
    left = left.filter((write) => !failed.has(write) && (failed.size > 0 || !chunk.includes(write)));
  }
}

/** A record's entries, each while it is that record's. */
function entriesOf({ layout, values, born }: StoredRecord) {
  const guard: Guard = { type: "owned", born };
  return keysOf(layout, values)
    .slice(1)
    .map(({ kind, fields, key }) => ({ layout, kind, fields, key, guard }));
}

/** Removes entries that a read found to lead nowhere. */
export async function removeDangling(
  context: StoreContext,
  layout: ModelLayout,
  entries: readonly Item[],
): Promise<void> {
  const old = entries.filter((entry) => !isYoungEntry(context, entry));
  await context.engine.writeWhatHolds(old.map((entry) => entryRemoval(layout, entry)));
}

/** Whether an entry was written so lately that what makes it lead nowhere may be under way. */
export function isYoungEntry(context: Pick<StoreContext, "now">, entry: Item): boolean {
  return context.now() - (numberOf(entry, "_at") ?? 0) <= YOUNG_MS;
}

/** The removal of an entry as it was seen. */
export function entryRemoval(layout: ModelLayout, entry: Item): ItemWrite {
  const kind = textOf(entry, "_kind") === "unique" ? "unique" : "index";
  return { layout, kind, fields: [], key: itemKey(entry), action: "delete", guard: seenGuard(entry) };
}
