import type { TableDescription } from "@aws-sdk/client-dynamodb";
import type { OptionsOf } from "../../../options/check-options.ts";
import {
  abortSignal,
  callback,
  clientOption,
  flag,
  oneOf,
  option,
  schemaOption,
} from "../../../options/option-kinds.ts";
import type { Schema } from "../../../schema/model.ts";
import type { BackfillProgress } from "./backfill.ts";
import { checkDrop, isDrop, type Drop } from "./drop.ts";
import { duplicatesError, nothingFilled, reconcile, type ReconcileReport } from "./reconcile.ts";
import type { BackfillMode } from "./schema-change.ts";
import { Store, type StoreContext } from "../../context.ts";
import { TABLE_NAMING, type TableNaming } from "../../layout/model-layout.ts";
import { storableManifest } from "../../layout/storable.ts";
import { sendOf, type DynamodbClient, type Send } from "../../engine/client.ts";
import { adviseOnSetup } from "../../engine/client-setup.ts";
import { toOrmError } from "../../engine/explain-failure.ts";
import { mapLimit } from "../../../util/map-limit.ts";
import { applySettings, wouldApply } from "./apply-settings.ts";
import { schemaTables, type SchemaTable } from "../schema-tables.ts";
import { createTable } from "./create-table.ts";
import { globalTableOf, regionWarnings, type GlobalTable } from "./global-table.ts";
import { checkKeys, describeTable, waitUntilActive } from "../describe-table.ts";
import { requireFormat } from "../require-format.ts";
import { TABLE_SETTINGS, type PushedSetting, type SettingOutcome, type TableSettings } from "./table-settings.ts";

/** What {@link pushSchema} takes. */
export interface PushSchemaOptions extends TableNaming, TableSettings {
  readonly schema: Schema;
  readonly client: DynamodbClient;
  /**
   * Only tell what would be done. Nothing is written, and duplicates are told, never thrown: where a
   * unique key is new, the records of its model are read, with a hash of each value in memory.
   * Default: false.
   */
  readonly dryRun?: boolean | undefined;
  /**
   * Which records are given the entries they lack. `changes` (default): those of models whose
   * unique fields or indexes changed since the last push. `all`: every model's, for when instances
   * with an older schema have gone on writing after the push. `none`: no record's; the report's
   * `changes` tell what is left to a later push.
   */
  readonly backfill?: BackfillMode | undefined;
  /**
   * Which entries to remove that this schema does not have and the table's recorded schema has: by
   * name, `unique:username` of every model or `user.unique:username` of one, or `"all"`. Default:
   * none. They are kept, and told as `kept`, since an instance that runs may live by them: without
   * its entries, a unique value is free for anybody. A name that is gone already is let pass; one
   * that the schema has is refused with `INVALID_QUERY`.
   */
  readonly drop?: Drop | undefined;
  /**
   * What duplicates of a new unique key do: `throw` (default) `UNIQUE_CONSTRAINT_VIOLATION`, or only stand in the
   * report.
   */
  readonly onDuplicates?: "throw" | "report" | undefined;
  /** Told how far a back-fill has come, page by page. */
  readonly onProgress?: ((progress: BackfillProgress) => void) | undefined;
  /** Stops a back-fill between two pages; the next push goes on from there. */
  readonly signal?: AbortSignal | undefined;
}

/** The same, as they are checked. */
export const PUSH_OPTIONS: OptionsOf<PushSchemaOptions> = {
  schema: schemaOption(),
  client: clientOption(),
  ...TABLE_NAMING,
  ...TABLE_SETTINGS,
  dryRun: flag(),
  backfill: oneOf("changes", "all", "none"),
  drop: option('"all" or a list of names', isDrop),
  onDuplicates: oneOf("throw", "report"),
  onProgress: callback(),
  signal: abortSignal(),
};

/** What {@link pushSchema} did about one table, or would do. */
export interface PushedTable extends ReconcileReport {
  readonly table: string;
  readonly models: readonly string[];
  /** Whether the table was missing. */
  readonly created: boolean;
  /** The table's TTL; `not needed` where no model expires. Why it was skipped is told among the settings. */
  readonly ttl:
    "enabled" | "already enabled" | "would be enabled" | "not needed" | "skipped" | "not supported by the engine";
  /** The settings that were asked for, TTL among them. */
  readonly settings: readonly PushedSetting[];
  /** The table's other regions; undefined of a table in one region. */
  readonly globalTable: GlobalTable | undefined;
  /** What to know of this table, in sentences: that its writes belong to one of several regions. */
  readonly warnings: readonly string[];
}

