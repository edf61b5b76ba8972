import { invalidQuery, uniqueViolation } from "../../errors.ts";
import { matches } from "../../query/evaluate.ts";
import type { Predicate } from "../../query/predicate.ts";
import type { RecordValues } from "../../values/normalize.ts";
import type { Change } from "../layout/difference.ts";
import { keyText } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { placesOf } from "../layout/places.ts";
import type { StoredRecord } from "../layout/stored-record.ts";

/** A record as this transaction sees it. */
export interface Tracked {
  readonly layout: ModelLayout;
  /** As it was read; undefined for one that was created here. */
  readonly before: StoredRecord | undefined;
  /** As it is now; undefined for one that was deleted here. */
  values: RecordValues | undefined;
  changed: boolean;
}

/** The records a transaction has read and written, until it commits. Every method is synchronous: calls cannot interleave. */
export class UnitOfWork {
  readonly #tracked = new Map<string, Tracked>();
  /** Unique places that held nothing when this transaction looked. */
  readonly #free = new Set<string>();
  #closed = false;

  /** Registers a record that was read. A record read before stays as it was then. */
  see(record: StoredRecord): Tracked {
    const key = recordKey(record.layout, record.values["id"]);
    const known = this.#tracked.get(key);
    if (known) return known;
    const tracked: Tracked = { layout: record.layout, before: record, values: record.values, changed: false };
    this.#tracked.set(key, tracked);
    return tracked;
  }

  /** The record with an id, if this transaction knows it. */
  byId(layout: ModelLayout, id: unknown): Tracked | undefined {
    return this.#tracked.get(recordKey(layout, id));
  }

  /** Every known record of a model. */
  known(layout: ModelLayout): Tracked[] {
    return [...this.#tracked.values()].filter((tracked) => tracked.layout === layout);
  }

  /** The known records of a model that match now. */
  matching(layout: ModelLayout, where: Predicate): Tracked[] {
    return this.known(layout).filter(({ values }) => values && matches(layout.model, where, values));
  }

  /** Whether a unique place was, before this transaction, that of a record it knows. */
  heldBefore(layout: ModelLayout, place: string): boolean {
    return this.known(layout).some(({ before }) => before && uniqueKeys(layout, before.values).has(place));
  }

  /** Notes that a unique key led to nothing. */
  noteFree(table: string, keys: Iterable<string>): void {
    for (const key of keys) this.#free.add(`${table}\n${key}`);
  }

  isFree(table: string, key: string): boolean {
    return this.#free.has(`${table}\n${key}`);
  }

  /** Buffers a new record. Throws `UNIQUE_CONSTRAINT_VIOLATION` where a known record has one of its keys. */
  create(layout: ModelLayout, values: RecordValues): void {
    const known = this.byId(layout, values["id"]);
    if (known?.values) throw uniqueViolation("dynamodb", layout.model.name, ["id"]);
    this.#checkUnique(layout, values, known);
    if (known) this.#write(known, values);
    else {
      const tracked: Tracked = { layout, before: undefined, values, changed: true };
      this.#tracked.set(recordKey(layout, values["id"]), tracked);
    }
  }

  /** Buffers a record's new values. */
  update(tracked: Tracked, values: RecordValues): void {
    if (values["id"] !== tracked.values?.["id"]) {
      throw invalidQuery(`The id of a "${tracked.layout.model.name}" cannot be changed in a transaction.`, tracked.layout.model.name, ["id"]);
    }
    this.#checkUnique(tracked.layout, values, tracked);
    this.#write(tracked, values);
  }

  /** Buffers a deletion. */
  delete(tracked: Tracked): void {
    this.#write(tracked, undefined);
  }

  /** Buffers all that `run` buffers, or nothing where it throws. */
  together(run: () => void): void {
    const saved = [...this.#tracked].map(([key, tracked]) => ({ key, tracked, state: { ...tracked } }));
    try {
      run();
    } catch (error) {
      this.#tracked.clear();
      for (const { key, tracked, state } of saved) this.#tracked.set(key, Object.assign(tracked, state));
      throw error;
    }
  }

  /** What is to be committed; nothing can be buffered any more. */
  close(): Change[] {
    this.#closed = true;
    return [...this.#tracked.values()]
      .filter(({ changed, before, values }) => changed && (before !== undefined || values !== undefined))
      .map(({ layout, before, values }) => ({ layout, before, after: values }));
  }

  /** Throws where the transaction is over: its writes would be lost. */
  checkOpen(): void {
    if (this.#closed) throw invalidQuery("This transaction has ended: use the client outside of it, or await all of its work inside.");
  }

  #write(tracked: Tracked, values: RecordValues | undefined): void {
    tracked.values = values;
    tracked.changed = true;
  }

  #checkUnique(layout: ModelLayout, values: RecordValues, self: Tracked | undefined): void {
    const wanted = uniqueKeys(layout, values);
    for (const other of this.known(layout)) {
      if (other === self || !other.values) continue;
      const taken = uniqueKeys(layout, other.values);
      for (const [text, fields] of wanted) {
        if (taken.has(text) && !wereRead(text, self, other)) throw uniqueViolation("dynamodb", layout.model.name, fields);
      }
    }
  }
}

/**
 * Whether both records were read with one unique value: duplicates from before it was unique, or one
 * was read before another transaction and one after. This is not this transaction's doing.
 */
function wereRead(text: string, ...records: readonly (Tracked | undefined)[]): boolean {
  return records.every((record) => record?.before && uniqueKeys(record.layout, record.before.values).has(text));
}

/** The unique places of a record: its home and its unique entries. */
export function uniqueKeys(layout: ModelLayout, values: RecordValues): Map<string, readonly string[]> {
  const places = placesOf(layout, values, { born: "", expiry: undefined });
  return new Map(
    places.filter(({ kind }) => kind !== "index").map(({ key, fields }) => [keyText(layout.table, key), fields]),
  );
}

function recordKey(layout: ModelLayout, id: unknown): string {
  return `${layout.model.name}\n${String(id)}`;
}
