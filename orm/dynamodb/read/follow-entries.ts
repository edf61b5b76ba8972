import type { IndexManifest } from "../../schema/manifest.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { decodeValue } from "../layout/attribute-value.ts";
import { itemKey, idText, uniqueKey, type ItemKey } from "../layout/keys.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import { indexKey, referredKey } from "../layout/places.ts";
import { decodeFields, numberOf, readRecord, textOf, type StoredRecord } from "../layout/stored-record.ts";

/** A unique value can pass to another record between two reads: so often its entry is read again. */
const TURNS = 20;

/** The records that entries point to, in their order; undefined for an entry that leads to none. */
export async function followEntries(
  context: StoreContext,
  layout: ModelLayout,
  entries: readonly Item[],
): Promise<(StoredRecord | undefined)[]> {
  return Promise.all(entries.map((entry) => follow(context, layout, entry, TURNS)));
}

async function follow(
  context: StoreContext,
  layout: ModelLayout,
  entry: Item,
  turns: number,
): Promise<StoredRecord | undefined> {
  const { name } = layout.model;
  const home = referredKey(entry);
  if (!home) return undefined;
  const record = readRecord(layout, await context.items.get(name, layout.table, home));
  if (record && ownsEntry(layout, record, entry)) return record;
  // Left behind, or out of date already: at no time has the value been nobody's then.
  if (turns === 0) return undefined;
  const again = await context.items.get(name, layout.table, itemKey(entry));
  return again && textOf(again, "_w") !== textOf(entry, "_w") ? follow(context, layout, again, turns - 1) : undefined;
}

/**
 * Whether an entry is one of a record's places. An entry that was left behind by a crash, or by a
 * write that is still under way, points to a record that does not have its value.
 */
export function ownsEntry(layout: ModelLayout, record: StoredRecord, entry: Item): boolean {
  const { _pk, _sk } = itemKey(entry);
  const id = idText(record.values["id"]);
  if (id === undefined) return false;
  const same = (key: ItemKey | undefined) => key?._pk === _pk && key?._sk === _sk;
  if (textOf(entry, "_kind") === "unique") {
    return layout.uniqueEntries.some(({ fields }) => same(uniqueKey(layout.model, fields, record.values)));
  }
  return layout.indexes.some((index: IndexManifest) => same(indexKey(layout, index, record.values, id)));
}

/** What an entry tells of its record: the id, its key's values, the foreign keys. */
export function partsOf(layout: ModelLayout, entry: Item): RecordValues {
  const parts: RecordValues = {};
  for (const field of layout.model.fields.values()) {
    if (field.column in entry) parts[field.name] = decodeValue(fieldOf(layout, field.name), entry[field.column]);
  }
  return parts;
}

/** A record as far as its entry tells of it. */
export function recordOf(layout: ModelLayout, entry: Item): StoredRecord {
  return {
    layout,
    key: referredKey(entry) ?? itemKey(entry),
    values: decodeFields(layout, entry),
    version: 0,
    born: textOf(entry, "_born") ?? "",
    entriesExpire: numberOf(entry, "_ttl"),
    item: entry,
  };
}
