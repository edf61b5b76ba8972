export { createDriverFromRuntime, createOrmFromRuntime } from "../orm/runtime/create-from-runtime.ts";
export type { RuntimeOptions } from "../orm/runtime/create-from-runtime.ts";
export { detectDatabaseRuntime, inspectDatabaseRuntime, requireDatabaseRuntime } from "../orm/runtime/detect.ts";
export type { DatabaseRuntime, DatabaseRuntimeReport } from "../orm/runtime/detect.ts";
