import { uniqueViolation } from "../../errors.ts";
import type { RecordValues } from "../../values/normalize.ts";
import { sameAttribute, type Item } from "./attribute-value.ts";
import { expiryOf, recordExpiry, type Expiry } from "./expiry.ts";
import { checkItemSize } from "./item-size.ts";
import type { Guard, ItemWrite } from "./item-write.ts";
import { keyText } from "./keys.ts";
import type { ModelLayout } from "./model-layout.ts";
import { placesOf, type Place } from "./places.ts";
import { withoutLock } from "./record-lock.ts";
import type { StoredRecord } from "./stored-record.ts";
import { nextWriteIds } from "./write-ids.ts";

/** A record's way from one state to the next: created, changed, or deleted. */
export interface Change {
  readonly layout: ModelLayout;
  readonly before: StoredRecord | undefined;
  readonly after: RecordValues | undefined;
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
  const after = collect(changes, (change) => afterPlaces(change, stamp));
  const writes: ItemWrite[] = [];
  for (const [text, placed] of after) {
    const write = writeOf(before.get(text), placed, stamp);
    if (write) writes.push(write);
  }
  for (const [text, placed] of before) {
    if (!after.has(text)) writes.push(removalOf(placed));
  }
  return writes;
}

function collect(changes: readonly Change[], placesFor: (change: Change) => Place[]): Map<string, Placed> {
  const all = new Map<string, Placed>();
  for (const change of changes) {
    for (const place of placesFor(change)) {
      const text = keyText(change.layout.table, place.key);
      const other = all.get(text);
      if (!other) all.set(text, { change, place });
      else if (!haveHad(text, change, other.change)) throw uniqueViolation("dynamodb", change.layout.model.name, place.fields);
    }
  }
  return all;
}

/**
 * Whether several records were read with one unique value: duplicates from before it was unique, or
 * one was read before another transaction and one after, which their versions will show.
 */
function haveHad(text: string, ...changes: readonly Change[]): boolean {
  return changes.every((change) => beforePlaces(change).some(({ key }) => keyText(change.layout.table, key) === text));
}

/** The places of a stored record as they stand. */
export function beforePlaces({ layout, before }: Change): Place[] {
  if (!before) return [];
  const expiry = storedExpiry(before);
  const places = placesOf(layout, before.values, { born: before.born, expiry });
  return places.map((place) => (place.kind === "record" ? { ...place, key: before.key } : place));
}

/** The expiry that a stored record was written with, perhaps by another schema. */
function storedExpiry({ layout, values, entriesExpire }: StoredRecord): Expiry | undefined {
  const record = recordExpiry(layout, values);
  return record === undefined && entriesExpire === undefined ? undefined : { record: record ?? Number.NaN, entries: entriesExpire ?? Number.NaN };
}

function afterPlaces({ layout, before, after }: Change, stamp: WriteStamp): Place[] {
  if (!after) return [];
  const expiry = nextExpiry(layout, before, after, stamp.now);
  const places = placesOf(layout, after, { born: before?.born ?? stamp.id, expiry });
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
  const whole = (): Item => ({ ...carriedOver(change, place), ...place.item, ...stampOf(change, place, stamp) });
  if (!before) return { ...target, action: "put", item: whole(), guard: place.kind === "index" ? { type: "none" } : { type: "absent" } };
  if (place.kind !== "record") {
    if (sameItem(before.place.item, place.item)) return undefined;
    return { ...target, action: "put", item: whole(), guard: ownership(before), was: before.place.item };
  }
  const was = before.change.before!.item;
  const guard = versionGuard(before.change.before!);
  // The home of another record that this same set of changes deletes or moves away.
  if (before.change !== change) return { ...target, action: "put", item: whole(), guard, was };
  const set: Item = stampOf(change, place, stamp);
  for (const [attribute, value] of Object.entries(place.item)) {
    if (!(attribute in place.key) && !sameAttribute(was[attribute], value)) set[attribute] = value;
  }
  const remove = ["_ttl", "_ettl"].filter((attribute) => attribute in was && !(attribute in place.item));
  return { ...target, action: "update", set, remove, guard, was };
}

/** Attributes that this schema does not know move along with the record. */
function carriedOver(change: Change, place: Place): Item {
  if (place.kind !== "record" || !change.before) return {};
  const { _ttl, _ettl, ...known } = change.before.item;
  return withoutLock(known);
}

function stampOf(change: Change, place: Place, stamp: WriteStamp): Item {
  if (place.kind !== "record") return { _w: { S: stamp.id }, _at: { N: String(stamp.now) } };
  return { ...nextWriteIds(change.before?.item, stamp.id), _v: { N: String((change.before?.version ?? 0) + 1) } };
}

function removalOf({ change, place }: Placed): ItemWrite {
  const guard = place.kind === "record" ? versionGuard(change.before!) : ownership({ change, place });
  const was = place.kind === "record" ? change.before!.item : place.item;
  return { layout: change.layout, kind: place.kind, fields: place.fields, key: place.key, action: "delete", guard, was };
}

function ownership({ change, place }: Placed): Guard {
  return place.kind === "unique" ? { type: "ownedOrAbsent", born: change.before!.born } : { type: "none" };
}

/** That a record is still what was read. */
export function versionGuard(record: StoredRecord): Guard {
  return { type: "version", born: record.born, version: record.version };
}

function sameItem(left: Item, right: Item): boolean {
  return sameAttribute({ M: left }, { M: right });
}
