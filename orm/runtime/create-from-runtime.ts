import { createOrm } from "../client/create-orm.ts";
import type { OrmClient } from "../client/types.ts";
import type { DriverHandle, OrmDriver } from "../driver.ts";
import { createDynamodbDriver, type DynamodbDriverOptions } from "../dynamodb/driver.ts";
import { pushSchema } from "../dynamodb/setup/push-schema.ts";
import type { DynamodbClient } from "../dynamodb/send/client.ts";
import type { Schema } from "../schema/model.ts";
import { requireDatabaseRuntime } from "./detect.ts";

/** What {@link createOrmFromRuntime} and {@link bootstrapDatabase} take: a schema, a raw client, and options of its driver. */
export interface RuntimeOptions<S extends Schema, Client extends DynamodbClient> extends DynamodbDriverOptions<Client> {
  readonly schema: S;
}

/** The driver for a raw client. Throws `INVALID_VALUE` for a client that no driver is for. */
export function createDriverFromRuntime<Client extends DynamodbClient>(
  options: DynamodbDriverOptions<Client>,
): OrmDriver<"dynamodb", Client> {
  requireDatabaseRuntime(options.client);
  return createDynamodbDriver(options);
}

/**
 * An ORM on a raw client, whatever its kind: for libraries that take a client from their users.
 * A promise, since other kinds of clients may have to be asked what they are.
 *
 * @example
 * ```ts
 * const orm = await createOrmFromRuntime({ schema, client: new DynamoDBClient({}) });
 * ```
 */
export async function createOrmFromRuntime<const S extends Schema, Client extends DynamodbClient>(
  options: RuntimeOptions<S, Client>,
): Promise<OrmClient<S, DriverHandle<"dynamodb", Client>>> {
  const { schema, ...driverOptions } = options;
  return createOrm({ schema, driver: createDriverFromRuntime(driverOptions) });
}

/**
 * Creates the tables of a schema where they are missing and returns an ORM on them.
 *
 * @example
 * ```ts
 * const orm = await bootstrapDatabase({ schema, client: new DynamoDBClient({}) });
 * ```
 */
export async function bootstrapDatabase<const S extends Schema, Client extends DynamodbClient>(
  options: RuntimeOptions<S, Client>,
): Promise<OrmClient<S, DriverHandle<"dynamodb", Client>>> {
  const orm = await createOrmFromRuntime(options);
  await pushSchema(options);
  return orm;
}
