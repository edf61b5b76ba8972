import type { DriverConnection, Explanation, FindQuery, Increment, TransactionOptions } from "../driver.ts";
import { invalidOption, isOrmError, uniqueViolation } from "../errors.ts";
import { matches } from "../query/evaluate.ts";
import { isAfter, recordOrder } from "../query/order.ts";
import { allOf, conjuncts, equals, type Predicate } from "../query/predicate.ts";
import type { UniqueLookup } from "../query/unique-lookup.ts";
import type { ModelManifest } from "../schema/manifest.ts";
import { knownField } from "../schema/known.ts";
import { normalizeValue, type RecordValues } from "../values/normalize.ts";
import { ObservedReads } from "./observed-reads.ts";
import { OverlayTables } from "./overlay.ts";
import type { References } from "./references.ts";
import { KIND, type StoreTables } from "./tables.ts";

/**
 * The operations over records in memory. No operation waits in its middle, so each is atomic:
 * what another caller does happens before or after it.
 */
export class MemoryConnection implements DriverConnection {
  /** Over the store, or over the writes of a transaction. */
  constructor(
    private readonly tables: StoreTables | OverlayTables,
    private readonly references: References,
  ) {}

  async find(query: FindQuery): Promise<RecordValues[]> {
    const found = this.matching(query.model, query.where).filter((record) => isAfter(query.model, query, record));
    const order = query.orderBy.length > 0 ? recordOrder(query.model, query.orderBy) : undefined;
    const end = query.take === undefined ? undefined : query.skip + query.take;
    const page = (records: RecordValues[]) => (order ? records.sort(order) : records).slice(query.skip, end);
    const { per } = query;
    const result = per === undefined ? page(found) : groups(found, per).flatMap(page);
    this.tables.noteRead(query.model, result);
    this.observe(query.model, query.where, result);
    return result;
  }

  async count(model: ModelManifest, where: Predicate): Promise<number> {
    const found = this.matching(model, where);
    this.observe(model, where, found);
    return found.length;
  }

  async create(model: ModelManifest, record: RecordValues): Promise<RecordValues> {
    const [created = record] = this.insert(model, [record]);
    return created;
  }

  async createMany(model: ModelManifest, records: readonly RecordValues[]): Promise<RecordValues[]> {
    return this.insert(model, records);
  }

  async update(model: ModelManifest, where: Predicate, data: RecordValues): Promise<RecordValues | null> {
    return this.change(model, this.firstOf(model, where), () => data)[0] ?? null;
  }

  async updateMany(model: ModelManifest, where: Predicate, data: RecordValues): Promise<number> {
    return this.change(model, this.allOf(model, where), () => data).length;
  }

  async deleteMany(model: ModelManifest, where: Predicate): Promise<number> {
    return this.remove(model, this.allOf(model, where)).length;
  }

  async consume(model: ModelManifest, where: Predicate): Promise<RecordValues | null> {
    return this.remove(model, this.firstOf(model, where))[0] ?? null;
  }

  async increment({ model, where, increment, set }: Increment): Promise<RecordValues | null> {
    const add = (record: RecordValues): RecordValues => {
      const sums = Object.entries(increment).map(([name, amount]) => {
        const sum = ((record[name] as number | null) ?? 0) + amount;
        return [name, normalizeValue(model.name, knownField(model, name), sum)];
      });
      return { ...set, ...Object.fromEntries(sums) };
    };
    return this.change(model, this.firstOf(model, where), add)[0] ?? null;
  }

  async upsert(
    model: ModelManifest,
    { key, values }: UniqueLookup,
    create: RecordValues,
    update: RecordValues,
  ): Promise<RecordValues> {
    const found = this.allOf(model, allOf(key.fields.map((field) => equals(field, values[field]))));
    const [stored = create] = found.length > 0 ? this.change(model, found, () => update) : this.insert(model, [create]);
    return stored;
  }

  async transaction<T>(
    run: (connection: DriverConnection) => Promise<T>,
    { retries = 0, isolation }: TransactionOptions = {},
  ): Promise<T> {
    const nested = this.tables instanceof OverlayTables ? this.tables : undefined;
    if (isolation === "serializable" && nested && !nested.reads) {
      throw invalidOption("The transaction around this one is not serializable: give isolation to that.", "isolation");
    }
    for (let attempt = 1; ; attempt++) {
      const reads = nested ? nested.reads : isolation === "serializable" ? new ObservedReads() : undefined;
      const overlay = new OverlayTables(this.tables, this.references, reads);
      let result: T;
      try {
        result = await run(new MemoryConnection(overlay, this.references));
      } finally {
        overlay.close();
      }
      try {
        overlay.commit();
        return result;
      } catch (error) {
        if (attempt > retries || isOrmError(error, "FOREIGN_KEY_VIOLATION")) throw error;
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

  private firstOf(model: ModelManifest, where: Predicate): RecordValues[] {
    const found = this.matching(model, where).slice(0, 1);
    this.observe(model, where, found);
    return found;
  }

  private allOf(model: ModelManifest, where: Predicate): RecordValues[] {
    const found = this.matching(model, where);
    this.observe(model, where, found);
    return found;
  }

  /** Notes what a serializable transaction was told. */
  private observe(model: ModelManifest, where: Predicate, found: readonly RecordValues[]): void {
    if (this.tables instanceof OverlayTables) this.tables.observe(model, where, found);
  }

  private matching(model: ModelManifest, where: Predicate): RecordValues[] {
    const id = idIn(where);
    const one = id === undefined ? undefined : this.tables.get(model, id);
    const candidates = id === undefined ? this.tables.all(model) : one ? [one] : [];
    return [...candidates].filter((record) => matches(model, where, record));
  }

  private insert(model: ModelManifest, records: readonly RecordValues[]): RecordValues[] {
    return this.write((tables) => {
      for (const record of records) {
        const id = record["id"];
        if (tables.get(model, id)) throw uniqueViolation(KIND, model.name, ["id"]);
        tables.put(model, id, record);
      }
      return [...records];
    });
  }

  private change(
    model: ModelManifest,
    records: readonly RecordValues[],
    dataOf: (record: RecordValues) => RecordValues,
  ): RecordValues[] {
    return this.write((tables) => {
      const changed = records.map((before): { before: RecordValues; after: RecordValues } => ({
        before,
        after: { ...before, ...dataOf(before) },
      }));
      // Records may take each other's ids, so all of the old ones go first.
      for (const record of records) tables.put(model, record["id"], null);
      for (const { before, after } of changed) {
        const id = after["id"];
        if (tables.get(model, id)) throw uniqueViolation(KIND, model.name, ["id"]);
        tables.put(model, id, after);
        if (id !== before["id"]) tables.rename(model, before["id"]);
      }
      this.references.requireKeysKept(tables, model, records);
      return changed.map(({ after }) => after);
    });
  }

  private remove(model: ModelManifest, records: readonly RecordValues[]): readonly RecordValues[] {
    return this.write((tables) => {
      this.references.remove(tables, model, records);
      return records;
    });
  }

  /** One operation: all of its writes, or none. */
  private write<T>(run: (tables: OverlayTables) => T): T {
    const tables = new OverlayTables(this.tables, this.references);
    const result = run(tables);
    tables.commit();
    return result;
  }
}

/** The id that a filter requires, if it requires one. */
function idIn(where: Predicate): unknown {
  for (const item of conjuncts(where)) {
    if (item.type === "compare" && item.field === "id" && item.operator === "eq" && !item.insensitive)
      return item.value;
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
