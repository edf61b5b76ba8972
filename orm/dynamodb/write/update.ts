import { uniqueViolation } from "../../errors.ts";
import { matches } from "../../query/evaluate.ts";
import { allOf, fieldsIn, type Predicate } from "../../query/predicate.ts";
import type { RecordValues } from "../../values/normalize.ts";
import { valuesEqual } from "../../values/compare.ts";
import { mapLimit } from "../../util/map-limit.ts";
import type { StoreContext } from "../context.ts";
import { MAX_TRANSACTION_ITEMS } from "../engine/limits.ts";
import type { Change } from "../layout/difference.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import { keysOf } from "../layout/places.ts";
import type { StoredRecord } from "../layout/stored-record.ts";
import type { AccessPath } from "../plan/access-path.ts";
import { planAccess } from "../plan/planner.ts";
import { everyOf, findRecords, firstOf, matchesItem, reread } from "../read/find.ts";
import { commitOrThrow } from "./commit.ts";
import { refuseChangedKeys, rowsIn } from "./dependents.ts";
import { directTarget, leadsToOne } from "./direct-target.ts";
import { lineOf, raceFor, type Stale } from "./race.ts";
import { changesExpiry, touchesPlaces, touchesReferences, unmovedPlaces } from "./touched-places.ts";
import { updateInPlace } from "./update-in-place.ts";

const CONCURRENCY = 8;

/** Changes at most one matching record and returns it as it is then. */
export async function updateRecord(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  data: RecordValues,
  path: AccessPath = planAccess(layout, firstOf(layout, where)),
): Promise<RecordValues | null> {
  const unmoved = unmovedPlaces(context, layout, where, data);
  const target = unmoved && (await directTarget(context, layout, where, path));
  if (target && !target.key) return null;
  if (unmoved && target?.key) {
    const result = await updateInPlace(context, layout, target.key, { where: allOf([where, ...unmoved]), data });
    if ("record" in result) return result.record;
    const mayOutlive = layout.hasEntries && changesExpiry(layout, data);
    const final = !target.viaEntry && unmoved.length === 0 && !mayOutlive;
    // What matches was held by another write a moment ago.
    if (result.failed === "missed" && final && !matchesItem(layout, where, result.existing)) return null;
  }
  return raceFor(
    context,
    layout,
    async (attempt) => {
      const [record] = await findRecords(context, layout, firstOf(layout, where), { path });
      if (!record) return null;
      // The record that is returned is whole: unless others keep changing it, nothing of it is older than the update.
      return changeRecord(context, record, data, attempt === 1 ? "whole" : fieldsIn(where));
    },
    lineOf(layout, path),
  );
}

/** Changes every matching record and returns their number. */
export async function updateRecords(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  data: RecordValues,
): Promise<number> {
  const path = planAccess(layout, firstOf(layout, where));
  if (!touchesPlaces(layout, data) && !touchesReferences(layout, data) && leadsToOne(path)) {
    return (await updateRecord(context, layout, where, data, path)) ? 1 : 0;
  }
  const depends = fieldsIn(where);
  return raceFor(context, layout, async () => {
    const records = await findRecords(context, layout, everyOf(layout, where));
    refuseSharedValues(layout, records, data);
    const together = takesUniqueValues(layout, data) ? changesFor(records, data, depends) : [];
    if (together.length > 1 && fitsOneWrite(together)) {
      for (const record of records)
        await refuseChangedKeys(context, record, { ...record.values, ...data }, rowsIn(context));
      return (await commitOrThrow(context, together)) === "done" ? records.length : "stale";
    }
    const changed = await mapLimit(records, CONCURRENCY, (found) => changeFound(context, found, where, data, depends));
    return changed.filter((values) => values !== null).length;
  });
}

/** Changes a record as it was read, or as it has become if that still matches. */
function changeFound(
  context: StoreContext,
  found: StoredRecord,
  where: Predicate,
  data: RecordValues,
  depends: ReadonlySet<string>,
): Promise<RecordValues | null> {
  const { layout } = found;
  return raceFor(context, layout, async (attempt) => {
    const record = attempt === 1 ? found : await reread(context, found);
    if (!record || !matches(layout.model, where, record.values)) return null;
    return changeRecord(context, record, data, depends);
  });
}

/** The records' new state, "stale" where the record has changed since it was read. */
async function changeRecord(
  context: StoreContext,
  before: StoredRecord,
  data: RecordValues,
  depends: Change["depends"],
): Promise<RecordValues | Stale> {
  const after = { ...before.values, ...data };
  await refuseChangedKeys(context, before, after, rowsIn(context));
  const change = { layout: before.layout, before, after, depends, sets: Object.keys(data) };
  return (await commitOrThrow(context, [change])) === "done" ? after : "stale";
}

function changesFor(records: readonly StoredRecord[], data: RecordValues, depends: ReadonlySet<string>): Change[] {
  const sets = Object.keys(data);
  return records.map((before) => ({
    layout: before.layout,
    before,
    after: { ...before.values, ...data },
    depends,
    sets,
  }));
}

function takesUniqueValues({ model }: ModelLayout, data: RecordValues): boolean {
  return model.uniques.some(({ fields }) => fields.some((field) => Object.hasOwn(data, field)));
}

/** Two records that would get one unique value: known before anything is written. */
function refuseSharedValues(layout: ModelLayout, records: readonly StoredRecord[], data: RecordValues): void {
  if (records.length < 2) return;
  const taken = layout.model.uniques.find(({ fields }) => {
    const given = fields.every((field) => Object.hasOwn(data, field) && data[field] !== null);
    // Records that share the value already do so from before it was unique.
    return given && records.some(({ values }) => fields.some((field) => !isSame(layout, field, values, data)));
  });
  if (taken) throw uniqueViolation("dynamodb", layout.model.name, taken.fields);
}

function isSame(layout: ModelLayout, field: string, values: RecordValues, data: RecordValues): boolean {
  return valuesEqual(fieldOf(layout, field).kind, values[field], data[field]);
}

/** Whether changes fit one transaction in any case: each place is written, or removed, once. */
function fitsOneWrite(changes: readonly Change[]): boolean {
  const items = changes.reduce((sum, { layout, before, after }) => {
    const keys = [before?.values, after].flatMap((values) => (values ? [keysOf(layout, values).length] : []));
    return sum + keys.reduce((all, one) => all + one, 0) + layout.references.length;
  }, 0);
  return items <= MAX_TRANSACTION_ITEMS;
}
