import { matches } from "../../query/evaluate.ts";
import { fieldsIn, type Predicate } from "../../query/predicate.ts";
import { mapLimit } from "../../util/map-limit.ts";
import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import type { StoredRecord } from "../layout/stored-record.ts";
import { planAccess } from "../plan/planner.ts";
import { findPlaced } from "../read/find-placed.ts";
import { firstOf, reread } from "../read/find.ts";
import { consumeRecord, goesAlone } from "./consume.ts";
import { deleteAll, deleteWithDependents } from "./delete-with-dependents.ts";
import { deleteKnown } from "./delete-known.ts";
import { leadsToOne } from "./direct-target.ts";
import { removeDangling } from "./entry-removal.ts";
import { raceFor } from "./race.ts";

const CONCURRENCY = 16;

/** Deletes every matching record with what depends on it, and returns the number of the matching ones. */
export async function deleteRecords(context: StoreContext, layout: ModelLayout, where: Predicate): Promise<number> {
  const path = planAccess(layout, firstOf(layout, where));
  if (leadsToOne(path) && (await deleteKnown(context, layout, where, path))) return 1;
  if (goesAlone(layout) && leadsToOne(path)) {
    return (await consumeRecord(context, layout, where, path)) ? 1 : 0;
  }
  const dangling: Item[] = [];
  const records = await findPlaced(context, layout, where, { onDangling: (entry) => dangling.push(entry) });
  const count = await deleteFound(context, layout, records, where);
  await removeDangling(context, layout, dangling);
  return count;
}

/** Those that went count; those that have changed are looked at as they are now. */
async function deleteFound(
  context: StoreContext,
  layout: ModelLayout,
  found: readonly StoredRecord[],
  where: Predicate,
): Promise<number> {
  if (found.length === 0) return 0;
  const remove = layout.dependents.length > 0 ? deleteWithDependents : deleteAll;
  const depends = fieldsIn(where);
  let deleted = 0;
  let left = found;
  await raceFor(context, layout, async () => {
    const gone = new Set(await remove(context, left, depends));
    deleted += gone.size;
    const kept = left.filter((record) => !gone.has(record));
    if (kept.length === 0) return "done";
    left = await stillMatching(context, kept, where);
    return left.length === 0 ? "done" : "stale";
  });
  return deleted;
}

/** Records as they have become, those that still match. */
async function stillMatching(
  context: StoreContext,
  records: readonly StoredRecord[],
  where: Predicate,
): Promise<StoredRecord[]> {
  const now = await mapLimit(records, CONCURRENCY, (record) => reread(context, record));
  return now.filter(
    (record) => record !== undefined && matches(record.layout.model, where, record.values),
  ) as StoredRecord[];
}
