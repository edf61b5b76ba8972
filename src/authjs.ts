export { DynamoDBAdapter } from "../adapters/authjs/adapter.ts";
export { createAuthJsSchema } from "../adapters/authjs/auth-js-schema.ts";
export type { AuthJsSchemaOptions, DynamoDBAdapterOptions, ModelOptions } from "../adapters/authjs/options.ts";
export { importFromAuthJsDynamoDB } from "../adapters/authjs/import/import-from-auth-js.ts";
export type {
  AuthJsDynamoDBSource,
  ImportConflict,
  ImportedModel,
  ImportOptions,
  ImportReport,
  LeftOutRecord,
} from "../adapters/authjs/import/options.ts";
