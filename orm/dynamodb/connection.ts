import type { DriverConnection, Explanation, FindQuery, Increment, TransactionOptions } from "../driver.ts";
import type { Predicate } from "../query/predicate.ts";
import type { UniqueLookup } from "../query/unique-lookup.ts";
import type { ModelManifest } from "../schema/manifest.ts";
import type { RecordValues } from "../values/normalize.ts";
import { layoutFor, type Store } from "./context.ts";
import type { ModelLayout } from "./layout/model-layout.ts";
import { explainPath } from "./plan/explain.ts";
import { planAccess } from "./plan/planner.ts";
import { findRecords } from "./read/find.ts";

const loadCount = () => import("./read/count.ts");
let writesPart: Promise<typeof import("./writes.ts")> | undefined;
const loadWrites = () => (writesPart ??= import("./writes.ts"));
let transactionsPart: Promise<typeof import("./transaction/run-transaction.ts")> | undefined;
const loadTransactions = () => (transactionsPart ??= import("./transaction/run-transaction.ts"));

/** What `transaction` does: commits together, or writes at once. */
export type TransactionMode = "atomic" | "off";

/** The driver's operations outside of a transaction: each on its own, effective at once. */
export class DynamodbConnection implements DriverConnection {
  constructor(
    private readonly store: Store,
    private readonly transactions: TransactionMode,
  ) {}

  async find(query: FindQuery): Promise<RecordValues[]> {
    const records = await findRecords(this.store.read(), this.#layout(query.model), query, { forValues: true });
    return records.map(({ values }) => values);
  }

  async count(model: ModelManifest, where: Predicate): Promise<number> {
    return (await loadCount()).countRecords(this.store.read(), this.#layout(model), where);
  }

  async create(model: ModelManifest, record: RecordValues): Promise<RecordValues> {
    return (await loadWrites()).writes.create(this.store.write(), this.#layout(model), record);
  }

  async createMany(model: ModelManifest, records: readonly RecordValues[]): Promise<RecordValues[]> {
    return (await loadWrites()).writes.createMany(this.store.write(), this.#layout(model), records);
  }

  async update(model: ModelManifest, where: Predicate, data: RecordValues): Promise<RecordValues | null> {
    return (await loadWrites()).writes.update(this.store.write(), this.#layout(model), where, data);
  }

  async updateMany(model: ModelManifest, where: Predicate, data: RecordValues): Promise<number> {
    return (await loadWrites()).writes.updateMany(this.store.write(), this.#layout(model), where, data);
  }

  async deleteMany(model: ModelManifest, where: Predicate): Promise<number> {
    return (await loadWrites()).writes.deleteMany(this.store.write(), this.#layout(model), where);
  }

  async consume(model: ModelManifest, where: Predicate): Promise<RecordValues | null> {
    return (await loadWrites()).writes.consume(this.store.write(), this.#layout(model), where);
  }

  async increment(change: Increment): Promise<RecordValues | null> {
    return (await loadWrites()).writes.increment(this.store.write(), this.#layout(change.model), change);
  }

  async upsert(
    model: ModelManifest,
    lookup: UniqueLookup,
    create: RecordValues,
    update: RecordValues,
  ): Promise<RecordValues> {
    return (await loadWrites()).writes.upsert(this.store.write(), this.#layout(model), lookup, create, update);
  }

  async transaction<T>(
    run: (connection: DriverConnection) => Promise<T>,
    options: TransactionOptions = {},
  ): Promise<T> {
    if (this.transactions === "off") return run(this);
    return (await loadTransactions()).runTransaction(this.store, run, options);
  }

  explain(query: FindQuery): Explanation {
    const layout = this.#layout(query.model);
    return explainPath(layout, query, planAccess(layout, query));
  }

  #layout(model: ModelManifest): ModelLayout {
    return layoutFor(this.store, model);
  }
}
