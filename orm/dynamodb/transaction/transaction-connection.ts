import type { DriverConnection, Explanation, FindQuery, Increment, TransactionOptions } from "../../driver.ts";
import { invalidOption } from "../../errors.ts";
import { fieldsIn, type Predicate } from "../../query/predicate.ts";
import type { UniqueLookup } from "../../query/unique-lookup.ts";
import type { ModelManifest } from "../../schema/manifest.ts";
import type { RecordValues } from "../../values/normalize.ts";
import { layoutFor, type Store } from "../context.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { explainPath } from "../plan/explain.ts";
import { planAccess } from "../plan/planner.ts";
import { everyOf, firstOf } from "../read/find.ts";
import { dependentsOf, refuseChangedKeys, refuseKept, type FindRows } from "../write/dependents.ts";
import { incremented } from "../write/increment.ts";
import { lookupPredicate } from "../write/upsert.ts";
import { BufferedReads, type Seen } from "./buffered-reads.ts";
import type { ReadSet } from "./read-set.ts";
import { checkSuspects } from "./suspects.ts";
import type { Basis, Scope, Tracked, UnitOfWork } from "./unit-of-work.ts";

/**
 * The driver's operations inside a transaction: reads see the buffered writes, writes are buffered. Where an operation
 * finds a record and changes it, nothing waits in between: of calls side by side, each sees what the others did.
 */
export class TransactionConnection implements DriverConnection {
  readonly #reads: BufferedReads;

  constructor(
    private readonly store: Store,
    private readonly unit: UnitOfWork,
    private readonly suspects: ReadonlySet<string>,
    private readonly readSet: ReadSet | undefined,
    private readonly scope: Scope = { outer: undefined },
  ) {
    this.#reads = new BufferedReads(store, unit, readSet);
  }

  async find(query: FindQuery): Promise<RecordValues[]> {
    const layout = this.#layout(query.model);
    await this.#reads.load(layout, query);
    return this.#reads.select(layout, query).map(show);
  }

  async count(model: ModelManifest, where: Predicate): Promise<number> {
    const layout = this.#layout(model);
    const query = everyOf(layout, where);
    await this.#reads.load(layout, query);
    return this.#reads.select(layout, query).length;
  }

  async create(model: ModelManifest, record: RecordValues): Promise<RecordValues> {
    await this.createMany(model, [record]);
    return record;
  }

