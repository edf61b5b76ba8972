import { invalidValue } from "../../errors.ts";
import { knownField } from "../../schema/known.ts";
import type { IndexManifest } from "../../schema/manifest.ts";
import type { RecordValues } from "../../values/normalize.ts";
import { decodeValue, type Item } from "./attribute-value.ts";
import type { Expiry } from "./expiry.ts";
import {
  homePartition,
  idText,
  indexText,
  MAX_ID_BYTES,
  partitionOf,
  shardOf,
  shardPartition,
  uniqueKey,
  type ItemKey,
} from "./keys.ts";
import { fieldOf, type ModelLayout } from "./model-layout.ts";
import { itemSize, MAX_ITEM_BYTES } from "./item-size.ts";
import { indexSortKey, sortValue } from "./sort-key.ts";
import { setFields, textOf } from "./stored-record.ts";

/** Marks an index entry whose record may be gone, where entries are otherwise as true as their records. */
export const LOOSE = "_loose";

/** Marks an index entry that holds its whole record. */
export const CARRIES = "_carries";

/** What a write adds to an entry, at most. */
const STAMP_BYTES = 200;

/** One item of a record. */
export interface Place {
  readonly kind: "record" | "unique" | "index";
  /** The fields that make its key: the target when the place is taken. */
  readonly fields: readonly string[];
  readonly key: ItemKey;
  /** Whether its item holds the whole record. */
  readonly carries?: boolean;
  /** The whole item, without what a single write adds to it (`_v`, `_w`). */
  readonly item: Item;
}

/** What marks a record's items beside its fields. */
export interface Provenance {
  /** The write id of the create. */
  readonly born: string;
  readonly expiry: Expiry | undefined;
}

/** One item of a record by its key alone. */
export type PlaceKey = Omit<Place, "item">;

/** The keys of everywhere a record is: its home first, then unique entries, then index entries. */
export function keysOf(layout: ModelLayout, values: RecordValues): PlaceKey[] {
  const { home } = layout.model;
  const id = requireId(layout, values);
  const homeFields = home.kind === "unique" ? home.fields : ["id"];
  const keys: PlaceKey[] = [{ kind: "record", fields: homeFields, key: homeKey(layout, values) }];
  for (const { fields } of layout.uniqueEntries) {
    const key = uniqueKey(layout.model, fields, values);
    if (key) keys.push({ kind: "unique", fields, key });
  }
  for (const index of layout.indexes) {
    const key = indexKey(layout, index, values, id);
    if (!key) continue;
    const fields = index.orderBy === undefined ? index.on : [...index.on, index.orderBy];
    keys.push({ kind: "index", fields, key, ...(index.carries ? { carries: true } : {}) });
  }
  return keys;
}

/** Everywhere a record is, with the items. */
export function placesOf(layout: ModelLayout, values: RecordValues, provenance: Provenance): Place[] {
  const [home, ...entries] = keysOf(layout, values);
  if (!home) return [];
  return [
    { ...home, item: recordItem(layout, values, home.key, provenance) },
    ...entries.map((entry) => ({ ...entry, item: entryItem(layout, entry, values, home.key, provenance) })),
  ];
}

function requireId({ model }: ModelLayout, values: RecordValues): string {
  const id = idText(values["id"]);
  if (id !== undefined) return id;
  throw invalidValue(model.name, "id", `an id must not be empty or longer than ${MAX_ID_BYTES} bytes.`);
}

/** The key of a record's own item. Throws `INVALID_VALUE` where the record cannot have one. */
export function homeKey(layout: ModelLayout, values: RecordValues): ItemKey {
  const { model } = layout;
  requireId(layout, values);
  for (const field of model.home.fields) {
    if (values[field] === null) throw invalidValue(model.name, field, "must not be null: records live at it.");
  }
  const key = homeKeyAt(layout, values);
  if (!key) throw invalidValue(model.name, "id", `an id must not be longer than ${MAX_ID_BYTES} bytes.`);
  return key;
}

/** The same for values of a home alone. Undefined where no record can have them. */
export function homeKeyAt(layout: ModelLayout, values: RecordValues): ItemKey | undefined {
  const { model } = layout;
  if (model.home.kind === "unique") return uniqueKey(model, model.home.fields, values);
  const _pk = homePartition(model, values);
  const id = idText(values["id"]);
  return _pk === undefined || id === undefined
    ? undefined
    : { _pk, _sk: sharedSortKey(layout, model.home, values, id) };
}

