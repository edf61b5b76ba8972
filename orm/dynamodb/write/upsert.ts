import { allOf, equals } from "../../query/predicate.ts";
import type { UniqueLookup } from "../../query/unique-lookup.ts";
import { sameFields } from "../../schema/same-fields.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { findRecords, firstOf } from "../read/find.ts";
import { commit } from "./commit.ts";
import { raceFor } from "./race.ts";
import { updateRecord } from "./update.ts";

/** The predicate of a unique look-up. */
export function lookupPredicate(lookup: UniqueLookup) {
  return allOf(lookup.key.fields.map((field) => equals(field, lookup.values[field])));
}

/**
 * Updates the record at a unique key, or creates it. Whoever loses the race to create finds the
 * winner's record at the next turn and updates it.
 */
export async function upsertRecord(
  context: StoreContext,
  layout: ModelLayout,
  lookup: UniqueLookup,
  create: RecordValues,
  update: RecordValues,
): Promise<RecordValues> {
  const where = lookupPredicate(lookup);
  const find = async () => (await findRecords(context, layout, firstOf(layout, where)))[0]?.values;
  return raceFor<RecordValues>(context, layout, async () => {
    const found = Object.keys(update).length > 0 ? await updateRecord(context, layout, where, update) : await find();
    if (found) return found;
    const outcome = await commit(context, [{ layout, before: undefined, after: create }]);
    if (outcome === "done") return create;
    if (outcome === "stale") return "stale";
    // The winner's record has the other unique values, too, and only one of them is named.
    const { violation } = outcome;
    if (sameFields(violation.meta.target ?? [], lookup.key.fields) || (await find())) return "stale";
    throw violation;
  });
}