/** Tables under way at once: an account may create 50 at a time. */
const CONCURRENCY = 10;

const TTL = {
  set: "enabled",
  "already set": "already enabled",
  "would be set": "would be enabled",
  skipped: "skipped",
  "not supported by the engine": "not supported by the engine",
} as const satisfies Record<SettingOutcome, PushedTable["ttl"]>;

/**
 * Brings the tables up to a schema: creates what is missing on demand billing, gives the tables
 * the settings asked for, and where a unique field or an index was added to a model that has
 * records already, gives those their entries. Nothing is removed that `drop` does not name. Run it
 * as often as you like, also while the application writes. Throws `INVALID_SCHEMA` for a schema that
 * the driver refuses, and when a table of
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
export async function pushSchema(options: PushSchemaOptions): Promise<PushedTable[]> {
  const client = sendOf(options.client);
  const context = new Store({ client: options.client, ...namingOf(options) }, storableManifest(options.schema)).job();
  checkDrop(options.drop ?? [], [...context.layouts.values()]);
  const subjects = await mapLimit(schemaTables(context.layouts), CONCURRENCY, async ({ name, layouts }) => {
    const known = await named(client, layouts, () => describeTable(client, name));
    if (known) checkKeys(name, known, layouts[0].model.name);
    return { name, layouts, known };
  });
  await requireFormat(
    context,
    subjects.filter(({ known }) => known),
  );
  return mapLimit(subjects, CONCURRENCY, (subject) =>
    named(client, subject.layouts, () => pushTable(context, client, subject, options)),
  );
}

interface Subject extends SchemaTable {
  readonly known: TableDescription | undefined;
}

async function pushTable(
  context: StoreContext,
  client: Send,
  subject: Subject,
  options: PushSchemaOptions,
): Promise<PushedTable> {
  const { name: table, layouts, known } = subject;
  const { dryRun = false, onDuplicates = "throw", backfill: mode = "changes", drop = [], onProgress, signal } = options;
  const base = { table, models: layouts.map(({ model }) => model.name), created: !known };
  const expires = layouts.some(({ model }) => model.expires !== undefined);
  if (!known && dryRun) {
    const report = { ...nothingFilled(undefined), changes: [], kept: [], schema: "would be recorded" as const };
    return { ...base, ...settingsReport(wouldApply(options, expires)), ...regionsReport(table, {}), ...report };
  }
  const fresh = !known && (await createTable(client, table, options));
  const description = await waitUntilActive(client, table);
  const settings = await applySettings({ client, table, description }, options, expires, dryRun);
  const report = await reconcile(
    context,
    { name: table, layouts },
    {
      mode,
      fresh,
      dryRun,
      drop,
      total: description.ItemCount,
      onProgress,
      signal,
    },
  );
  if (report.duplicates.length > 0 && onDuplicates === "throw" && !dryRun) throw duplicatesError(table, report);
  // What CreateTable carried was set by this push as well.
  const made = settings.map((setting) =>
    fresh && setting.outcome === "already set" ? { ...setting, outcome: "set" as const } : setting,
  );
  return { ...base, ...settingsReport(made), ...regionsReport(table, description), ...report };
}

function settingsReport(settings: readonly PushedSetting[]): Pick<PushedTable, "ttl" | "settings"> {
  const ttl = settings.find(({ setting }) => setting === "ttl");
  return { ttl: ttl ? TTL[ttl.outcome] : "not needed", settings };
}

function regionsReport(table: string, description: TableDescription): Pick<PushedTable, "globalTable" | "warnings"> {
  const globalTable = globalTableOf(description);
  return { globalTable, warnings: regionWarnings(table, globalTable) };
}

function namingOf({ table, tables, tablePrefix }: TableNaming): TableNaming {
  return { table, tables, tablePrefix };
}

/** Gives AWS errors the names of the model and its table. */
async function named<T>(client: Send, layouts: SchemaTable["layouts"], run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const [{ model, table }] = layouts;
    throw toOrmError(await adviseOnSetup(error, client, [table]), model.name, [table]);
  }
}