/** The sort key of a record among those of its home, or of an entry in an index. */
function sharedSortKey(
  layout: ModelLayout,
  { orderBy }: { readonly orderBy: string | undefined },
  values: RecordValues,
  id: string,
): string {
  return indexSortKey(orderBy === undefined ? undefined : sortValue(fieldOf(layout, orderBy), values[orderBy]), id);
}

/** The key of a record's entry in an index. Undefined where a field of it is null. */
export function indexKey(
  layout: ModelLayout,
  index: IndexManifest,
  values: RecordValues,
  id: string,
): ItemKey | undefined {
  const { model } = layout;
  const partition =
    index.on.length === 0
      ? shardPartition(model, index, shardOf(index, values["id"]))
      : partitionOf(model, index.on, values, indexText(index));
  return partition === undefined ? undefined : { _pk: partition, _sk: sharedSortKey(layout, index, values, id) };
}

function recordItem(layout: ModelLayout, values: RecordValues, key: ItemKey, { born, expiry }: Provenance): Item {
  const item: Item = {
    _pk: { S: key._pk },
    _sk: { S: key._sk },
    _kind: { S: "record" },
    _model: { S: layout.model.name },
    _born: { S: born },
  };
  setFields(item, layout.model.fields.values(), values);
  if (expiry) {
    item["_ttl"] = { N: String(expiry.record) };
    if (layout.hasEntries) item["_ettl"] = { N: String(expiry.entries) };
  }
  return item;
}

/**
 * An entry holds where the record is, the id, and all fields that place the record: enough to start reading related
 * records together with the record, and to remove the record with all its items. One that carries the record holds it
 * whole, unless the two together are too large for an item.
 */
function entryItem(
  layout: ModelLayout,
  { kind, key, carries }: PlaceKey,
  values: RecordValues,
  home: ItemKey,
  { born, expiry }: Provenance,
): Item {
  const item: Item = {
    _pk: { S: key._pk },
    _sk: { S: key._sk },
    _kind: { S: kind },
    _model: { S: layout.model.name },
    _born: { S: born },
    _ref: { M: keyAttributes(home) },
  };
  if (expiry) item["_ttl"] = { N: String(expiry.entries) };
  setFields(item, layout.entryFields, values);
  if (!carries) return item;
  const whole: Item = { ...item, [CARRIES]: { BOOL: true } };
  setFields(whole, layout.model.fields.values(), values);
  return itemSize(whole) + STAMP_BYTES <= MAX_ITEM_BYTES ? whole : item;
}

/** A key as attributes. */
export function keyAttributes(key: ItemKey): Item {
  return { _pk: { S: key._pk }, _sk: { S: key._sk } };
}

/** The home key that an entry points to. */
export function referredKey(entry: Item): ItemKey | undefined {
  const reference = entry["_ref"];
  if (!reference || !("M" in reference)) return undefined;
  const _pk = textOf(reference.M, "_pk");
  const _sk = textOf(reference.M, "_sk");
  return _pk === undefined || _sk === undefined ? undefined : { _pk, _sk };
}

/** What an index entry has that may be without its record: it says so, or is from when its model's records expired. */
export const MARKS_OF_DOUBT = [LOOSE, "_ttl"] as const;

/** Whether an index entry may be without its record. */
export function mayDangle(entry: Item): boolean {
  return MARKS_OF_DOUBT.some((name) => name in entry);
}

/** Whether an entry holds what entries of its model hold: one from before a field placed records does not. */
export function isComplete({ entryFields }: ModelLayout, entry: Item): boolean {
  return entryFields.every(({ column }) => column in entry);
}

/** Whether an entry in a shard of a model-wide order belongs there: one from when there were more or less may not. */
export function isInShard(
  { model }: ModelLayout,
  index: IndexManifest | undefined,
  entry: Item,
  partition: string,
): boolean {
  if (!index || index.on.length > 0) return true;
  const id = knownField(model, "id");
  return shardPartition(model, index, shardOf(index, decodeValue(id, entry[id.column]))) === partition;
}
