import type { StoreContext } from "../../context.ts";
import { sameAttribute, type Item } from "../../layout/attribute-value.ts";
import { withUnknown } from "../../layout/difference.ts";
import { expiryOf } from "../../layout/expiry.ts";
import { seenGuard, type ItemWrite } from "../../layout/item-write.ts";
import { keyText, sameKey } from "../../layout/keys.ts";
import { placesOf } from "../../layout/place-items.ts";
import { referredKey, type Place } from "../../layout/places.ts";
import { readRecord, textOf, type StoredRecord } from "../../layout/stored-record.ts";
import { ownsEntry } from "../../read/follow-entries.ts";
import type { FailedWrite } from "../../engine/door.ts";
import { raceFor, type Stale } from "../../write/race.ts";
import { Takeovers } from "../../write/takeover.ts";
import type { Duplicate } from "../duplicate.ts";

/** What came of one record. */
export interface Filled {
  /** Entries that were written. */
  readonly entries: number;
  readonly duplicates: readonly Duplicate[];
}

/** Which of a record's entries are looked at. */
export type WantedPlace = (place: Place) => boolean;

/**
 * Writes the entries that a record lacks. Each write asserts that the record is still what was
 * read, so that it can go on while the application writes: a record that changed is read again.
 */
export async function fillRecord(
  context: StoreContext,
  found: StoredRecord,
  wanted: WantedPlace,
  /** Of this call alone: it tells this record's entry from that of a duplicate. */
  writeId: string,
): Promise<Filled> {
  const operation = context.next();
  const { layout } = found;
  let record: StoredRecord | undefined = found;
  const duplicates = new Map<string, Duplicate>();
  const takeovers = new Takeovers(operation, false);
  const filled = await raceFor(operation, layout, async (attempt): Promise<Filled | Stale> => {
    if (attempt > 1) record = readRecord(layout, await operation.items.get(layout.model.name, layout.table, found.key));
    const writes = record ? await missingEntries(operation, record, wanted, duplicates, writeId) : [];
    if (!record || writes.length === 0) return { entries: 0, duplicates: [...duplicates.values()] };
    const all = takeovers.applyTo([...writes, assertion(operation, record)]);
    const failed = await operation.engine.write(all, writeId);
    if (failed.length === 0) return { entries: writes.length, duplicates: [...duplicates.values()] };
    for (const failure of failed) await examine(operation, record, failure, takeovers, duplicates);
    return "stale";
  });
  return filled;
}

/** The writes of entries that are not there, or not as they should be. */
async function missingEntries(
  context: StoreContext,
  record: StoredRecord,
  wanted: WantedPlace,
  duplicates: ReadonlyMap<string, Duplicate>,
  id: string,
): Promise<ItemWrite[]> {
  const { layout } = record;
  const places = entriesOf(context, record).filter(
    (place) => wanted(place) && !duplicates.has(keyText(layout.table, place.key)),
  );
  const writes = await Promise.all(
    places.map(async ({ kind, fields, key, item }): Promise<ItemWrite[]> => {
      const stored = await context.items.get(layout.model.name, layout.table, key);
      if (stored && sameEntry(stored, item)) return [];
      const guard =
        kind === "index"
          ? ({ type: "none" } as const)
          : stored && isOwn(record, stored)
            ? seenGuard(stored)
            : ({ type: "absent" } as const);
      const whole = { ...item, _w: { S: id }, _at: { N: String(context.now()) } };
      return [{ layout, kind, fields, key, action: "put", item: whole, guard }];
    }),
  );
  return writes.flat();
}

/** The entries a record should have. One that never had any is given their expiry, too. */
function entriesOf(context: StoreContext, record: StoredRecord): Place[] {
  const { layout, values, born, entriesExpire } = record;
  const fresh = expiryOf(layout, values, context.now());
  const expiry = fresh && { ...fresh, entries: entriesExpire ?? fresh.entries };
  return withUnknown(placesOf(layout, values, { born, expiry }), record).filter(({ kind }) => kind !== "record");
}

/** The record as it was read: asserted, or given the expiry of its first entries. */
function assertion(context: StoreContext, record: StoredRecord): ItemWrite {
  const { layout, key, born, version, values, entriesExpire } = record;
  const same = { _born: { S: born }, _v: { N: String(version) } };
  const write = { layout, kind: "record", fields: [], key, guard: { type: "present", same } } as const;
  const fresh = expiryOf(layout, values, context.now());
  if (!fresh || entriesExpire !== undefined) return { ...write, action: "check" };
  return { ...write, action: "touch", set: { _ettl: { N: String(fresh.entries) } } };
}

/** Decides about a failed write: taken by another record, by nobody any more, or by this one meanwhile. */
async function examine(
  context: StoreContext,
  record: StoredRecord,
  failure: FailedWrite,
  takeovers: Takeovers,
  duplicates: Map<string, Duplicate>,
): Promise<void> {
  const { write, existing } = failure;
  // This record has changed, or the one that a take-over thought gone is there.
  if (write.kind !== "unique") takeovers.forgetAll();
  else if (!existing || !isOwn(record, existing)) {
    const taken = await takeovers.examine(failure);
    const duplicate = taken && (await confirmDuplicate(context, record, write));
    if (duplicate) duplicates.set(keyText(write.layout.table, write.key), duplicate);
  }
}

/** The duplicate behind a taken entry: undefined while the entry's record is not there (a create under way). */
async function confirmDuplicate(
  context: StoreContext,
  record: StoredRecord,
  { layout, fields, key }: ItemWrite,
): Promise<Duplicate | undefined> {
  const entry = await context.items.get(layout.model.name, layout.table, key);
  const home = entry && referredKey(entry);
  const other = home && readRecord(layout, await context.items.get(layout.model.name, layout.table, home));
  if (!entry || !other || !ownsEntry(layout, other, entry) || sameKey(other.key, record.key)) return undefined;
  return { model: layout.model.name, fields, ids: [String(other.values["id"]), String(record.values["id"])] };
}

/** Whether an entry is nobody else's: this record's, or that of an earlier one at the same home. */
function isOwn(record: StoredRecord, entry: Item): boolean {
  const home = referredKey(entry);
  return textOf(entry, "_born") === record.born || (home !== undefined && sameKey(home, record.key));
}

/** Whether an entry is what it should be, whoever wrote it and when. */
function sameEntry(stored: Item, wanted: Item): boolean {
  const { _w, _at, ...rest } = stored;
  return sameAttribute({ M: rest }, { M: wanted });
}
