import { DRIVER_OPTIONS, type DynamodbDriverOptions } from "../dynamodb/driver-options.ts";
import type { DynamodbClient } from "../dynamodb/engine/client.ts";
import { invalidQuery } from "../errors.ts";
import type { OptionsOf } from "../options/check-options.ts";
import { group, schemaOption, unchecked } from "../options/option-kinds.ts";
import type { Schema } from "../schema/model.ts";
import { requireDatabaseRuntime, type DatabaseRuntime } from "./detect.ts";

/** Options of the DynamoDB driver but its client. */
export type DynamodbOptions = Omit<DynamodbDriverOptions, "client">;

/** A raw client, or what was detected of one. */
export interface RuntimeSource<Client = unknown> {
  /** The application's client, of whatever kind: what it is, is found out. */
  readonly client?: Client | undefined;
  /** What `detectDatabaseRuntime` gave, in place of `client`. */
  readonly runtime?: DatabaseRuntime<Client> | null | undefined;
}

/** Options of the driver, flat or in a group of its kind. */
export interface RuntimeDriverOptions extends DynamodbOptions {
  /**
   * Options that only count where the client is a DynamoDB client: for libraries that take clients of several kinds.
   * One that is given here and outside as well is taken from here.
   */
  readonly dynamodb?: DynamodbOptions | undefined;
}

/**
 * What {@link createOrmFromRuntime} and `bootstrapDatabase` take: a schema, a raw client, and options of its driver.
 */
export interface RuntimeOptions<S extends Schema = Schema, Client = unknown>
  extends RuntimeSource<Client>, RuntimeDriverOptions {
  readonly schema: S;
}

const { client: _client, ...DYNAMODB_OPTIONS } = DRIVER_OPTIONS;

/** The options that say what the ORM is on, as they are checked: whether the client is one, is found out. */
export const SOURCE_OPTIONS: OptionsOf<RuntimeSource & Pick<RuntimeDriverOptions, "dynamodb">> = {
  client: unchecked(),
  runtime: unchecked(),
  dynamodb: group({ own: DYNAMODB_OPTIONS }),
};

/** Those of {@link RuntimeOptions}. */
export const RUNTIME_OPTIONS: OptionsOf<RuntimeOptions> = {
  schema: schemaOption(),
  ...DYNAMODB_OPTIONS,
  ...SOURCE_OPTIONS,
};

/** The client of a runtime, known to be one of DynamoDB's. Throws `INVALID_VALUE` where it is none. */
export function runtimeOf<Client>({
  client,
  runtime,
}: RuntimeSource<Client>): DatabaseRuntime<Client & DynamodbClient> {
  if (runtime != null && client !== undefined && runtime.client !== client) {
    throw invalidQuery("client and runtime are two different clients: give one of them.");
  }
  // A runtime that was put together by hand is looked at as well.
  return requireDatabaseRuntime((runtime?.client ?? client) as Client & DynamodbClient);
}

/** The options of the driver, without what finds it. */
export function driverOptionsOf<Options extends RuntimeSource & RuntimeDriverOptions>(
  options: Options,
): Omit<Options, "client" | "runtime" | "dynamodb"> & DynamodbOptions {
  const { client: _client, runtime: _runtime, dynamodb, ...flat } = options;
  return { ...flat, ...dynamodb };
}
