/**
 * The database of Auth.js.
 *
 * @module auth-dynamodb/authjs
 */

export { DynamoDBAdapter } from "../adapters/authjs/adapter.ts";
export { createAuthJsSchema } from "../adapters/authjs/auth-js-schema.ts";
export type { AuthJsSchemaOptions, AuthJsAdapterOptions, ModelOptions } from "../adapters/authjs/options.ts";
export { importFromAuthJsDynamoDB } from "../adapters/authjs/import/import-from-auth-js.ts";
export type {
  AuthJsDynamoDBSource,
  ImportDuplicate,
  ImportedModel,
  ImportOptions,
  ImportReport,
  LeftOutRecord,
} from "../adapters/authjs/import/options.ts";
export type { Duplicate } from "../orm/dynamodb/maintenance/duplicate.ts";
export type { JobProgress } from "../orm/dynamodb/maintenance/job-progress.ts";
export type { StorageOptions } from "../adapters/open-orm.ts";
