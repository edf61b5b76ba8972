import { invalidQuery, transactionConflict, uniqueViolation } from "../errors.ts";
import type { Predicate } from "../query/predicate.ts";
import type { ModelManifest } from "../schema/manifest.ts";
import type { RecordValues } from "../values/normalize.ts";
import type { ObservedReads } from "./observed-reads.ts";
import type { References } from "./references.ts";
import { KIND, StoreTables, type WritingTables } from "./tables.ts";
import { checkUniques } from "./unique-values.ts";

/**
 * Writes over other tables, which they reach all at once with {@link commit} or never: those of one operation, of a
 * savepoint, or of a whole transaction.
 */
export class OverlayTables implements WritingTables {
  readonly writes = new Map<ModelManifest, Map<unknown, RecordValues | null>>();
  readonly renamed = new Map<ModelManifest, Set<unknown>>();
  /** The record that was there when it was first seen from here; another one at the commit is a conflict. */
  private readonly seen = new Map<ModelManifest, Map<unknown, RecordValues | undefined>>();
  private open = true;

  constructor(
    readonly base: StoreTables | OverlayTables,
    private readonly references: References,
    /** What a serializable transaction has read, its savepoints included. */
    readonly reads?: ObservedReads,
  ) {}

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

  /** Notes what a read answered, where the commit depends on it: as the store had it. */
  observe(model: ModelManifest, where: Predicate, found: readonly RecordValues[]): void {
    this.reads?.note(this.store, model, where, found);
  }

  /** Writes one record, or with null none. Unique values and references are looked at by {@link commit}. */
  put(model: ModelManifest, id: unknown, record: RecordValues | null): void {
    this.note(model, id);
    entryOf(this.writes, model, () => new Map<unknown, RecordValues | null>()).set(id, record);
  }

  /** Notes that the record of an id has another one from now on. */
  rename(model: ModelManifest, id: unknown): void {
    entryOf(this.renamed, model, () => new Set()).add(id);
  }

  /** Takes no writes any more. */
  close(): void {
    this.open = false;
  }

  /** Writes everything to the tables below, or throws and writes nothing. References are held at the store's door. */
  commit(): void {
    for (const [model, changes] of this.writes) {
      for (const [id, record] of changes) this.checkUnchanged(model, id, record);
    }
    if (this.base instanceof StoreTables) this.references.settle(this, this.base);
    for (const [model, changes] of this.writes) checkUniques(model, this.base.all(model), changes);
    if (this.base instanceof StoreTables) {
      this.reads?.checkUnchanged(this.base);
      this.references.requireTargets(this, this.base);
      for (const [model, changes] of this.writes) this.base.put(model, changes);
    } else this.base.absorb(this);
  }

  private get store(): StoreTables {
    return this.base instanceof StoreTables ? this.base : this.base.store;
  }

  private absorb({ writes, renamed }: OverlayTables): void {
    for (const [model, changes] of writes) {
      if (!this.open) throw invalidQuery("The transaction is over: its client cannot write any more.", model.name);
      for (const [id, record] of changes) this.put(model, id, record);
    }
    for (const [model, ids] of renamed) for (const id of ids) this.rename(model, id);
  }

  /** A read inside of a savepoint is one of the transaction around it, too. */
  private note(model: ModelManifest, id: unknown): void {
    if (this.base instanceof OverlayTables) this.base.note(model, id);
    const seen = entryOf(this.seen, model, () => new Map<unknown, RecordValues | undefined>());
    if (!seen.has(id)) seen.set(id, this.base.get(model, id));
  }

  private checkUnchanged(model: ModelManifest, id: unknown, record: RecordValues | null): void {
    const before = this.seen.get(model)?.get(id);
    if (this.base.get(model, id) === before) return;
    if (before === undefined && record) throw uniqueViolation(KIND, model.name, ["id"]);
    throw transactionConflict(
      KIND,
      model.name,
      `Another writer changed a "${model.name}" that this transaction changes.`,
    );
  }
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
