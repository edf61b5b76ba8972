/**
 * From a client of a kind that is known at run time only to an ORM.
 *
 * @module auth-dynamodb/runtime
 */

export { createDriverFromRuntime, createOrmFromRuntime } from "../orm/runtime/create-from-runtime.ts";
export type {
  DynamodbOptions,
  RuntimeDriverOptions,
  RuntimeOptions,
  RuntimeSource,
} from "../orm/runtime/runtime-options.ts";
export { detectDatabaseRuntime, inspectDatabaseRuntime, requireDatabaseRuntime } from "../orm/runtime/detect.ts";
export type {
  DatabaseRuntime,
  DatabaseRuntimeReport,
  DetectionCandidate,
  DetectionSource,
} from "../orm/runtime/detect.ts";
