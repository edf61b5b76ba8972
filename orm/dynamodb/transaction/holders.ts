import { uniqueViolation } from "../../errors.ts";
import type { RecordValues } from "../../values/normalize.ts";
import { keyText } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { keysOf } from "../layout/places.ts";
import type { StoredRecord } from "../layout/stored-record.ts";

/** A record that may hold unique places. */
export interface Holder {
  readonly layout: ModelLayout;
  /** As it was read; undefined for one that was created since. */
  readonly before: StoredRecord | undefined;
  /** As it is now; undefined for one that was deleted since. */
  readonly values: RecordValues | undefined;
}

/**
 * Who holds which unique place in a transaction: a look at one of them costs the same however many records there are.
 */
export class Holders<H extends Holder = Holder> {
  readonly #now = new Map<string, Set<H>>();
  readonly #read = new Set<string>();

  /** The records at a unique place. */
  at(place: string): readonly H[] {
    return [...(this.#now.get(place) ?? [])];
  }

  /** Whether a record was read at a unique place. */
  wasRead(place: string): boolean {
    return this.#read.has(place);
  }

  noteRead({ layout, values }: StoredRecord): void {
    for (const place of uniquePlaces(layout, values).keys()) this.#read.add(place);
  }

  add(holder: H): void {
    for (const place of placesNow(holder)) {
      const holders = this.#now.get(place);
      if (holders) holders.add(holder);
      else this.#now.set(place, new Set([holder]));
    }
  }

  remove(holder: H): void {
    for (const place of placesNow(holder)) {
      const holders = this.#now.get(place);
      holders?.delete(holder);
      if (holders?.size === 0) this.#now.delete(place);
    }
  }

  /** Throws `UNIQUE_CONSTRAINT_VIOLATION` where another record holds a place that a record is to have. */
  check(layout: ModelLayout, values: RecordValues, self: H | undefined): void {
    for (const [place, fields] of uniquePlaces(layout, values)) {
      for (const other of this.#now.get(place) ?? []) {
        if (other === self || wereRead(place, self, other)) continue;
        throw uniqueViolation("dynamodb", layout.model.name, fields);
      }
    }
  }
}

function placesNow({ layout, values }: Holder): Iterable<string> {
  return values ? uniquePlaces(layout, values).keys() : [];
}

/**
 * Whether both records were read with one unique value: duplicates from before it was unique, or one
 * was read before another transaction and one after. This is not this transaction's doing.
 */
function wereRead(place: string, ...records: readonly (Holder | undefined)[]): boolean {
  return records.every((record) => record?.before && uniquePlaces(record.layout, record.before.values).has(place));
}

/** The unique places of a record, with the fields that make them: its home and its unique entries. */
function uniquePlaces(layout: ModelLayout, values: RecordValues): Map<string, readonly string[]> {
  return new Map(
    keysOf(layout, values)
      .filter(({ kind }) => kind !== "index")
      .map(({ key, fields }) => [keyText(layout.table, key), fields]),
  );
}
