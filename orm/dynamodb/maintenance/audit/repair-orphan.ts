import { isOrmError } from "../../../errors.ts";
import { valuesEqual } from "../../../values/compare.ts";
import { requireLayout, type StoreContext } from "../../context.ts";
import type { Change } from "../../layout/difference.ts";
import type { ItemWrite } from "../../layout/item-write.ts";
import type { ItemKey } from "../../layout/keys.ts";
import { fieldOf, type EnforcedReference } from "../../layout/model-layout.ts";
import type { StoredRecord } from "../../layout/stored-record.ts";
import { reread } from "../../read/find.ts";
import { commitOrThrow } from "../../write/commit.ts";
import { removeDependentsOf } from "../../write/delete-with-dependents.ts";
import { dependentsOf, releasedValue, rowsIn } from "../../write/dependents.ts";
import { raceFor } from "../../write/race.ts";
import type { Orphan } from "./finding.ts";

/**
 * Does what the delete of the record referred to would have done, as long as that is not there. Returns whether the
 * reference is in order now: what the application has to decide is left as it is.
 */
export async function repairOrphan(context: StoreContext, { record, reference, home }: Orphan): Promise<boolean> {
  const { onDelete, target, field } = reference;
  if (!home || onDelete === "restrict" || onDelete === "no action") return false;
  const operation = context.next();
  const { layout } = record;
  const refers = ({ values }: StoredRecord) =>
    valuesEqual(fieldOf(layout, field).kind, values[field], record.values[field]);
  try {
    return await raceFor(operation, layout, async (attempt) => {
      const now = attempt === 1 ? record : await reread(operation, record);
      if (!now || !refers(now)) return true;
      const parent = requireLayout(operation, target);
      if (attempt > 1 && (await operation.items.get(target, parent.table, home))) return true;
      const change = await changeOf(operation, now, reference);
      if (!change) return false;
      const outcome = await commitOrThrow(operation, [change], [absence(operation, reference, home)]);
      // Those that are left where this ends here are orphans for the next audit.
      if (outcome === "done" && !change.after) await removeDependentsOf(operation, [now]);
      return outcome === "done" || outcome;
    });
  } catch (error) {
    // The default refers to nothing, either, or is another record's.
    if (isOrmError(error, "FOREIGN_KEY_VIOLATION") || isOrmError(error, "UNIQUE_CONSTRAINT_VIOLATION")) return false;
    throw error;
  }
}

/** What the delete would have made of a record; undefined where there is nothing that it may. */
async function changeOf(
  context: StoreContext,
  record: StoredRecord,
  reference: EnforcedReference,
): Promise<Change | undefined> {
  const { layout, values } = record;
  const { field, onDelete } = reference;
  const change = { layout, before: record, depends: new Set([field]) };
  if (onDelete === "cascade") {
    const { kept } = await dependentsOf(context, [record], rowsIn(context));
    return kept.length === 0 ? { ...change, after: undefined } : undefined;
  }
  const value = releasedValue(layout, reference);
  // It holds its default, which refers to nothing.
  if (valuesEqual(fieldOf(layout, field).kind, values[field], value)) return undefined;
  return { ...change, after: { ...values, [field]: value }, sets: [field] };
}

function absence(context: StoreContext, { target, key }: EnforcedReference, home: ItemKey): ItemWrite {
  const layout = requireLayout(context, target);
  return { layout, kind: "record", fields: [key], key: home, guard: { type: "absent" }, action: "check" };
}
