export { pushSchema } from "../orm/dynamodb/setup/push-schema.ts";
export type { PushedTable, PushSchemaOptions } from "../orm/dynamodb/setup/push-schema.ts";
