import type { ModelManifest } from "../schema/manifest.ts";
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
}

/** Tables with writes that are not in the store yet. */
export interface WritingTables extends Tables {
  readonly writes: ReadonlyMap<ModelManifest, Changes>;
  /** Ids whose record got another id: it is not gone, though nothing is there any more. */
  readonly renamed: ReadonlyMap<ModelManifest, ReadonlySet<unknown>>;
  /** Writes one record, or with null none. */
  put(model: ModelManifest, id: unknown, record: RecordValues | null): void;
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

/** One text for equal values, null where one of them is null: null equals nothing. */
export function keyText(fields: readonly string[], record: RecordValues): string | null {
  const values = fields.map((field) => record[field] ?? null);
  if (values.includes(null)) return null;
  return JSON.stringify(values.map((value) => (value instanceof Date ? value.getTime() : String(value))));
}
