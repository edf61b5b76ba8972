import type { StoreContext } from "../../context.ts";
import { sameAttribute, type Item } from "../../layout/attribute-value.ts";
import { beforePlaces } from "../../layout/difference.ts";
import { itemKey } from "../../layout/keys.ts";
import type { ModelLayout } from "../../layout/model-layout.ts";
import { LOOSE, referredKey } from "../../layout/places.ts";
import { numberOf, readRecord, textOf, type StoredRecord } from "../../layout/stored-record.ts";
import { ownsEntry } from "../../read/follow-entries.ts";
import { qualifiedName } from "../push/drop.ts";
import { entryFields, entryId, isNamed, modelEntries } from "../push/entry-names.ts";
import { entriesNotOf, type RecordedModel } from "../push/schema-change.ts";
import type { AuditedTable } from "./audited-table.ts";
import type { Finding, FindingKind, Sighting } from "./finding.ts";
import { isUnreadable } from "./unreadable.ts";

/**
 * An entry whose record is not there, or has other values. What its record's entry should be is the record's matter.
 */
export async function inspectEntry(
  context: StoreContext,
  { recorded }: AuditedTable,
  layout: ModelLayout,
  entry: Item,
): Promise<Sighting[]> {
  const { model, table } = layout;
  const kept = keptName(layout, recorded.get(model.name), entry);
  const home = referredKey(entry);
  const severity = isCounted(layout, entry) ? "broken" : "harmless";
  const of = (kind: FindingKind, detail: string): Sighting[] => {
    const finding: Finding = {
      kind,
      detail: kept === undefined ? detail : `${detail}; this schema does not have ${qualifiedName(model.name, kept)}`,
      model: model.name,
      table,
      key: itemKey(entry),
      severity,
      age: context.now() - (numberOf(entry, "_at") ?? 0),
      ...(home ? { recordKey: home } : {}),
    };
    const subject = kept === undefined ? ({ type: "entry", layout, entry } as const) : ({ type: "kept" } as const);
    return [{ finding, evidence: `${textOf(entry, "_born")} ${textOf(entry, "_w")}`, subject }];
  };
  if (!home) return of("danglingEntry", "it names no record");
  const stored = await context.items.get(model.name, table, home);
  let record: StoredRecord | undefined;
  try {
    record = readRecord(layout, stored);
    if (record && (ownsEntry(layout, record, entry) || (kept !== undefined && hasItsValues(record, entry, kept))))
      return [];
  } catch (error) {
    // The record is a finding of its own.
    if (isUnreadable(error)) return [];
    throw error;
  }
  if (!record) return of("danglingEntry", `there is no record at ${home._pk} ${home._sk}`);
  if (isElsewhereInOrder(record, entry)) return of("outdatedSortKey", "its record has another place in this order");
  return of("staleEntry", "its record has other values");
}

/** Whether readers take an entry for its record, without a look at it. */
function isCounted(layout: ModelLayout, entry: Item): boolean {
  return layout.trueEntries && textOf(entry, "_kind") === "index" && !(LOOSE in entry);
}

/** The name of an entry that the recorded schema has and this one has not. */
function keptName(layout: ModelLayout, known: RecordedModel | undefined, entry: Item): string | undefined {
  const id = entryId(layout, entry);
  return entriesNotOf(modelEntries(layout), known).find((name) => isNamed(name, entry, id));
}

/** Whether a record has the values of an entry by whose key this schema knows nothing of: attribute by attribute. */
function hasItsValues({ layout, item }: StoredRecord, entry: Item, name: string): boolean {
  return entryFields(name).every((field) => {
    const column = layout.model.fields.get(field)?.column ?? field;
    // Of a field by another column's name nothing can be said.
    return !(column in entry) || sameAttribute(entry[column], item[column]);
  });
}

function isElsewhereInOrder(record: StoredRecord, entry: Item): boolean {
  const places = beforePlaces({ layout: record.layout, before: record, after: undefined });
  return (
    textOf(entry, "_kind") === "index" &&
    places.some(({ kind, key }) => kind === "index" && key._pk === textOf(entry, "_pk"))
  );
}
