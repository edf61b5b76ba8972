import type { DriverSession, Explanation, FindQuery, Increment, TransactionOptions } from "../driver.ts";
import { uniqueViolation } from "../errors.ts";
import { matches } from "../query/evaluate.ts";
import { recordOrder } from "../query/order.ts";
import { allOf, conjuncts, equals, type Predicate } from "../query/predicate.ts";
import type { UniqueLookup } from "../query/unique-lookup.ts";
import type { ModelManifest } from "../schema/manifest.ts";
import { normalizeValue, type RecordValues } from "../values/normalize.ts";
import { KIND, OverlayTables, type StoreTables, type Tables } from "./tables.ts";

/**
 * The operations over records in memory. No operation waits in its middle, so each is atomic:
 * what another caller does happens before or after it.
 */
export class MemorySession implements DriverSession {
  /** `store` begins transactions; a session inside of one has none. */
  constructor(
    private readonly tables: Tables,
    private readonly store?: StoreTables,
  ) {}

  async find(query: FindQuery): Promise<RecordValues[]> {
    const found = this.matching(query.model, query.where);
    const order = query.orderBy.length > 0 ? recordOrder(query.model, query.orderBy) : undefined;
    const end = query.take === undefined ? undefined : query.skip + query.take;
    const page = (records: RecordValues[]) => (order ? records.sort(order) : records).slice(query.skip, end);
    const { per } = query;
    const result = per === undefined ? page(found) : groups(found, per).flatMap(page);
    this.tables.noteRead(query.model, result);
    return result;
  }

  async count(model: ModelManifest, where: Predicate): Promise<number> {
    return this.matching(model, where).length;
  }

  async create(model: ModelManifest, record: RecordValues): Promise<RecordValues> {
    return this.insert(model, [record])[0]!;
  }

  async createMany(model: ModelManifest, records: readonly RecordValues[]): Promise<RecordValues[]> {
    return this.insert(model, records);
  }

  async update(model: ModelManifest, where: Predicate, data: RecordValues): Promise<RecordValues | null> {
    return this.change(model, this.matching(model, where).slice(0, 1), () => data)[0] ?? null;
  }

  async updateMany(model: ModelManifest, where: Predicate, data: RecordValues): Promise<number> {
    return this.change(model, this.matching(model, where), () => data).length;
  }

  async deleteMany(model: ModelManifest, where: Predicate): Promise<number> {
    return this.remove(model, this.matching(model, where)).length;
  }

  async consume(model: ModelManifest, where: Predicate): Promise<RecordValues | null> {
    return this.remove(model, this.matching(model, where).slice(0, 1))[0] ?? null;
  }

  async increment({ model, where, increment, set }: Increment): Promise<RecordValues | null> {
    const add = (record: RecordValues): RecordValues => {
      const sums = Object.entries(increment).map(([name, amount]) => {
        const sum = ((record[name] as number | null) ?? 0) + amount;
        return [name, normalizeValue(model.name, model.fields.get(name)!, sum)];
      });
      return { ...set, ...Object.fromEntries(sums) };
    };
    return this.change(model, this.matching(model, where).slice(0, 1), add)[0] ?? null;
  }

  async upsert(
    model: ModelManifest,
    { key, values }: UniqueLookup,
    create: RecordValues,
    update: RecordValues,
  ): Promise<RecordValues> {
    const found = this.matching(model, allOf(key.fields.map((field) => equals(field, values[field]))));
    return (found.length > 0 ? this.change(model, found, () => update) : this.insert(model, [create]))[0]!;
  }

  async transaction<T>(
    run: (session: DriverSession) => Promise<T>,
    { retries = 0 }: TransactionOptions = {},
  ): Promise<T> {
    if (!this.store) return run(this);
    for (let attempt = 1; ; attempt++) {
      const overlay = new OverlayTables(this.store);
      let result: T;
      try {
        result = await run(new MemorySession(overlay));
      } finally {
        overlay.close();
      }
      try {
        overlay.commit();
        return result;
      } catch (error) {
        if (attempt > retries) throw error;
      }
    }
  }

  explain({ model, where, orderBy, take }: FindQuery): Explanation {
    const home = idIn(where) !== undefined;
    return {
      model: model.name,
      table: model.table,
      path: take === 0 ? "nothing" : home ? "home" : "scan",
      fields: home ? ["id"] : [],
      ordered: home || orderBy.length === 0,
      roundTrips: 0,
    };
  }

  private matching(model: ModelManifest, where: Predicate): RecordValues[] {
    const id = idIn(where);
    const one = id === undefined ? undefined : this.tables.get(model, id);
    const candidates = id === undefined ? this.tables.all(model) : one ? [one] : [];
    return [...candidates].filter((record) => matches(model, where, record));
  }

  private insert(model: ModelManifest, records: readonly RecordValues[]): RecordValues[] {
    const changes = new Map<unknown, RecordValues>();
    for (const record of records) {
      const id = record["id"];
      if (changes.has(id) || this.tables.get(model, id)) throw uniqueViolation(KIND, model.name, ["id"]);
      changes.set(id, record);
    }
    this.tables.apply(model, changes);
    return [...records];
  }

  private change(
    model: ModelManifest,
    records: readonly RecordValues[],
    dataOf: (record: RecordValues) => RecordValues,
  ): RecordValues[] {
    const changed = records.map((record) => ({ ...record, ...dataOf(record) }) as RecordValues);
    const changes = new Map<unknown, RecordValues | null>(records.map((record) => [record["id"], null]));
    for (const record of changed) {
      const id = record["id"];
      if (changes.get(id) || (!changes.has(id) && this.tables.get(model, id))) {
        throw uniqueViolation(KIND, model.name, ["id"]);
      }
      changes.set(id, record);
    }
    this.tables.apply(model, changes);
    return changed;
  }

  private remove(model: ModelManifest, records: readonly RecordValues[]): readonly RecordValues[] {
    this.tables.apply(model, new Map(records.map((record) => [record["id"], null])));
    return records;
  }
}

/** The id that a filter requires, if it requires one. */
function idIn(where: Predicate): unknown {
  for (const item of conjuncts(where)) {
    if (item.type === "compare" && item.field === "id" && item.operator === "eq" && !item.insensitive) return item.value;
  }
  return undefined;
}

function groups(records: readonly RecordValues[], field: string): RecordValues[][] {
  const byValue = new Map<unknown, RecordValues[]>();
  for (const record of records) {
    const value = record[field];
    const key = value instanceof Date ? value.getTime() : value;
    const group = byValue.get(key);
    if (group) group.push(record);
    else byValue.set(key, [record]);
  }
  return [...byValue.values()];
}
