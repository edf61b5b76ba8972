import type { StoreContext } from "../../context.ts";
import { recordExpiry } from "../../layout/expiry.ts";
import { numberOf, readRecord, type StoredRecord } from "../../layout/stored-record.ts";
import { commit } from "../../write/commit.ts";
import { raceFor } from "../../write/race.ts";

/**
 * Gives a record and its entries the expiry that the schema has now, or none: DynamoDB would go on
 * deleting what is to be kept. Returns the record as it is then, undefined where it is gone.
 */
export async function renewExpiry(context: StoreContext, found: StoredRecord): Promise<StoredRecord | undefined> {
  const { layout, key } = found;
  let record: StoredRecord | undefined = found;
  let written = false;
  const operation = context.next();
  const renewed = await raceFor(operation, layout, async () => {
    if (written) record = readRecord(layout, await context.items.get(layout.model.name, layout.table, key));
    if (!record || isRenewed(record)) return { record };
    written = true;
    // Written as it is: every write gives a record and its entries the expiry they should have.
    const outcome = await commit(operation, [{ layout, before: record, after: record.values }]);
    // Two records with one value of a key that is unique from now on: filling its entries tells of it.
    return typeof outcome === "object" ? { record } : "stale";
  });
  return renewed.record;
}

function isRenewed({ layout, item, values, entriesExpire }: StoredRecord): boolean {
  const expected = recordExpiry(layout, values);
  if (numberOf(item, "_ttl") !== expected) return false;
  if (!layout.hasEntries || expected === undefined) return entriesExpire === undefined;
  // An instance without this schema's entries may have extended the record alone.
  return entriesExpire !== undefined && entriesExpire >= expected;
}
