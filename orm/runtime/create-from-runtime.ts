import { createOrm } from "../client/create-orm.ts";
import type { OrmClient } from "../client/types.ts";
import type { DriverHandle, OrmDriver } from "../driver.ts";
import { createDynamodbDriver } from "../dynamodb/driver.ts";
import { ADAPTER_OPTIONS_BESIDE_DRIVER } from "../options/adapter-options.ts";
import { checkOptions } from "../options/check-options.ts";
import type { Schema } from "../schema/model.ts";
import { driverOptionsOf, RUNTIME_OPTIONS, runtimeOf, type RuntimeOptions } from "./runtime-options.ts";

/**
 * The driver for a raw client, for `createOrm`. Rejects with `INVALID_VALUE` for a client that no driver is for.
 * A promise, since other kinds of clients may have to be asked what they are.
 *
 * @example
 * ```ts
 * const driver = await createDriverFromRuntime({ schema, client: new DynamoDBClient({}) });
 * const orm = createOrm({ schema, driver });
 * ```
 */
export async function createDriverFromRuntime<Client = unknown>(
  options: RuntimeOptions<Schema, Client>,
): Promise<OrmDriver<"dynamodb", Client>> {
  checkOptions("createDriverFromRuntime", options, { own: RUNTIME_OPTIONS, shared: ADAPTER_OPTIONS_BESIDE_DRIVER });
  const { client } = runtimeOf(options);
  const { schema: _schema, ...driverOptions } = driverOptionsOf(options);
  return createDynamodbDriver({ ...driverOptions, client });
}

/**
 * An ORM on a raw client, whatever its kind: for libraries that take a client from their users.
 * Rejects with `INVALID_VALUE` for a client that no driver is for.
 *
 * @example
 * ```ts
 * const orm = await createOrmFromRuntime({ schema, client: new DynamoDBClient({}) });
 * ```
 */
export async function createOrmFromRuntime<const S extends Schema, Client = unknown>(
  options: RuntimeOptions<S, Client>,
): Promise<OrmClient<S, DriverHandle<"dynamodb", Client>>> {
  checkOptions("createOrmFromRuntime", options, { own: RUNTIME_OPTIONS, shared: ADAPTER_OPTIONS_BESIDE_DRIVER });
  const driver = await createDriverFromRuntime<Client>(options);
  return createOrm<S, "dynamodb", Client>({ schema: options.schema, driver });
}
