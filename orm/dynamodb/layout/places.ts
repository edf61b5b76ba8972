import { invalidValue } from "../../errors.ts";
import { knownField } from "../../schema/known.ts";
import type { IndexManifest } from "../../schema/manifest.ts";
import type { RecordValues } from "../../values/normalize.ts";
import { decodeValue, type Item } from "./attribute-value.ts";
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
import { indexSortKey, sortValue } from "./sort-key.ts";
import { textOf } from "./stored-record.ts";

/** Marks an index entry whose record may be gone, where entries are otherwise as true as their records. */
export const LOOSE = "_loose";

/** Marks an index entry that holds its whole record. */
export const CARRIES = "_carries";

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

/**
 * What an index entry has that may be without its record: it says so, or is from when its model's records expired, or
 * a transaction holds it.
 */
export const MARKS_OF_DOUBT = [LOOSE, "_ttl", "_tx"] as const;

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
