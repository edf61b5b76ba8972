export { createMemoryDriver } from "../orm/memory/driver.ts";
export type { MemoryStore } from "../orm/memory/tables.ts";
