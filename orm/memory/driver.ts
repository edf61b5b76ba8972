import type { DriverCapabilities, OrmDriver } from "../driver.ts";
import { MemorySession } from "./session.ts";
import { KIND, StoreTables, type MemoryStore } from "./tables.ts";

const CAPABILITIES: DriverCapabilities = {
  numericIds: "manual",
  supportsNumericIds: true,
  supportsJSON: true,
  supportsDates: true,
  supportsBooleans: true,
  supportsTransactions: true,
  supportsSchemaNamespaces: false,
  supportsTransactionalDDL: false,
  supportsJoin: false,
  nativeRelationLoading: "none",
  textComparison: "case-sensitive",
  upsert: "native",
  returning: { create: true, update: true, delete: true },
};

/**
 * A driver that keeps records in a Map: for tests and trials, and the reference for what other
 * drivers must do. Its records go when the process ends; `handle.client` is the Map. Where two
 * transactions change the same record, the first to commit wins and the other one fails with
 * `TRANSACTION_CONFLICT`.
 *
 * @example
 * ```ts
 * const orm = createOrm({ schema, driver: createMemoryDriver() });
 * ```
 */
export function createMemoryDriver(): OrmDriver<"memory", MemoryStore> {
  const store: MemoryStore = new Map();
  const tables = new StoreTables(store);
  return {
    handle: { kind: KIND, client: store, capabilities: CAPABILITIES },
    connect: () => new MemorySession(tables, tables),
  };
}
