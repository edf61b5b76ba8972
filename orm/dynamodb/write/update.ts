import { transactionConflict } from "../../errors.ts";
import type { OrderTerm } from "../../query/order.ts";
import { matches } from "../../query/evaluate.ts";
import { allOf, equals, type Predicate } from "../../query/predicate.ts";
import { valuesEqual } from "../../values/compare.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { recordExpiry } from "../layout/expiry.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import { readRecord, type StoredRecord } from "../layout/stored-record.ts";
import { collect } from "../read/collect.ts";
import { backoff, type RetryPolicy } from "../send/backoff.ts";
import { mapLimit } from "../send/concurrency.ts";
import { commit } from "./commit.ts";
import { directTarget, hintFor, namesOneRecord } from "./target.ts";
import { changesExpiry, updateInPlace } from "./update-in-place.ts";

const CONCURRENCY = 8;
/** Lost races for one record: somebody else won each of them, so a crowd needs many. */
export const RACE: RetryPolicy = { attempts: 80, base: 4, cap: 250 };

/** Changes at most one matching record and returns it as it is then. */
export async function updateRecord(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  data: RecordValues,
): Promise<RecordValues | null> {
  const unmoved = unmovedPlaces(context, layout, where, data);
  if (unmoved) {
    const target = await directTarget(context, layout, where);
    if (target && !target.key) return null;
    if (target?.key) {
      const result = await updateInPlace(context, layout, target.key, { where: allOf([where, ...unmoved]), data });
      if ("record" in result) return result.record;
      const final = !target.viaEntry && unmoved.length === 0 && !mayOutliveEntries(layout, data);
      // What matches was locked a moment ago, on an engine without transactions.
      if (result.failed === "missed" && final && !matchesItem(layout, where, result.existing)) return null;
    }
  }
  return raceFor(layout, async () => {
    const [record] = await collect(context, layout, firstOf(layout, where));
    return record ? changeRecord(context, record, data) : null;
  });
}

/**
 * The condition under which an update leaves a record's places as they are, so that it can be made
 * in place: none where it touches no key field; where it gives key fields the values that they
 * had when the record was read last, that they still have them. Undefined: the places may change.
 */
function unmovedPlaces(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  data: RecordValues,
): Predicate[] | undefined {
  if (!touchesPlaces(layout, data)) return [];
  if (changesExpiry(layout, data)) return undefined;
  const hint = hintFor(context, layout, where);
  const placed = Object.keys(data).filter((name) => layout.placedFields.has(name));
  const kept = hint && placed.every((name) => valuesEqual(fieldOf(layout, name).kind, hint.placed[name], data[name]));
  return kept ? placed.map((name) => equals(name, data[name])) : undefined;
}

/** Changes every matching record and returns their number. */
export async function updateRecords(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  data: RecordValues,
): Promise<number> {
  if (!touchesPlaces(layout, data) && namesOneRecord(layout, where)) {
    return (await updateRecord(context, layout, where, data)) ? 1 : 0;
  }
  const records = await collect(context, layout, { ...firstOf(layout, where), take: undefined });
  const changed = await mapLimit(records, CONCURRENCY, async (found) => {
    let record: StoredRecord | undefined = found;
    return raceFor(layout, async () => {
      if (!record) record = await reread(context, found);
      if (!record || !matches(layout.model, where, record.values)) return null;
      const result = await changeRecord(context, record, data);
      record = undefined;
      return result;
    });
  });
  return changed.filter((values) => values !== null).length;
}

/** Whether an item is a record that matches. */
export function matchesItem(layout: ModelLayout, where: Predicate, item: Item | undefined): boolean {
  const record = readRecord(layout, item);
  return record !== undefined && matches(layout.model, where, record.values);
}

/** A record as it is now: where it was, or where it has moved. */
export async function reread(context: StoreContext, { layout, key, values }: StoredRecord): Promise<StoredRecord | undefined> {
  const record = readRecord(layout, await context.items.get(layout.model.name, layout.table, key));
  if (record?.values["id"] === values["id"] || layout.model.home.fields.join() === "id") return record;
  return (await collect(context, layout, firstOf(layout, equals("id", values["id"]))))[0];
}

/** The records' new state, "stale" where the record has changed since it was read. */
async function changeRecord(
  context: StoreContext,
  before: StoredRecord,
  data: RecordValues,
): Promise<RecordValues | "stale"> {
  const after = { ...before.values, ...data };
  const outcome = await commit(context, [{ layout: before.layout, before, after }]);
  return outcome === "done" ? after : "stale";
}

/** Whether data changes where a record is found, or what its entries carry. */
export function touchesPlaces(layout: ModelLayout, data: RecordValues): boolean {
  if (Object.keys(data).some((name) => layout.placedFields.has(name))) return true;
  // Without an expiry the entries have none either: that is a change of theirs.
  return layout.hasEntries && changesExpiry(layout, data) && recordExpiry(layout, data) === undefined;
}

function mayOutliveEntries(layout: ModelLayout, data: RecordValues): boolean {
  return layout.hasEntries && changesExpiry(layout, data);
}

/** A query for the first matching record. */
export function firstOf(layout: ModelLayout, where: Predicate) {
  return { model: layout.model, where, orderBy: [] as readonly OrderTerm[], skip: 0, take: 1 as number | undefined };
}

/** Runs a read and a guarded write until the guard holds: each lost race means another writer won it. */
export async function raceFor<T>(layout: ModelLayout, run: () => Promise<T | "stale">): Promise<T> {
  for (let attempt = 1; attempt <= RACE.attempts; attempt++) {
    const result = await run();
    if (result !== "stale") return result;
    await backoff(attempt, RACE);
  }
  throw transactionConflict("dynamodb", layout.model.name, `Other requests kept changing this "${layout.model.name}" first.`);
}
