export { dynamodbAdapter } from "../adapters/better-auth/adapter.ts";
export { createAuthSchema } from "../adapters/better-auth/auth-schema.ts";
export type { AuthSchemaOptions, DynamodbAdapterOptions } from "../adapters/better-auth/options.ts";
