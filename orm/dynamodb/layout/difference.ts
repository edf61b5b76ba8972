import { uniqueViolation } from "../../errors.ts";
import type { RecordValues } from "../../values/normalize.ts";
import { sameAttribute, type Item } from "./attribute-value.ts";
import { expiryOf, recordExpiry, type Expiry } from "./expiry.ts";
import { checkItemSize } from "./item-size.ts";
import type { Guard, ItemWrite, SameAttributes } from "./item-write.ts";
import { keyText } from "./keys.ts";
import { fieldOf, type ModelLayout } from "./model-layout.ts";
import { placesOf } from "./place-items.ts";
import { CARRIES, keysOf, type Place } from "./places.ts";
import { isReserved } from "./reserved.ts";
import type { StoredRecord } from "./stored-record.ts";
import { bornIn, freshMarks, MARKS, staleMarks } from "./write-ids.ts";

/** A record's way from one state to the next: created, changed, or deleted. */
export interface Change {
  readonly layout: ModelLayout;
  readonly before: StoredRecord | undefined;
  readonly after: RecordValues | undefined;
  /**
   * What the change depends on beside the record's birth and what places it: the fields of its `where`, or by default
   * the whole record. Other people's changes of other fields then do not make it fail.
   */
  readonly depends?: ReadonlySet<string> | "whole" | undefined;
  /** Fields that are written also where they hold the value already: by the time of the write they may not. */
  readonly sets?: readonly string[] | undefined;
}

