import { invalidQuery, transactionConflict, uniqueViolation } from "../errors.ts";
import type { ModelManifest, UniqueKey } from "../schema/manifest.ts";
import type { RecordValues } from "../values/normalize.ts";

/** The backend's name in errors and in `$driver.kind`. */
export const KIND = "memory";

/** The records of every model: by the model's name, then by id. A stored record is never changed, only replaced. */
export type MemoryStore = Map<string, Map<unknown, RecordValues>>;

/** Writes that take effect together: by id, the record that is there afterwards, or null for none. */
export type Changes = ReadonlyMap<unknown, RecordValues | null>;

/** Records as one reader sees them. */
export interface Tables {
  get(model: ModelManifest, id: unknown): RecordValues | undefined;
  /** All records in the order of their creation. */
  all(model: ModelManifest): Iterable<RecordValues>;
  /** Notes that a caller got these records: what it writes later may depend on them. */
  noteRead(model: ModelManifest, records: readonly RecordValues[]): void;
  /** Writes all of the changes, or throws `UNIQUE_CONSTRAINT_VIOLATION` and writes none. */
  apply(model: ModelManifest, changes: Changes): void;
}

/** The store itself: a write is there at once. */
export class StoreTables implements Tables {
  constructor(private readonly store: MemoryStore) {}

  get(model: ModelManifest, id: unknown): RecordValues | undefined {
    return this.store.get(model.name)?.get(id);
  }

  all(model: ModelManifest): Iterable<RecordValues> {
    return this.store.get(model.name)?.values() ?? [];
  }

  noteRead(): void {
    // Every operation is atomic by itself: nothing is remembered between two of them.
  }

  apply(model: ModelManifest, changes: Changes): void {
    checkUniques(model, this.all(model), changes);
    this.put(model, changes);
  }

  /** Writes without a check. */
  put(model: ModelManifest, changes: Changes): void {
    let records = this.store.get(model.name);
    if (!records) this.store.set(model.name, (records = new Map()));
    for (const [id, record] of changes) {
      if (record) records.set(id, record);
      else records.delete(id);
    }
  }
}

/** A transaction's view: its own writes over the store, which they reach with {@link commit}. */
export class OverlayTables implements Tables {
  private readonly writes = new Map<ModelManifest, Map<unknown, RecordValues | null>>();
  /** The record that was there when the transaction first saw it; another one at the commit is a conflict. */
  private readonly seen = new Map<ModelManifest, Map<unknown, RecordValues | undefined>>();
  private open = true;

  constructor(private readonly base: StoreTables) {}

  get(model: ModelManifest, id: unknown): RecordValues | undefined {
    const written = this.writes.get(model)?.get(id);
    return written === undefined ? this.base.get(model, id) : (written ?? undefined);
  }

  *all(model: ModelManifest): Iterable<RecordValues> {
    const writes = this.writes.get(model);
    for (const record of this.base.all(model)) {
      const written = writes?.get(record["id"]);
      if (written !== null) yield written ?? record;
    }
    for (const [id, record] of writes ?? []) {
      if (record && !this.base.get(model, id)) yield record;
    }
  }

  noteRead(model: ModelManifest, records: readonly RecordValues[]): void {
    for (const record of records) this.note(model, record["id"]);
  }

  apply(model: ModelManifest, changes: Changes): void {
    if (!this.open) throw invalidQuery("The transaction is over: its client cannot write any more.", model.name);
    checkUniques(model, this.all(model), changes);
    const writes = this.writes.get(model) ?? new Map<unknown, RecordValues | null>();
    this.writes.set(model, writes);
    for (const [id, record] of changes) {
      this.note(model, id);
      writes.set(id, record);
    }
  }

  /** Takes no writes any more. */
  close(): void {
    this.open = false;
  }

  /** Writes everything to the store, or throws and writes nothing. */
  commit(): void {
    for (const [model, changes] of this.writes) {
      for (const [id, record] of changes) this.checkUnchanged(model, id, record);
      checkUniques(model, this.base.all(model), changes);
    }
    for (const [model, changes] of this.writes) this.base.put(model, changes);
  }

  private note(model: ModelManifest, id: unknown): void {
    const seen = this.seen.get(model) ?? new Map<unknown, RecordValues | undefined>();
    this.seen.set(model, seen);
    if (!seen.has(id)) seen.set(id, this.base.get(model, id));
  }

  private checkUnchanged(model: ModelManifest, id: unknown, record: RecordValues | null): void {
    const before = this.seen.get(model)?.get(id);
    if (this.base.get(model, id) === before) return;
    if (before === undefined && record) throw uniqueViolation(KIND, model.name, ["id"]);
    throw transactionConflict(KIND, model.name, `Another writer changed a "${model.name}" that this transaction changes.`);
  }
}

/** Throws if two records would share the values of a unique key after the changes. */
function checkUniques(model: ModelManifest, records: Iterable<RecordValues>, changes: Changes): void {
  const keys = model.uniques.filter((key) => key.fields[0] !== "id" || key.fields.length > 1);
  const taken = keys.map((key) => {
    const texts = new Set<string>();
    for (const record of changes.values()) {
      const text = record && keyText(key, record);
      if (text === null) continue;
      if (texts.has(text)) throw uniqueViolation(KIND, model.name, key.fields);
      texts.add(text);
    }
    return texts;
  });
  if (taken.every((texts) => texts.size === 0)) return;
  for (const record of records) {
    if (changes.has(record["id"])) continue;
    for (const [position, key] of keys.entries()) {
      const text = keyText(key, record);
      if (text !== null && taken[position]!.has(text)) throw uniqueViolation(KIND, model.name, key.fields);
    }
  }
}

/** One text for equal values of a key, null where one of them is null: null equals nothing. */
function keyText(key: UniqueKey, record: RecordValues): string | null {
  const values = key.fields.map((field) => record[field] ?? null);
  if (values.includes(null)) return null;
  return JSON.stringify(values.map((value) => (value instanceof Date ? value.getTime() : String(value))));
}
