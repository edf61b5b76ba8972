import { fieldsIn, type Predicate } from "../../query/predicate.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import type { StoredRecord } from "../layout/stored-record.ts";
import type { AccessPath } from "../plan/access-path.ts";
import { planAccess } from "../plan/planner.ts";
import { findRecords, firstOf } from "../read/find.ts";
import { deleteHome } from "./delete-home.ts";
import { deleteWithDependents } from "./delete-with-dependents.ts";
import { directTarget, hasMoved } from "./direct-target.ts";
import { removeEntriesOf } from "./entry-removal.ts";
import { raceFor } from "./race.ts";

/**
 * Deletes at most one matching record and returns it. The delete of its home decides: of
 * concurrent callers one gets the record, the others null.
 */
export async function consumeRecord(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  path: AccessPath = planAccess(layout, firstOf(layout, where)),
): Promise<RecordValues | null> {
  if (!goesAlone(layout)) return consumeWhole(context, layout, where, path);
  const deleted = await consumeHome(context, layout, where, path);
  if (deleted) await removeEntriesOf(context, [deleted]);
  return deleted && deleted.values;
}

async function consumeHome(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  path: AccessPath,
): Promise<StoredRecord | null> {
  const target = await directTarget(context, layout, where, path);
  if (target) {
    if (!target.key) return null;
    const deleted = await deleteHome(context, layout, target.key, { where });
    if (typeof deleted === "object") return deleted;
    if (!target.viaEntry && deleted === "missed") return null;
    if (deleted === "unsure" && !(await hasMoved(context, layout, target))) return null;
  }
  return raceFor(context, layout, async () => {
    const [record] = await findRecords(context, layout, firstOf(layout, where), { path });
    if (!record) return null;
    const deleted = await deleteHome(context, layout, record.key, { record, depends: fieldsIn(where) });
    // Who has deleted it cannot be read off anything that is left: nobody gets it, rather than two.
    if (deleted === "unsure") return null;
    return typeof deleted === "object" ? deleted : "stale";
  });
}

/**
 * Whether a record may go before what belongs to it: not where others may refer to it, and not where its entries are
 * counted.
 */
export function goesAlone({ dependents, trueEntries }: ModelLayout): boolean {
  return dependents.length === 0 && !trueEntries;
}

/** The record, its entries, and those that depend on it: in one write where one can hold them. */
function consumeWhole(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  path: AccessPath,
): Promise<RecordValues | null> {
  return raceFor(context, layout, async (attempt) => {
    const [record] = await findRecords(context, layout, firstOf(layout, where), { path });
    if (!record) return null;
    // What is handed out is what was deleted: unless others keep changing it, nothing of it is older.
    const depends = attempt === 1 ? "whole" : fieldsIn(where);
    return (await deleteWithDependents(context, [record], depends)).length === 1 ? record.values : "stale";
  });
}
