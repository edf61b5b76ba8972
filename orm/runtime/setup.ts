import type { OrmClient } from "../client/types.ts";
import type { DriverHandle } from "../driver.ts";
import {
  PUSH_OPTIONS as PUSH_TABLES_OPTIONS,
  pushSchema as pushTables,
  type PushedTable,
  type PushSchemaOptions as PushTablesOptions,
} from "../dynamodb/maintenance/push/push-schema.ts";
import { ADAPTER_OPTIONS_BESIDE_DRIVER } from "../options/adapter-options.ts";
import { checkOptions, type OptionsOf } from "../options/check-options.ts";
import { SHARED_OPTIONS } from "../dynamodb/driver-options.ts";
import type { Schema } from "../schema/model.ts";
import { createOrmFromRuntime } from "./create-from-runtime.ts";
import {
  driverOptionsOf,
  RUNTIME_OPTIONS,
  runtimeOf,
  SOURCE_OPTIONS,
  type DynamodbOptions,
  type RuntimeOptions,
  type RuntimeSource,
} from "./runtime-options.ts";
import { settingUp } from "./setup-error.ts";

/** What {@link pushSchema} takes. */
export interface PushSchemaOptions extends Omit<PushTablesOptions, "client">, RuntimeSource {
  /** The names of the tables, in the group of options that `createOrmFromRuntime` takes. */
  readonly dynamodb?: DynamodbOptions | undefined;
}

/** What {@link applySchema} takes. */
export type ApplySchemaOptions = Omit<
  PushSchemaOptions,
  "backfill" | "drop" | "onDuplicates" | "onProgress" | "signal"
>;

const PUSH_OPTIONS: OptionsOf<PushSchemaOptions> = { ...PUSH_TABLES_OPTIONS, ...SOURCE_OPTIONS };

const { backfill: _b, drop: _d, onDuplicates: _o, onProgress: _p, signal: _s, ...APPLY } = PUSH_OPTIONS;
const APPLY_OPTIONS: OptionsOf<ApplySchemaOptions> = APPLY;

/**
 * Brings the tables up to a schema: creates what is missing on demand billing, gives the tables
 * the settings asked for, and where a unique field or an index was added to a model that has
 * records already, gives those their entries. Run it as often as you like, also while the
 * application writes. Throws `RuntimeSetupError`: with the code `INVALID_OPTION` for an option that there is none of;
 * with
 * `INVALID_SCHEMA` for a schema that the driver refuses, and when a table of
 * that name has other keys than this layout's, before anything is written.
 *
 * @example
 * ```ts
 * await pushSchema({ schema, client, pointInTimeRecovery: true, deletionProtection: true });
 *
 * const plan = await pushSchema({ schema, client, dryRun: true });
 * console.log(plan.filter(({ created }) => created).map(({ table }) => `would create ${table}`));
 * ```
 */
export function pushSchema(options: PushSchemaOptions): Promise<PushedTable[]> {
  return settingUp("push", options, () => {
    checkOptions("pushSchema", options, { own: PUSH_OPTIONS, shared: SHARED_OPTIONS });
    return push(options);
  });
}

/**
 * Like {@link pushSchema}, without a look at records: creates what is missing and gives the tables their settings. What
 * existing records lack of a changed schema stands in `changes` of the report, and is left to a later `pushSchema`.
 *
 * @example
 * ```ts
 * const tables = await applySchema({ schema, client });
 * const unfinished = tables.filter(({ changes }) => changes.length > 0);
 * ```
 */
export function applySchema(options: ApplySchemaOptions): Promise<PushedTable[]> {
  return settingUp("apply", options, () => {
    checkOptions("applySchema", options, { own: APPLY_OPTIONS, shared: SHARED_OPTIONS });
    return push({ ...options, backfill: "none" });
  });
}

/**
 * Creates the tables of a schema where they are missing and returns an ORM on them. Throws `RuntimeSetupError`.
 *
 * @example
 * ```ts
 * const orm = await bootstrapDatabase({ schema, client: new DynamoDBClient({}) });
 * ```
 */
export function bootstrapDatabase<const S extends Schema, Client = unknown>(
  options: RuntimeOptions<S, Client>,
): Promise<OrmClient<S, DriverHandle<"dynamodb", Client>>> {
  return settingUp("bootstrap", options, async () => {
    checkOptions("bootstrapDatabase", options, { own: RUNTIME_OPTIONS, shared: ADAPTER_OPTIONS_BESIDE_DRIVER });
    // First of all, since it checks the schema.
    const orm = await createOrmFromRuntime<S, Client>(options);
    await push(options);
    return orm;
  });
}

async function push(options: PushSchemaOptions): Promise<PushedTable[]> {
  const { client } = runtimeOf(options);
  return pushTables({ ...driverOptionsOf(options), client });
}
