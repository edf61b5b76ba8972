/**
 * The database of Better Auth.
 *
 * @module auth-dynamodb/better-auth
 */

export { dynamodbAdapter } from "../adapters/better-auth/adapter.ts";
export { createAuthSchema } from "../adapters/better-auth/auth-schema.ts";
export type { AuthSchemaOptions, BetterAuthAdapterOptions } from "../adapters/better-auth/options.ts";
export type { StorageOptions } from "../adapters/open-orm.ts";
