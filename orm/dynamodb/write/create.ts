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
 * Stores records in as few transactions as hold them. Up to 100 items are all or nothing; of more,
 * those before a violation stay.
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
      await commit(context, chunk);
      chunk = [];
      items = 0;
    }
    chunk.push({ layout, before: undefined, after });
    items += places;
  }
  if (chunk.length > 0) await commit(context, chunk);
  return [...records];
}
