import { createDriverHandle, type CapabilityInput } from "../driver-handle.ts";
import type { OrmDriver } from "../driver.ts";
import { MemoryConnection } from "./connection.ts";
import { OverlayTables } from "./overlay.ts";
import { References } from "./references.ts";
import { plantSeeds, type MemorySeeds } from "./seeds.ts";
import { KIND, StoreTables, type MemoryStore } from "./tables.ts";

const CAPABILITIES: CapabilityInput = {
  numericIds: "manual",
  supportsNumericIds: true,
  supportsJSON: true,
  supportsDates: true,
  supportsBooleans: true,
  supportsTransactions: true,
  transactionIsolation: "serializable",
  textComparison: "case-sensitive",
  textMatching: { equality: "case-sensitive", contains: "case-sensitive", ordering: "case-sensitive" },
  upsert: "native",
  returning: { create: true, update: true, delete: true },
  returningMode: { create: "record", update: "record", delete: "none" },
};

/**
 * A driver that keeps records in a Map: for tests and trials, and the reference for what other
 * drivers must do. Its records go when the process ends; `handle.client` is the Map. Where two
 * transactions change the same record, the first to commit wins and the other one fails with
 * `TRANSACTION_CONFLICT`.
 *
 * `seeds` are records that are there from the first ORM on it: by model, each as `create` takes it, with defaults
 * applied and checked when that ORM is created.
 *
 * @example
 * ```ts
 * const driver = createMemoryDriver({ user: [{ id: "u1", email: "ada@example.com" }] });
 * const orm = createOrm({ schema, driver });
 * driver.handle.client.get("user")?.get("u1"); // the record
 * ```
 */
export function createMemoryDriver(seeds: MemorySeeds = {}): OrmDriver<"memory", MemoryStore> {
  const store: MemoryStore = new Map();
  const tables = new StoreTables(store);
  let planted = false;
  return {
    handle: createDriverHandle({ kind: KIND, client: store, capabilities: CAPABILITIES }),
    connect: (manifest) => {
      const references = new References(manifest);
      if (!planted) plantSeeds(manifest, new OverlayTables(tables, references), seeds);
      planted = true;
      return new MemoryConnection(tables, references);
    },
  };
}
