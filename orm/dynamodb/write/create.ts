import { isOrmError } from "../../errors.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import { MAX_TRANSACTION_ITEMS } from "../engine/limits.ts";
import type { Change } from "../layout/difference.ts";
import { itemsToCreate } from "../layout/item-count.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { commitOrThrow } from "./commit.ts";
import { raceFor } from "./race.ts";

/** Stores a new record with all its entries, or throws `UNIQUE_CONSTRAINT_VIOLATION` or `FOREIGN_KEY_VIOLATION`. */
export async function createRecord(
  context: StoreContext,
  layout: ModelLayout,
  record: RecordValues,
): Promise<RecordValues> {
  const changes: Change[] = [{ layout, before: undefined, after: record }];
  await raceFor(context, layout, () => commitOrThrow(context, changes));
  return record;
}

/**
 * Stores records in as few transactions as hold them. Up to 100 items and 4 MB are all or nothing;
 * of more, those before a violation stay.
 */
export async function createRecords(
  context: StoreContext,
  layout: ModelLayout,
  records: readonly RecordValues[],
): Promise<RecordValues[]> {
  let chunk: Change[] = [];
  let items = 0;
  for (const after of records) {
    const own = itemsToCreate(layout, after);
    if (items + own > MAX_TRANSACTION_ITEMS) {
      await commitAll(context, layout, chunk);
      chunk = [];
      items = 0;
    }
    chunk.push({ layout, before: undefined, after });
    items += own;
  }
  if (chunk.length > 0) await commitAll(context, layout, chunk);
  return [...records];
}

/** In one transaction, or in more where one cannot hold them: 4 MB, or checks of entries that are taken over. */
async function commitAll(context: StoreContext, layout: ModelLayout, changes: readonly Change[]): Promise<void> {
  try {
    await raceFor(context, layout, () => commitOrThrow(context, changes));
  } catch (error) {
    if (!isOrmError(error, "TRANSACTION_TOO_LARGE") || changes.length === 1) throw error;
    const half = Math.ceil(changes.length / 2);
    await commitAll(context, layout, changes.slice(0, half));
    await commitAll(context, layout, changes.slice(half));
  }
}