  async createMany(model: ModelManifest, records: readonly RecordValues[]): Promise<RecordValues[]> {
    this.unit.checkOpen();
    const layout = this.#layout(model);
    for (const record of records) await this.#checkSuspects(layout, record);
    this.unit.checkOpen();
    this.#together((scope) => {
      for (const record of records) this.unit.create(layout, record, scope);
    });
    return [...records];
  }

  update(model: ModelManifest, where: Predicate, data: RecordValues): Promise<RecordValues | null> {
    return this.#changeFirst(model, where, () => data);
  }

  async updateMany(model: ModelManifest, where: Predicate, data: RecordValues): Promise<number> {
    const layout = this.#layout(model);
    const query = everyOf(layout, where);
    await this.#reads.load(layout, query);
    for (const { values } of this.#before(layout, query)) await this.#prepare(layout, values, { ...values, ...data });
    const found = this.#reads.select(layout, query);
    const fields = fieldsIn(where);
    this.#together((scope) => {
      for (const tracked of found) this.unit.update(tracked, data, { scope, fields });
    });
    return found.length;
  }

  async deleteMany(model: ModelManifest, where: Predicate): Promise<number> {
    const layout = this.#layout(model);
    const query = everyOf(layout, where);
    return (await this.#delete(layout, query)).length;
  }

  async consume(model: ModelManifest, where: Predicate): Promise<RecordValues | null> {
    const layout = this.#layout(model);
    const [values] = await this.#delete(layout, firstOf(layout, where));
    return values ?? null;
  }

  increment(change: Increment): Promise<RecordValues | null> {
    const counters = Object.keys(change.increment);
    const changed = (values: RecordValues) => {
      const after = incremented(values, change);
      const sums = counters.map((name) => [name, after[name]] as const);
      return { ...change.set, ...Object.fromEntries(sums) };
    };
    return this.#changeFirst(change.model, change.where, changed, counters);
  }

  async upsert(
    model: ModelManifest,
    lookup: UniqueLookup,
    create: RecordValues,
    update: RecordValues,
  ): Promise<RecordValues> {
    const layout = this.#layout(model);
    const query = firstOf(layout, lookupPredicate(lookup));
    await this.#reads.load(layout, query);
    const [seen] = this.#before(layout, query);
    await this.#prepare(layout, seen?.values, seen ? { ...seen.values, ...update } : create);
    // By now another call of this transaction may have made it.
    const [found] = this.#reads.select(layout, query);
    if (found) return this.unit.update(found, update, { scope: this.scope, fields: fieldsIn(query.where) });
    this.unit.create(layout, create, this.scope);
    return create;
  }

  /** A transaction inside a transaction is a savepoint: where it throws, its own writes are taken back. */
  async transaction<T>(
    run: (connection: DriverConnection) => Promise<T>,
    { isolation }: TransactionOptions = {},
  ): Promise<T> {
    this.unit.checkOpen();
    if (isolation === "serializable" && !this.readSet) throw invalidOption(NOT_INSIDE, "isolation");
    const scope: Scope = { outer: this.scope };
    try {
      return await run(new TransactionConnection(this.store, this.unit, this.suspects, this.readSet, scope));
    } catch (error) {
      this.unit.takeBack(scope);
      throw error;
    }
  }

  explain(query: FindQuery): Explanation {
    const layout = this.#layout(query.model);
    return explainPath(layout, query, planAccess(layout, query));
  }

  /** Throws where a record that was deleted is still referred to by one that keeps it: at the end of a transaction. */
  async checkDeferred(): Promise<void> {
    const gone = this.unit.deleted().filter(({ layout }) => layout.keepsReferenced);
    if (gone.length === 0) return;
    const rows = gone.flatMap(({ layout, before }) => (before ? [{ layout, values: before.values }] : []));
    const { kept } = await dependentsOf(this.store, rows, this.#finder());
    refuseKept(kept);
  }

  async #changeFirst(
    model: ModelManifest,
    where: Predicate,
    change: (values: RecordValues) => RecordValues,
    computedFrom: readonly string[] = [],
  ): Promise<RecordValues | null> {
    const layout = this.#layout(model);
    const query = firstOf(layout, where);
    await this.#reads.load(layout, query);
    const [seen] = this.#before(layout, query);
    if (seen) await this.#prepare(layout, seen.values, { ...seen.values, ...change(seen.values) });
    const [found] = this.#reads.select(layout, query);
    if (!found) return null;
    const fields = new Set([...fieldsIn(where), ...computedFrom]);
    const after = this.unit.update(found, change(found.values), { scope: this.scope, fields });
    found.shown = true;
    return after;
  }

  /** Deletes records with what depends on them, and returns what they were. */
  async #delete(layout: ModelLayout, query: FindQuery): Promise<RecordValues[]> {
    await this.#reads.load(layout, query);
    const basis: Basis = { scope: this.scope, fields: fieldsIn(query.where) };
    if (layout.dependents.length === 0) return this.#deleteNow(this.#reads.select(layout, query), basis);
    const roots = this.#reads.select(layout, query);
    const dependents = await dependentsOf(this.store, roots, this.#finder());
    refuseKept(dependents.kept.filter(({ reference }) => reference.onDelete === "restrict"));
    this.unit.checkOpen();
    const gone = this.#deleteNow(
      this.#reads.select(layout, query).filter((row) => roots.includes(row)),
      basis,
    );
    this.#deleteNow(dependents.deleted, { scope: this.scope, fields: new Set() });
    for (const { row, data } of dependents.released) {
      if (row.values) this.unit.update(row, data, { scope: this.scope, fields: new Set(Object.keys(data)) });
    }
    return gone;
  }

  #deleteNow(rows: readonly Tracked[], basis: Basis): RecordValues[] {
    return rows.flatMap((tracked) => {
      const { values } = tracked;
      if (!values) return [];
      this.unit.delete(tracked, basis);
      return [values];
    });
  }

  /** Matching records, where a change of them has to look at something first. */
  #before(layout: ModelLayout, query: FindQuery): Seen[] {
    const looks = this.suspects.size > 0 || layout.dependents.length > 0;
    return looks ? this.#reads.select(layout, query) : [];
  }

  async #prepare(layout: ModelLayout, before: RecordValues | undefined, after: RecordValues): Promise<void> {
    await this.#checkSuspects(layout, after);
    if (before) await refuseChangedKeys(this.store, { layout, values: before }, after, this.#finder());
    this.unit.checkOpen();
  }

  async #checkSuspects(layout: ModelLayout, record: RecordValues): Promise<void> {
    if (this.suspects.size > 0) await checkSuspects(this.store.write(), this.suspects, this.unit, layout, record);
  }

  #finder(): FindRows<Seen> {
    return async (layout, where) => {
      const query = everyOf(layout, where);
      await this.#reads.load(layout, query);
      return this.#reads.select(layout, query);
    };
  }

  /** Buffers all that `run` buffers, or nothing where it throws. */
  #together(run: (scope: Scope) => void): void {
    const scope: Scope = { outer: this.scope };
    try {
      run(scope);
    } catch (error) {
      this.unit.takeBack(scope);
      throw error;
    }
  }

  #layout(model: ModelManifest): ModelLayout {
    return layoutFor(this.store, model);
  }
}

const NOT_INSIDE =
  'isolation: "serializable" is asked for inside of a transaction that is not so: what that one has read before ' +
  "is not known any more. Give it to the outermost transaction.";

/** Gives a record to the application. */
function show(tracked: Seen): RecordValues {
  tracked.shown = true;
  return tracked.values;
}
