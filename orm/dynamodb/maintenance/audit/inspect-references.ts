import { valuesEqual } from "../../../values/compare.ts";
import { requireLayout, type StoreContext } from "../../context.ts";
import { keyText, uniqueKey, type ItemKey } from "../../layout/keys.ts";
import { fieldOf, type EnforcedReference } from "../../layout/model-layout.ts";
import { referredKey } from "../../layout/places.ts";
import { readRecord, type StoredRecord } from "../../layout/stored-record.ts";
import type { Sighting } from "./finding.ts";
import { isUnreadable } from "./unreadable.ts";

/** Looks for the records that a record refers to, where the references are enforced. */
export async function inspectReferences(context: StoreContext, record: StoredRecord): Promise<Sighting[]> {
  const found = await Promise.all(
    record.layout.references.map((reference) => missingParent(context, record, reference)),
  );
  return found.flat();
}

async function missingParent(
  context: StoreContext,
  record: StoredRecord,
  reference: EnforcedReference,
): Promise<Sighting[]> {
  const { layout, values } = record;
  const { field, target, key } = reference;
  const parent = requireLayout(context, target);
  const value = values[field] ?? null;
  const place = uniqueKey(parent.model, [key], { [key]: value });
  // TTL removes what expires without a look at its dependents.
  if (!place || parent.model.expires) return [];
  const livesThere = parent.model.home.kind === "unique" && parent.model.home.fields.join() === key;
  if (await isThere(context, reference, place, livesThere ? undefined : value)) return [];
  return [
    {
      finding: {
        kind: "missingParent",
        model: layout.model.name,
        table: layout.table,
        key: record.key,
        recordKey: place,
        fields: [field],
        severity: layout.model.expires ? "harmless" : "broken",
        detail: `${field} refers to a ${target} that is not there: nothing leads to one from ${place._pk} ${place._sk}`,
      },
      evidence: `${field} ${keyText(parent.table, place)}`,
      subject: { type: "orphan", orphan: { record, reference, home: livesThere ? place : undefined } },
    },
  ];
}

/** Whether a record is at a place, or, where a value is given, is led to from there and has it. */
async function isThere(
  context: StoreContext,
  { target, key }: EnforcedReference,
  place: ItemKey,
  value: unknown,
): Promise<boolean> {
  const layout = requireLayout(context, target);
  const item = await context.items.get(target, layout.table, place);
  if (!item || value === undefined) return item !== undefined;
  const home = referredKey(item);
  try {
    const record = home && readRecord(layout, await context.items.get(target, layout.table, home));
    return record !== undefined && valuesEqual(fieldOf(layout, key).kind, record.values[key], value);
  } catch (error) {
    // It is there, and a finding of its own.
    if (isUnreadable(error)) return true;
    throw error;
  }
}
