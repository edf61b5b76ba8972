import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { beforePlaces } from "../layout/difference.ts";
import type { Guard, ItemWrite } from "../layout/item-write.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { numberOf, textOf, type StoredRecord } from "../layout/stored-record.ts";
import { mapLimit } from "../send/concurrency.ts";
import { MAX_TRANSACTION_ITEMS, sendWrites } from "./send-writes.ts";

const CONCURRENCY = 8;
/** A young entry may belong to a create that is still under way. */
const YOUNG_MS = 60_000;

/**
 * Removes the entries of deleted records. Each only while it is that record's: by now another
 * record may have taken the value over. Failures are let go: an entry that leads nowhere is
 * harmless, while an error here would report a delete that has happened as failed.
 */
export async function sweepEntries(context: StoreContext, deleted: readonly StoredRecord[]): Promise<void> {
  const writes = deleted.flatMap((record) =>
    beforePlaces({ layout: record.layout, before: record, after: undefined })
      .filter((place) => place.kind !== "record")
      .map(({ kind, fields, key }): ItemWrite => {
        const guard: Guard = { type: "owned", born: record.born };
        return { layout: record.layout, kind, fields, key, action: "delete", guard };
      }),
  );
  await removeEach(context, writes);
}

/** Removes entries that a read found to lead nowhere. */
export async function sweepDangling(context: StoreContext, layout: ModelLayout, entries: readonly Item[]): Promise<void> {
  const old = entries.filter((entry) => !isYoungEntry(context, entry));
  await removeEach(context, old.map((entry) => entryRemoval(layout, entry)));
}

/** Whether an entry was written so lately that its record may be about to come. */
export function isYoungEntry(context: StoreContext, entry: Item): boolean {
  return context.now() - (numberOf(entry, "_at") ?? 0) <= YOUNG_MS;
}

/** The removal of an entry as it was seen. */
export function entryRemoval(layout: ModelLayout, entry: Item): ItemWrite {
  const kind = textOf(entry, "_kind") === "unique" ? "unique" : "index";
  const key = { _pk: textOf(entry, "_pk")!, _sk: textOf(entry, "_sk")! };
  const guard: Guard = { type: "seen", born: textOf(entry, "_born") ?? "", write: textOf(entry, "_w") ?? "" };
  return { layout, kind, fields: [], key, action: "delete", guard };
}

async function removeEach(context: StoreContext, writes: readonly ItemWrite[]): Promise<void> {
  if (context.engine.transactions === false) {
    await mapLimit(writes, CONCURRENCY, (write) => remove(context, [write]));
    return;
  }
  const chunks = Array.from({ length: Math.ceil(writes.length / MAX_TRANSACTION_ITEMS) }, (_, i) =>
    writes.slice(i * MAX_TRANSACTION_ITEMS, (i + 1) * MAX_TRANSACTION_ITEMS),
  );
  await mapLimit(chunks, CONCURRENCY, (chunk) => remove(context, chunk));
}

/** Removes what can be removed of a chunk: one entry that is another's by now must not keep the rest. */
async function remove(context: StoreContext, chunk: readonly ItemWrite[]): Promise<void> {
  try {
    let left = chunk;
    while (left.length > 0) {
      const failed = new Set((await sendWrites(context, left, "")).map(({ write }) => write));
      if (failed.size === 0) return;
      left = left.filter((write) => !failed.has(write));
      // One by one there is nothing left to try: the one that failed is not ours.
      if (context.engine.transactions === false && chunk.length === 1) return;
    }
  } catch {
    // See sweepEntries.
  }
}
