import { transactionConflict, isOrmError } from "../../errors.ts";
import type { StoreContext } from "../context.ts";
import { decodeValue, sameAttribute, type Item } from "../layout/attribute-value.ts";
import { expiryOf } from "../layout/expiry.ts";
import type { Guard, ItemWrite } from "../layout/item-write.ts";
import { keyText, type ItemKey } from "../layout/keys.ts";
import { fieldOf, type ModelLayout } from "../layout/model-layout.ts";
import { placesOf, referredKey, type Place } from "../layout/places.ts";
import { nextWriteIds } from "../layout/write-ids.ts";
import { readRecord, textOf, type StoredRecord } from "../layout/stored-record.ts";
import { ownsEntry } from "../read/resolve.ts";
import { backoff } from "../send/backoff.ts";
import { sendWrites, type FailedWrite } from "../write/send-writes.ts";
import { examineTaken, withTakeovers, type Takeover } from "../write/takeover.ts";
import { RACE } from "../write/update.ts";

/** Two records with the same value of a key that is to be unique. */
export interface Duplicate {
  readonly model: string;
  readonly fields: readonly string[];
  /** The ids of both records. */
  readonly ids: readonly [string, string];
}

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
  stamp: { readonly id: string },
): Promise<Filled> {
  let record: StoredRecord | undefined = found;
  const duplicates = new Map<string, Duplicate>();
  const takeovers = new Map<string, Takeover>();
  for (let attempt = 1; attempt <= RACE.attempts && record; attempt++) {
    const writes = await missingEntries(context, record, wanted, duplicates, stamp.id);
    if (writes.length === 0) return { entries: 0, duplicates: [...duplicates.values()] };
    const failed = await sendWrites(context, withTakeovers([assertion(context, record, stamp.id), ...writes], takeovers), stamp.id);
    if (failed.length === 0 && (await stillStands(context, record, writes, stamp.id))) {
      return { entries: writes.length, duplicates: [...duplicates.values()] };
    }
    for (const failure of failed) await examine(context, record, failure, takeovers, duplicates);
    if (attempt > 1) await backoff(attempt, RACE);
    record = readRecord(record.layout, await context.items.get(record.layout.model.name, record.layout.table, record.key));
  }
  if (!record) return { entries: 0, duplicates: [...duplicates.values()] };
  const { name } = found.layout.model;
  throw transactionConflict("dynamodb", name, `A record of "${name}" kept changing while its entries were to be written. Run the same push again: it goes on from there.`);
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
  const places = entriesOf(context, record).filter((place) => wanted(place) && !duplicates.has(keyText(layout.table, place.key)));
  const writes = await Promise.all(
    places.map(async ({ kind, fields, key, item }): Promise<ItemWrite[]> => {
      const stored = await context.items.get(layout.model.name, layout.table, key);
      if (stored && sameEntry(stored, item)) return [];
      const guard = kind === "index" ? ({ type: "none" } as const) : stored && isOwn(record, stored) ? seen(stored) : ({ type: "absent" } as const);
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
  return placesOf(layout, values, { born, expiry }).filter(({ kind }) => kind !== "record");
}

/** The record as it was read: asserted, or given the expiry of its first entries. */
function assertion(context: StoreContext, record: StoredRecord, id: string): ItemWrite {
  const { layout, key, born, version, values, entriesExpire } = record;
  const target = { layout, kind: "record" as const, fields: [], key, guard: { type: "version" as const, born, version } };
  const fresh = expiryOf(layout, values, context.now());
  if (!fresh || entriesExpire !== undefined) return { ...target, action: "check" };
  const set = { _ettl: { N: String(fresh.entries) }, _v: { N: String(version + 1) }, ...nextWriteIds(record.item, id) };
  return { ...target, action: "update", set, remove: [] };
}

/**
 * An engine without transactions asserts nothing: there the record is read again after the write,
 * and what does not belong to it any more is taken back.
 */
async function stillStands(context: StoreContext, record: StoredRecord, writes: readonly ItemWrite[], id: string): Promise<boolean> {
  if (context.engine.transactions !== false) return true;
  const { layout, key, version, born } = record;
  const now = readRecord(layout, await context.items.get(layout.model.name, layout.table, key));
  if (now && now.born === born && (now.version === version || textOf(now.item, "_w") === id)) return true;
  for (const write of writes) {
    const guard = { type: "seen" as const, born, write: id };
    await sendWrites(context, [{ layout, kind: write.kind, fields: write.fields, key: write.key, action: "delete", guard }], "");
  }
  return false;
}

/** Decides about a failed write: taken by another record, by nobody any more, or by this one meanwhile. */
async function examine(
  context: StoreContext,
  record: StoredRecord,
  failure: FailedWrite,
  takeovers: Map<string, Takeover>,
  duplicates: Map<string, Duplicate>,
): Promise<void> {
  const { write, existing } = failure;
  const text = keyText(write.layout.table, write.key);
  if (write.kind !== "unique") {
    // This record has changed, or the one that a take-over thought gone is there.
    takeovers.clear();
    return;
  }
  takeovers.delete(text);
  if (existing && isOwn(record, existing)) return;
  try {
    const takeover = await examineTaken(context, failure);
    if (takeover) takeovers.set(text, takeover);
  } catch (error) {
    if (!isOrmError(error, "UNIQUE_CONSTRAINT_VIOLATION")) throw error;
    const duplicate = await confirmDuplicate(context, record, write);
    if (duplicate) duplicates.set(text, duplicate);
  }
}

/** The duplicate behind a taken entry: undefined while the entry's record is not there (a create under way). */
async function confirmDuplicate(context: StoreContext, record: StoredRecord, { layout, fields, key }: ItemWrite): Promise<Duplicate | undefined> {
  const entry = await context.items.get(layout.model.name, layout.table, key);
  const home = entry && referredKey(entry);
  const other = home && readRecord(layout, await context.items.get(layout.model.name, layout.table, home));
  if (!entry || !other || !ownsEntry(layout, other, entry) || sameKey(other.key, record.key)) return undefined;
  return { model: layout.model.name, fields, ids: [String(other.values["id"]), String(record.values["id"])] };
}

function seen(entry: Item): Guard {
  return { type: "seen", born: textOf(entry, "_born") ?? "", write: textOf(entry, "_w") ?? "" };
}

/** Whether an entry is nobody else's: this record's, or that of an earlier one at the same home. */
function isOwn(record: StoredRecord, entry: Item): boolean {
  const home = referredKey(entry);
  return textOf(entry, "_born") === record.born || (home !== undefined && sameKey(home, record.key));
}

function sameKey(left: ItemKey, right: ItemKey): boolean {
  return left._pk === right._pk && left._sk === right._sk;
}

/** Whether an entry is what it should be, whoever wrote it and when. */
function sameEntry(stored: Item, wanted: Item): boolean {
  const { _w, _at, ...rest } = stored;
  return sameAttribute({ M: rest }, { M: wanted });
}

/** The id that an entry names. */
export function entryId(layout: ModelLayout, entry: Item): string {
  const field = fieldOf(layout, "id");
  return String(decodeValue(field, entry[field.column]) ?? "");
}
