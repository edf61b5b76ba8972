import type { RecordValues } from "../../values/normalize.ts";
import type { Item } from "./attribute-value.ts";
import type { Expiry } from "./expiry.ts";
import { itemSize, MAX_ITEM_BYTES } from "./item-size.ts";
import type { ItemKey } from "./keys.ts";
import type { ModelLayout } from "./model-layout.ts";
import { CARRIES, keyAttributes, keysOf, type Place, type PlaceKey } from "./places.ts";
import { setFields } from "./stored-record.ts";

/** What a write adds to an entry, at most. */
const STAMP_BYTES = 200;

/** What marks a record's items beside its fields. */
export interface Provenance {
  /** The write id of the create. */
  readonly born: string;
  readonly expiry: Expiry | undefined;
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
