import { isOrmError } from "../../errors.ts";
import { allOf, equals } from "../../query/predicate.ts";
import type { UniqueLookup } from "../../query/unique-lookup.ts";
import { sameFields } from "../../schema/manifest.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { collect } from "../read/collect.ts";
import { createRecord } from "./create.ts";
import { youngViolations } from "./takeover.ts";
import { firstOf, raceFor, updateRecord } from "./update.ts";

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
  return raceFor<RecordValues>(layout, async () => {
    const found =
      Object.keys(update).length > 0
        ? await updateRecord(context, layout, where, update)
        : (await collect(context, layout, firstOf(layout, where)))[0]?.values;
    if (found) return found;
    try {
      return await createRecord(context, layout, create);
    } catch (error) {
      if (!isOrmError(error, "UNIQUE_CONSTRAINT_VIOLATION")) throw error;
      // The winner's record has the other unique values, too, and only one of them is named.
      if (sameFields(error.meta.target ?? [], lookup.key.fields) || youngViolations.has(error)) return "stale";
      if ((await collect(context, layout, firstOf(layout, where))).length > 0) return "stale";
      throw error;
    }
  });
}
