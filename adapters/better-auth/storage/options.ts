import type { OptionsOf } from "../../../orm/options/check-options.ts";
import type { KeyValueOptions } from "../../../orm/dynamodb/key-value/table-requests.ts";
import { STORAGE_OPTIONS } from "../../open-orm.ts";
import { BETTER_AUTH_ADAPTER_OPTIONS } from "../options.ts";

/**
 * Options of `dynamodbRateLimit` and `dynamodbSecondaryStorage`: the application's client, and where the values are.
 * With the adapter's `table`, `tables` or `tablePrefix` they are in its tables; with a `table` of their own, there.
 */
export type DynamodbStorageOptions = Pick<
  KeyValueOptions,
  "client" | "table" | "tables" | "tablePrefix" | "homeRegion" | "onRequest"
>;

const { client, table, tables, tablePrefix, homeRegion, onRequest } = STORAGE_OPTIONS;

/** The same, as they are checked: the adapter's may come with them. */
export const DYNAMODB_STORAGE_OPTIONS = {
  own: { client, table, tables, tablePrefix, homeRegion, onRequest } satisfies OptionsOf<DynamodbStorageOptions>,
  shared: BETTER_AUTH_ADAPTER_OPTIONS,
};
