import type { DriverSession, Explanation, FindQuery, Increment, TransactionOptions } from "../driver.ts";
import type { Predicate } from "../query/predicate.ts";
import type { UniqueLookup } from "../query/unique-lookup.ts";
import type { ModelManifest } from "../schema/manifest.ts";
import type { RecordValues } from "../values/normalize.ts";
import { requireLayout, type StoreContext } from "./context.ts";
import type { ModelLayout } from "./layout/model-layout.ts";
import { explainPath } from "./plan/explain.ts";
import { planAccess } from "./plan/planner.ts";
import { collect } from "./read/collect.ts";
import { countRecords } from "./read/count.ts";
import { runTransaction } from "./transaction/run-transaction.ts";
import { createRecord, createRecords } from "./write/create.ts";
import { consumeRecord, deleteRecords } from "./write/delete.ts";
import { incrementRecord } from "./write/increment.ts";
import { updateRecord, updateRecords } from "./write/update.ts";
import { upsertRecord } from "./write/upsert.ts";

/** What `transaction` does: commits together, or writes at once. */
export type TransactionMode = "atomic" | "off";

/** The driver's operations outside of a transaction: each on its own, effective at once. */
export class DynamodbSession implements DriverSession {
  /** Reads as configured; what a write reads first is always consistent. */
  constructor(
    private readonly reads: StoreContext,
    private readonly writes: StoreContext,
    private readonly transactions: TransactionMode,
  ) {}

  async find(query: FindQuery): Promise<RecordValues[]> {
    const records = await collect(this.reads, this.#layout(query.model), query);
    return records.map(({ values }) => values);
  }

  count(model: ModelManifest, where: Predicate): Promise<number> {
    return countRecords(this.reads, this.#layout(model), where);
  }

  create(model: ModelManifest, record: RecordValues): Promise<RecordValues> {
    return createRecord(this.writes, this.#layout(model), record);
  }

  createMany(model: ModelManifest, records: readonly RecordValues[]): Promise<RecordValues[]> {
    return createRecords(this.writes, this.#layout(model), records);
  }

  update(model: ModelManifest, where: Predicate, data: RecordValues): Promise<RecordValues | null> {
    return updateRecord(this.writes, this.#layout(model), where, data);
  }

  updateMany(model: ModelManifest, where: Predicate, data: RecordValues): Promise<number> {
    return updateRecords(this.writes, this.#layout(model), where, data);
  }

  deleteMany(model: ModelManifest, where: Predicate): Promise<number> {
    return deleteRecords(this.writes, this.#layout(model), where);
  }

  consume(model: ModelManifest, where: Predicate): Promise<RecordValues | null> {
    return consumeRecord(this.writes, this.#layout(model), where);
  }

  increment(change: Increment): Promise<RecordValues | null> {
    return incrementRecord(this.writes, this.#layout(change.model), change);
  }

  upsert(model: ModelManifest, lookup: UniqueLookup, create: RecordValues, update: RecordValues): Promise<RecordValues> {
    return upsertRecord(this.writes, this.#layout(model), lookup, create, update);
  }

  transaction<T>(run: (session: DriverSession) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.transactions === "atomic" ? runTransaction(this.writes, run, options) : run(this);
  }

  explain(query: FindQuery): Explanation {
    const layout = this.#layout(query.model);
    return explainPath(layout, query, planAccess(layout, query));
  }

  #layout(model: ModelManifest): ModelLayout {
    return requireLayout(this.reads, model);
  }
}
