import type { FieldManifest } from "../../schema/manifest.ts";
import type { RecordValues } from "../../values/normalize.ts";
import { setOwn } from "../../values/json.ts";
import { decodeValue, encodeValue, type Item } from "./attribute-value.ts";
import { itemKey, type ItemKey } from "./keys.ts";
import type { ModelLayout } from "./model-layout.ts";

/** A record as it was read. */
export interface StoredRecord {
  readonly layout: ModelLayout;
  readonly key: ItemKey;
  readonly values: RecordValues;
  /** Counts the record's writes. */
  readonly version: number;
  /** The write that created the record: tells it from a later one with the same id. */
  readonly born: string;
  /** When its entries expire, in epoch seconds; undefined when they never do. */
  readonly entriesExpire: number | undefined;
  /** The item itself, with attributes that this schema does not know. */
  readonly item: Item;
}

/** Reads a record item. Undefined for an item that is no record of this model. */
export function readRecord(layout: ModelLayout, item: Item | undefined): StoredRecord | undefined {
  if (!item || textOf(item, "_kind") !== "record" || textOf(item, "_model") !== layout.model.name) return undefined;
  return {
    layout,
    key: itemKey(item),
    values: decodeFields(layout, item),
    version: numberOf(item, "_v") ?? 0,
    born: textOf(item, "_born") ?? "",
    entriesExpire: numberOf(item, "_ettl"),
    item,
  };
}

/** Every field of the model from an item, null where there is none. */
export function decodeFields(layout: ModelLayout, item: Item): RecordValues {
  const values: RecordValues = {};
  for (const field of layout.model.fields.values()) setOwn(values, field.name, decodeValue(field, item[field.column]));
  return values;
}

/** Sets the attributes of fields of a record. */
export function setFields(item: Item, fields: Iterable<FieldManifest>, values: RecordValues): void {
  for (const field of fields) item[field.column] = encodeValue(field, values[field.name]);
}

/** A text attribute of the layout's own. */
export function textOf(item: Item, attribute: string): string | undefined {
  const value = item[attribute];
  return value && "S" in value ? value.S : undefined;
}

/** A number attribute of the layout's own. */
export function numberOf(item: Item, attribute: string): number | undefined {
  const value = item[attribute];
  return value && "N" in value ? Number(value.N) : undefined;
}
