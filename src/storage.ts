/**
 * Rate limits and secondary storage for Better Auth.
 *
 * @module auth-dynamodb/storage
 */

export { dynamodbRateLimit } from "../adapters/better-auth/storage/rate-limit.ts";
export type { RateLimitStorage } from "../adapters/better-auth/storage/rate-limit.ts";
export { dynamodbSecondaryStorage } from "../adapters/better-auth/storage/secondary-storage.ts";
export type { DynamodbSecondaryStorage, SecondaryStorage } from "../adapters/better-auth/storage/secondary-storage.ts";
export { createStorageSchema } from "../adapters/better-auth/storage/storage-schema.ts";
export type { StorageModel } from "../adapters/better-auth/storage/storage-schema.ts";
export type { DynamodbStorageOptions } from "../adapters/better-auth/storage/options.ts";
export type { KeyValueOptions } from "../orm/dynamodb/key-value/table-requests.ts";
