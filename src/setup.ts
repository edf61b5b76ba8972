export { pushSchema } from "../orm/dynamodb/setup/push-schema.ts";
export type { PushedTable, PushSchemaOptions } from "../orm/dynamodb/setup/push-schema.ts";
export { bootstrapDatabase } from "../orm/runtime/create-from-runtime.ts";
export type { RuntimeOptions } from "../orm/runtime/create-from-runtime.ts";