/** Marks of one write. */
export interface WriteStamp {
  /** Tells a write that landed from another's. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

interface Placed {
  readonly change: Change;
  readonly place: Place;
}

/**
 * The writes that turn the places before a set of changes into those after it. Two changes may
 * hand a unique value from one record to another: then its entry is replaced, not taken.
 */
export function difference(changes: readonly Change[], stamp: WriteStamp): ItemWrite[] {
  const before = collect(changes, beforePlaces);
  const after = collect(changes, (change, i) => afterPlaces(change, bornIn(stamp.id, i), stamp));
  const writes: ItemWrite[] = [];
  for (const [text, placed] of after) {
    const write = writeOf(before.get(text), placed, stamp);
    if (write) writes.push(write);
  }
  for (const [text, placed] of before) {
    const removal = after.has(text) ? undefined : removalOf(placed);
    if (removal) writes.push(removal);
  }
  return writes;
}

function collect(changes: readonly Change[], placesFor: (change: Change, i: number) => Place[]): Map<string, Placed> {
  const all = new Map<string, Placed>();
  for (const [i, change] of changes.entries()) {
    for (const place of placesFor(change, i)) {
      const text = keyText(change.layout.table, place.key);
      const other = all.get(text);
      if (!other) all.set(text, { change, place });
      else if (!haveHad(text, change, other.change))
        throw uniqueViolation("dynamodb", change.layout.model.name, place.fields);
    }
  }
  return all;
}

/**
 * Whether several records were read with one unique value: duplicates from before it was unique, or
 * one was read before another transaction and one after, which their guards will show.
 */
function haveHad(text: string, ...changes: readonly Change[]): boolean {
  return changes.every(
    ({ layout, before }) =>
      before !== undefined && keysOf(layout, before.values).some(({ key }) => keyText(layout.table, key) === text),
  );
}

/** The places of a stored record as they stand. */
export function beforePlaces({ layout, before }: Change): Place[] {
  if (!before) return [];
  const expiry = storedExpiry(before);
  const places = withUnknown(placesOf(layout, before.values, { born: before.born, expiry }), before);
  return places.map((place) => (place.kind === "record" ? { ...place, key: before.key } : place));
}

/** The expiry that a stored record was written with, perhaps by another schema. */
function storedExpiry({ layout, values, entriesExpire }: StoredRecord): Expiry | undefined {
  const record = recordExpiry(layout, values);
  return record === undefined && entriesExpire === undefined
    ? undefined
    : { record: record ?? Number.NaN, entries: entriesExpire ?? Number.NaN };
}

function afterPlaces({ layout, before, after }: Change, born: string, stamp: WriteStamp): Place[] {
  if (!after) return [];
  const expiry = nextExpiry(layout, before, after, stamp.now);
  const places = withUnknown(placesOf(layout, after, { born: before?.born ?? born, expiry }), before);
  checkItemSize(layout.model.name, places[0]!.item);
  return places;
}

/** Entries keep their expiry while it is late enough: only then do they need no write. */
function nextExpiry(
  layout: ModelLayout,
  before: StoredRecord | undefined,
  after: RecordValues,
  now: number,
): Expiry | undefined {
  const fresh = expiryOf(layout, after, now);
  if (!fresh || !before || before.entriesExpire === undefined) return fresh;
  return before.entriesExpire >= fresh.record ? { ...fresh, entries: before.entriesExpire } : fresh;
}

function writeOf(before: Placed | undefined, { change, place }: Placed, stamp: WriteStamp): ItemWrite | undefined {
  const target = { layout: change.layout, kind: place.kind, fields: place.fields, key: place.key };
  const put = (guard: Guard, was?: Item): ItemWrite => {
    const item = Object.assign(carriedOver(change, place, stamp), place.item, stampOf(change, place, stamp));
    return { ...target, action: "put", item, guard, was };
  };
  if (!before) return put(place.kind === "index" ? { type: "none" } : { type: "absent" });
  if (place.kind !== "record") {
    if (sameItem(before.place.item, place.item)) return undefined;
    return put(ownership(before), before.place.item);
  }
  const record = before.change.before;
  if (!record) return put({ type: "absent" });
  // What moves is copied: all of it must be as it was read.
  const moves = before.change !== change && before.change.after !== undefined;
  const guard = recordGuard(record, moves ? "whole" : before.change.depends, before.change.after);
  // The home of another record that this same set of changes deletes or moves away.
  if (before.change !== change) return put(guard, record.item);
  const set: Item = { _w: { S: stamp.id } };
  const given = new Set(change.sets?.map((name) => fieldOf(change.layout, name).column));
  for (const [attribute, value] of Object.entries(place.item)) {
    const differs = given.has(attribute) || !sameAttribute(record.item[attribute], value);
    if (differs && !(attribute in place.key)) set[attribute] = value;
  }
  const remove = ["_ttl", "_ettl"].filter((name) => name in record.item && !(name in place.item));
  // A record that has none yet, of another origin: the marks of later writes need their map.
  if (!(MARKS in record.item)) set[MARKS] = { M: {} };
  return {
    ...target,
    action: "update",
    set,
    remove,
    staleMarks: staleMarks(record.item, stamp.now),
    guard,
    was: record.item,
  };
}

/** Attributes that this schema does not know move along with the record, and so do the marks of others' writes. */
function carriedOver(change: Change, place: Place, stamp: WriteStamp): Item {
  if (place.kind !== "record") return {};
  const { _ttl, _ettl, _refd, ...known } = change.before?.item ?? {};
  return { ...known, [MARKS]: { M: freshMarks(change.before?.item, stamp.now) } };
}

/** What another schema has put on a record: an entry that carries the record holds it, too. */
export function withUnknown(places: readonly Place[], before: StoredRecord | undefined): Place[] {
  if (!before?.layout.carries) return [...places];
  const { layout } = before;
  const known = new Set([...layout.model.fields.values()].map(({ column }) => column));
  const entries = Object.entries(before.item).filter(([name]) => !known.has(name) && !isReserved(name));
  const unknown = Object.fromEntries(entries);
  return places.map((place) => (CARRIES in place.item ? { ...place, item: { ...unknown, ...place.item } } : place));
}

function stampOf(change: Change, place: Place, stamp: WriteStamp): Item {
  if (place.kind !== "record") return { _w: { S: stamp.id }, _at: { N: String(stamp.now) } };
  return { _w: { S: stamp.id }, _v: { N: String((change.before?.version ?? 0) + 1) } };
}

function removalOf({ change, place }: Placed): ItemWrite | undefined {
  const target = { layout: change.layout, kind: place.kind, fields: place.fields, key: place.key };
  const { before } = change;
  if (!before) return undefined;
  if (place.kind !== "record") {
    return { ...target, action: "delete", guard: ownership({ change, place }), was: place.item };
  }
  return {
    ...target,
    action: "delete",
    guard: recordGuard(before, change.after ? "whole" : change.depends, change.after),
    was: before.item,
  };
}

function ownership({ change, place }: Placed): Guard {
  if (place.kind !== "unique" || !change.before) return { type: "none" };
  return { type: "ownedOrAbsent", born: change.before.born };
}

/** That a record is still what was read, as far as a change of it depends on that. */
export function recordGuard(record: StoredRecord, depends: Change["depends"] = "whole", after?: RecordValues): Guard {
  const { layout, item, born, version } = record;
  const same: Record<string, SameAttributes[string]> = {};
  // An entry that carries the record is made from all of it.
  const whole = depends === "whole" || (layout.carries && after !== undefined);
  const fields = depends === "whole" ? layout.placedFields : [...layout.placedFields, ...depends];
  for (const name of fields) {
    const { column } = fieldOf(layout, name);
    same[column] = item[column];
  }
  if (layout.hasEntries) same["_ettl"] = item["_ettl"];
  if (layout.keepsReferenced && losesKey(record, after)) same["_refd"] = item["_refd"];
  return { type: "record", born, same, version: whole ? version : undefined };
}

/** Whether a key by which others refer to a record is gone afterwards. */
function losesKey({ layout, values }: StoredRecord, after: RecordValues | undefined): boolean {
  return !after || layout.dependents.some(({ key }) => after[key] !== values[key]);
}

function sameItem(left: Item, right: Item): boolean {
  return sameAttribute({ M: left }, { M: right });
}
