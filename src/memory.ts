/**
 * A driver that keeps records in memory, for tests.
 *
 * @module auth-dynamodb/memory
 */

export { createMemoryDriver } from "../orm/memory/driver.ts";
export type { MemorySeeds } from "../orm/memory/seeds.ts";
export type { MemoryStore } from "../orm/memory/tables.ts";
