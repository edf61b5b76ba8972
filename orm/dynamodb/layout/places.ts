import { invalidValue } from "../../errors.ts";
import type { IndexManifest } from "../../schema/manifest.ts";
import type { RecordValues } from "../../values/normalize.ts";
import { encodeValue, type Item } from "./attribute-value.ts";
import type { Expiry } from "./expiry.ts";
import { idText, MAX_ID_BYTES, partitionOf, shardOf, shardPartition, SINGLE, type ItemKey } from "./keys.ts";
import { fieldOf, type ModelLayout } from "./model-layout.ts";
import { indexSortKey, sortValue } from "./sort-key.ts";
import { encodeFields, textOf } from "./stored-record.ts";

/** One item of a record. */
export interface Place {
  readonly kind: "record" | "unique" | "index";
  /** The fields that make its key: the target when the place is taken. */
  readonly fields: readonly string[];
  readonly key: ItemKey;
  /** The whole item, without what a single write adds to it (`_v`, `_w`). */
  readonly item: Item;
}

/** What marks a record's items beside its fields. */
export interface Provenance {
  /** The write id of the create. */
  readonly born: string;
  readonly expiry: Expiry | undefined;
}

/** Everywhere a record is: its home first, then unique entries, then index entries. */
export function placesOf(layout: ModelLayout, values: RecordValues, provenance: Provenance): Place[] {
  const home = homeKey(layout, values);
  const id = idText(values["id"])!;
  const places: Place[] = [recordPlace(layout, values, home, provenance)];
  for (const { fields } of layout.uniqueEntries) {
    const partition = partitionOf(layout.model, fields, values);
    if (partition === undefined) continue;
    const key = { _pk: partition, _sk: SINGLE };
    places.push({ kind: "unique", fields, key, item: entryItem(layout, "unique", key, fields, values, home, provenance) });
  }
  for (const index of layout.indexes) {
    const key = indexKey(layout, index, values, id);
    if (!key) continue;
    const fields = index.orderBy === undefined ? index.on : [...index.on, index.orderBy];
    places.push({ kind: "index", fields, key, item: entryItem(layout, "index", key, fields, values, home, provenance) });
  }
  return places;
}

/** The key of a record's own item. Throws `INVALID_VALUE` where the record cannot have one. */
export function homeKey(layout: ModelLayout, values: RecordValues): ItemKey {
  const { model } = layout;
  const id = idText(values["id"]);
  if (id === undefined) {
    throw invalidValue(model.name, "id", `an id must not be empty or longer than ${MAX_ID_BYTES} bytes.`);
  }
  for (const field of model.home.fields) {
    if (values[field] === null) throw invalidValue(model.name, field, "must not be null: records live at it.");
  }
  return {
    _pk: partitionOf(model, model.home.fields, values)!,
    _sk: model.home.kind === "unique" ? SINGLE : id,
  };
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
      : partitionOf(model, index.on, values, index.orderBy);
  if (partition === undefined) return undefined;
  const sort = index.orderBy === undefined ? undefined : sortValue(fieldOf(layout, index.orderBy), values[index.orderBy]);
  return { _pk: partition, _sk: indexSortKey(sort, id) };
}

function recordPlace(layout: ModelLayout, values: RecordValues, key: ItemKey, { born, expiry }: Provenance): Place {
  const item: Item = {
    ...keyAttributes(key),
    _kind: { S: "record" },
    _model: { S: layout.model.name },
    _born: { S: born },
    ...encodeFields(layout, values),
  };
  if (expiry) {
    item["_ttl"] = { N: String(expiry.record) };
    if (layout.hasEntries) item["_ettl"] = { N: String(expiry.entries) };
  }
  return { kind: "record", fields: layout.model.home.kind === "unique" ? layout.model.home.fields : ["id"], key, item };
}

/**
 * An entry holds where the record is, the id, its own key's values and the record's foreign keys:
 * enough to start reading related records together with the record.
 */
function entryItem(
  layout: ModelLayout,
  kind: "unique" | "index",
  key: ItemKey,
  fields: readonly string[],
  values: RecordValues,
  home: ItemKey,
  { born, expiry }: Provenance,
): Item {
  const item: Item = {
    ...keyAttributes(key),
    _kind: { S: kind },
    _model: { S: layout.model.name },
    _born: { S: born },
    _ref: { M: keyAttributes(home) },
  };
  if (expiry) item["_ttl"] = { N: String(expiry.entries) };
  for (const name of new Set(["id", ...fields, ...layout.foreignKeys])) {
    const field = fieldOf(layout, name);
    item[field.column] = encodeValue(field, values[name]);
  }
  return item;
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
