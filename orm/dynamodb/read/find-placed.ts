import { fieldsIn, type Predicate } from "../../query/predicate.ts";
import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { itemKey } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { isComplete, isInShard } from "../layout/places.ts";
import { numberOf, type StoredRecord } from "../layout/stored-record.ts";
import { planAccess } from "../plan/planner.ts";
import { followEntries, recordOf } from "./follow-entries.ts";
import { everyOf, findRecords, firstOf } from "./find.ts";
import { readStreams, type Decode, type FindOptions } from "./streams.ts";

/**
 * Every matching record, for being deleted with all its items: of a record that an index leads to, what its entry
 * tells is enough, and the delete's guard says whether it is still so.
 */
export async function findPlaced(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  options: Pick<FindOptions, "onDangling"> = {},
): Promise<StoredRecord[]> {
  const query = everyOf(layout, where);
  const path = planAccess(layout, firstOf(layout, where));
  const held = new Set(layout.entryFields.map(({ name }) => name));
  const told = layout.dependents.length === 0 && [...fieldsIn(where)].every((name) => held.has(name));
  if (!told || path.type !== "partitions" || path.via === "home") {
    return findRecords(context, layout, query, options);
  }
  const decode: Decode = async (_, entries) => {
    const isSure = (entry: Item) =>
      lives(layout, entry, context.now()) &&
      isComplete(layout, entry) &&
      isInShard(layout, path.index, entry, itemKey(entry)._pk);
    const doubtful = entries.filter((entry) => !isSure(entry));
    const followed = await followEntries(context, layout, doubtful);
    const records = new Map(doubtful.map((entry, i) => [entry, followed[i]]));
    return entries.map((entry) => (records.has(entry) ? records.get(entry) : asPlaced(layout, entry)));
  };
  return readStreams(context, layout, query, path, { ...options, decode });
}

const DAY = 86_400;

/**
 * Whether an entry's record cannot have expired yet. When it was to expire as the entry was written follows from how
 * much longer the entry was given: as long as the record had still to live, and a day at least.
 */
function lives({ model }: ModelLayout, entry: Item, now: number): boolean {
  if (!model.expires) return true;
  const ends = numberOf(entry, "_ttl");
  const written = (numberOf(entry, "_at") ?? 0) / 1000;
  if (ends === undefined) return false;
  return Math.min(ends - DAY, (ends + written) / 2) > now / 1000 + 1;
}

/** A record with what its delete is guarded by: it remembers when its entries expire. */
function asPlaced(layout: ModelLayout, entry: Item): StoredRecord {
  const record = recordOf(layout, entry);
  return entry["_ttl"] ? { ...record, item: { ...entry, _ettl: entry["_ttl"] } } : record;
}
