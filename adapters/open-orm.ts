import { createOrm } from "../orm/client/create-orm.ts";
import type { UntypedOrmClient } from "../orm/client/untyped.ts";
import { createDynamodbDriver } from "../orm/dynamodb/driver.ts";
import { DRIVER_OPTIONS, type DynamodbDriverOptions } from "../orm/dynamodb/driver-options.ts";
import type { DynamodbClient } from "../orm/dynamodb/engine/client.ts";
import type { TableNaming } from "../orm/dynamodb/layout/model-layout.ts";
import type { OptionsOf } from "../orm/options/check-options.ts";
import { requiredClient } from "../orm/options/option-kinds.ts";
import type { Schema } from "../orm/schema/model.ts";

/** What every adapter takes, and hands on to the driver. */
export interface StorageOptions extends Omit<DynamodbDriverOptions, "client" | "documentClient" | "transactions"> {
  /** The application's `DynamoDBClient` or `DynamoDBDocumentClient`. */
  readonly client: DynamodbClient;
}

const { documentClient: _documentClient, transactions: _transactions, ...options } = DRIVER_OPTIONS;

/** The same, as they are checked. */
export const STORAGE_OPTIONS: OptionsOf<StorageOptions> = { ...options, client: requiredClient() };

/** An ORM on an adapter's storage. Its fields are known at run time only. Nothing is read or written yet. */
export function openOrm(
  schema: Schema,
  options: StorageOptions,
  transactions: NonNullable<DynamodbDriverOptions["transactions"]>,
): UntypedOrmClient {
  const names = Object.keys(STORAGE_OPTIONS) as (keyof StorageOptions)[];
  // An adapter's other options are not the driver's. The cast: `fromEntries` forgets which name has which value.
  const shared = Object.fromEntries(names.map((name) => [name, options[name]])) as unknown as StorageOptions;
  return createOrm({ schema, driver: createDynamodbDriver({ ...shared, transactions }) });
}

/** How an adapter's options name the tables. */
export function namingOf({ table, tables, tablePrefix }: TableNaming): TableNaming {
  return { table, tables, tablePrefix };
}
