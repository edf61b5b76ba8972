import type { DriverSession, Explanation, FindQuery, Increment } from "../../driver.ts";
import { matches } from "../../query/evaluate.ts";
import { conjuncts, type Predicate } from "../../query/predicate.ts";
import type { UniqueLookup } from "../../query/unique-lookup.ts";
import type { ModelManifest } from "../../schema/manifest.ts";
import type { RecordValues } from "../../values/normalize.ts";
import { requireLayout, type StoreContext } from "../context.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { explainPath } from "../plan/explain.ts";
import { planAccess } from "../plan/planner.ts";
import { collect, cutToPage } from "../read/collect.ts";
import { firstOf } from "../write/update.ts";
import { incremented } from "../write/increment.ts";
import { lookupPredicate } from "../write/upsert.ts";
import { checkSuspects, type Suspects } from "./suspects.ts";
import type { Tracked, UnitOfWork } from "./unit-of-work.ts";

type Seen = Tracked & { readonly values: RecordValues };

/** The driver's operations inside a transaction: reads see the buffered writes, writes are buffered. */
export class TransactionSession implements DriverSession {
  constructor(
    private readonly context: StoreContext,
    private readonly unit: UnitOfWork,
    private readonly suspects: Suspects,
  ) {}

  async find(query: FindQuery): Promise<RecordValues[]> {
    return (await this.#find(query)).map(({ values }) => values);
  }

  async count(model: ModelManifest, where: Predicate): Promise<number> {
    return (await this.#all(model, where)).length;
  }

  async create(model: ModelManifest, record: RecordValues): Promise<RecordValues> {
    this.unit.checkOpen();
    const layout = this.#layout(model);
    await checkSuspects(this.context, this.suspects, this.unit, layout, record);
    this.unit.create(layout, record);
    return record;
  }

  async createMany(model: ModelManifest, records: readonly RecordValues[]): Promise<RecordValues[]> {
    this.unit.checkOpen();
    const layout = this.#layout(model);
    for (const record of records) await checkSuspects(this.context, this.suspects, this.unit, layout, record);
    this.unit.together(() => {
      for (const record of records) this.unit.create(layout, record);
    });
    return [...records];
  }

  async update(model: ModelManifest, where: Predicate, data: RecordValues): Promise<RecordValues | null> {
    return this.#changeFirst(model, where, (values) => ({ ...values, ...data }));
  }

  async updateMany(model: ModelManifest, where: Predicate, data: RecordValues): Promise<number> {
    let found = await this.#all(model, where);
    if (this.suspects.size > 0) {
      for (const { layout, values } of found) await checkSuspects(this.context, this.suspects, this.unit, layout, { ...values, ...data });
      found = await this.#all(model, where);
    }
    this.unit.together(() => {
      for (const tracked of found) this.unit.update(tracked, { ...tracked.values, ...data });
    });
    return found.length;
  }

  async deleteMany(model: ModelManifest, where: Predicate): Promise<number> {
    const found = await this.#all(model, where);
    for (const tracked of found) this.unit.delete(tracked);
    return found.length;
  }

  async consume(model: ModelManifest, where: Predicate): Promise<RecordValues | null> {
    const [tracked] = await this.#find(firstOf(this.#layout(model), where));
    if (!tracked) return null;
    const { values } = tracked;
    this.unit.delete(tracked);
    return values;
  }

  async increment(change: Increment): Promise<RecordValues | null> {
    return this.#changeFirst(change.model, change.where, (values) => incremented(values, change));
  }

  async upsert(
    model: ModelManifest,
    lookup: UniqueLookup,
    create: RecordValues,
    update: RecordValues,
  ): Promise<RecordValues> {
    return (await this.update(model, lookupPredicate(lookup), update)) ?? this.create(model, create);
  }

  /** A transaction inside a transaction is part of it. */
  transaction<T>(run: (session: DriverSession) => Promise<T>): Promise<T> {
    return run(this);
  }

  explain(query: FindQuery): Explanation {
    const layout = this.#layout(query.model);
    return explainPath(layout, query, planAccess(layout, query));
  }

  async #changeFirst(
    model: ModelManifest,
    where: Predicate,
    change: (values: RecordValues) => RecordValues,
  ): Promise<RecordValues | null> {
    const first = firstOf(this.#layout(model), where);
    let [tracked] = await this.#find(first);
    if (tracked && this.suspects.size > 0) {
      await checkSuspects(this.context, this.suspects, this.unit, tracked.layout, change(tracked.values));
      [tracked] = await this.#find(first);
    }
    if (!tracked) return null;
    const after = change(tracked.values);
    this.unit.update(tracked, after);
    return after;
  }

  #all(model: ModelManifest, where: Predicate): Promise<Seen[]> {
    return this.#find({ ...firstOf(this.#layout(model), where), take: undefined });
  }

  /**
   * The storage's records as this transaction has changed them, and those it has made. What is
   * returned matches at this moment: nothing runs between here and the caller's own change.
   */
  async #find(query: FindQuery): Promise<Seen[]> {
    this.unit.checkOpen();
    const layout = this.#layout(query.model);
    if (!this.#isKnown(layout, query)) await this.#read(layout, query);
    this.unit.checkOpen();
    const found = this.unit.matching(layout, query.where) as Seen[];
    return cutToPage(layout, query, found);
  }

  async #read(layout: ModelLayout, query: FindQuery): Promise<void> {
    // A record changed here may have left or joined the page, so as many more are read.
    const changed = this.unit.known(layout).length;
    const wide =
      query.take === undefined ? { ...query, skip: 0 } : { ...query, skip: 0, take: query.skip + query.take + changed };
    const records = await collect(this.context, layout, wide);
    for (const record of records) this.unit.see(record);
    const path = planAccess(layout, query);
    if (path.type === "points" && records.length === 0 && bindsOnly(query.where, path.fields)) {
      this.unit.noteFree(layout.table, path.keys.map(({ _pk, _sk }) => `${path.via}\n${_pk}\n${_sk}`));
    }
  }

  /** Whether the storage has nothing to add: the records are known by their keys, present or absent. */
  #isKnown(layout: ModelLayout, query: FindQuery): boolean {
    const path = planAccess(layout, query);
    if (path.type === "nothing") return true;
    if (path.type !== "points" || path.keys.length !== 1) return false;
    const [key] = path.keys;
    if (!key || this.unit.isFree(layout.table, `${path.via}\n${key._pk}\n${key._sk}`)) return true;
    return this.unit.known(layout).some((tracked) => {
      const values = tracked.values ?? tracked.before?.values;
      return values !== undefined && matches(layout.model, keyPredicate(query.where, path.fields), values);
    });
  }

  #layout(model: ModelManifest): ModelLayout {
    return requireLayout(this.context, model);
  }
}

/**
 * Whether a `where` says nothing beyond a key's values, each once: then no result means that the
 * key is free.
 */
function bindsOnly(where: Predicate, fields: readonly string[]): boolean {
  const items = conjuncts(where);
  return (
    items.length === fields.length &&
    items.every(
      (item) => item.type === "compare" && !item.insensitive && item.operator === "eq" && fields.includes(item.field),
    )
  );
}

/** The part of a `where` that binds a key's fields. */
function keyPredicate(where: Predicate, fields: readonly string[]): Predicate {
  return {
    type: "and",
    items: conjuncts(where).filter(
      (item) => item.type === "compare" && fields.includes(item.field) && (item.operator === "eq" || item.operator === "in"),
    ),
  };
}
