import { isOrmError } from "../../errors.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import { placesOf } from "../layout/places.ts";
import type { Change } from "../layout/difference.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { commit } from "./commit.ts";
import { MAX_TRANSACTION_ITEMS } from "./send-writes.ts";

/** Stores a new record with all its entries, or throws `UNIQUE_CONSTRAINT_VIOLATION`. */
export async function createRecord(context: StoreContext, layout: ModelLayout, record: RecordValues): Promise<RecordValues> {
  await commit(context, [{ layout, before: undefined, after: record }]);
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
    const places = placesOf(layout, after, { born: "", expiry: undefined }).length;
    if (items + places > MAX_TRANSACTION_ITEMS) {
      await commitAll(context, chunk);
      chunk = [];
      items = 0;
    }
    chunk.push({ layout, before: undefined, after });
    items += places;
  }
  if (chunk.length > 0) await commitAll(context, chunk);
  return [...records];
}

/** In one transaction, or in more where one cannot hold them: 4 MB, or checks of entries that are taken over. */
async function commitAll(context: StoreContext, changes: readonly Change[]): Promise<void> {
  try {
    await commit(context, changes);
  } catch (error) {
    if (!isOrmError(error, "TRANSACTION_TOO_LARGE") || changes.length === 1) throw error;
    const half = Math.ceil(changes.length / 2);
    await commitAll(context, changes.slice(0, half));
    await commitAll(context, changes.slice(half));
  }
}
