import type { TableDescription } from "@aws-sdk/client-dynamodb";
import { compileManifest } from "../../schema/manifest.ts";
import type { Schema } from "../../schema/model.ts";
import type { BackfillProgress } from "../backfill/backfill.ts";
import { duplicatesError, reconcile, type ReconcileReport } from "../backfill/reconcile.ts";
import type { BackfillMode } from "../backfill/schema-change.ts";
import type { StoreContext } from "../context.ts";
import { contextOf } from "../driver.ts";
import type { ModelLayout, TableNaming } from "../layout/model-layout.ts";
import { toOrmError } from "../send/aws-errors.ts";
import { sendOf, type DynamodbClient, type Send } from "../send/client.ts";
import { adviseOnSetup } from "../send/client-setup.ts";
import { mapLimit } from "../send/concurrency.ts";
import { applySettings, wouldApply } from "./apply-settings.ts";
import { createTable } from "./create-table.ts";
import { checkKeys, describeTable, waitUntilActive } from "./describe-table.ts";
import type { PushedSetting, SettingOutcome, TableSettings } from "./table-settings.ts";

/** What {@link pushSchema} takes. */
export interface PushSchemaOptions extends TableNaming, TableSettings {
  readonly schema: Schema;
  readonly client: DynamodbClient;
  /** Only tell what would be done. Nothing is written. Default: false. */
  readonly dryRun?: boolean | undefined;
  /**
   * Which records are given the entries they lack. `changes` (default): those of models whose
   * unique fields or indexes changed since the last push. `all`: every model's, for when instances
   * with an older schema have gone on writing after the push.
   */
  readonly backfill?: BackfillMode | undefined;
  /**
   * Leave the entries of dropped unique fields and indexes where they are, for instances with the
   * older schema that still run. The next push without this removes them. Default: false.
   */
  readonly keepDropped?: boolean | undefined;
  /** What duplicates of a new unique key do: `throw` (default) `UNIQUE_CONSTRAINT_VIOLATION`, or only stand in the report. */
  readonly onDuplicates?: "throw" | "report" | undefined;
  /** Told how far a back-fill has come, page by page. */
  readonly onProgress?: ((progress: BackfillProgress) => void) | undefined;
  /** Stops a back-fill between two pages; the next push goes on from there. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@link pushSchema} did about one table, or would do. */
export interface PushedTable extends ReconcileReport {
  readonly table: string;
  readonly models: readonly string[];
  /** Whether the table was missing. */
  readonly created: boolean;
  /** The table's TTL; `not needed` where no model expires. */
  readonly ttl: "enabled" | "already enabled" | "would be enabled" | "not needed" | "not supported by the engine";
  /** The settings that were asked for, TTL among them. */
  readonly settings: readonly PushedSetting[];
}

/** Tables under way at once: an account may create 50 at a time. */
const CONCURRENCY = 10;

const TTL = {
  set: "enabled",
  "already set": "already enabled",
  "would be set": "would be enabled",
  "not supported by the engine": "not supported by the engine",
} as const satisfies Record<SettingOutcome, PushedTable["ttl"]>;

/**
 * Brings the tables up to a schema: creates what is missing on demand billing, gives the tables
 * the settings asked for, and where a unique field or an index was added to a model that has
 * records already, gives those their entries. Run it as often as you like, also while the
 * application writes. Throws `INVALID_SCHEMA` when a table of that name has other keys than this
 * layout's, before anything is written.
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
  const context = contextOf({ client: options.client, ...namingOf(options) }, compileManifest(options.schema));
  const tables = new Map<string, ModelLayout[]>();
  for (const layout of context.layouts.values()) tables.set(layout.table, [...(tables.get(layout.table) ?? []), layout]);
  const subjects = await mapLimit([...tables], CONCURRENCY, async ([table, layouts]) => {
    const known = await named(client, layouts, () => describeTable(client, table));
    if (known) checkKeys(table, known, layouts[0]!.model.name);
    return { table, layouts, known };
  });
  return mapLimit(subjects, CONCURRENCY, (subject) => named(client, subject.layouts, () => pushTable(context, client, subject, options)));
}

interface Subject {
  readonly table: string;
  readonly layouts: readonly ModelLayout[];
  readonly known: TableDescription | undefined;
}

async function pushTable(context: StoreContext, client: Send, subject: Subject, options: PushSchemaOptions): Promise<PushedTable> {
  const { table, layouts, known } = subject;
  const { dryRun = false, onDuplicates = "throw", backfill: mode = "changes", keepDropped = false, onProgress, signal } = options;
  const base = { table, models: layouts.map(({ model }) => model.name), created: !known };
  const expires = layouts.some(({ model }) => model.expires !== undefined);
  if (!known && dryRun) {
    const report: ReconcileReport = { changes: [], complete: true, written: 0, removed: 0, duplicates: [], duplicateCount: 0, schema: "would be recorded" };
    return { ...base, ...settingsReport(wouldApply(options, expires)), ...report };
  }
  const fresh = !known && (await createTable(client, table, options));
  const description = await waitUntilActive(client, table);
  const settings = await applySettings({ client, table, description }, options, expires, dryRun);
  const report = await reconcile(context, table, layouts, { mode, fresh, dryRun, keepDropped, total: description.ItemCount, onProgress, signal });
  if (report.duplicates.length > 0 && onDuplicates === "throw") throw duplicatesError(table, report);
  // What CreateTable carried was set by this push as well.
  const made = settings.map(({ setting, outcome }) => ({ setting, outcome: fresh && outcome === "already set" ? ("set" as const) : outcome }));
  return { ...base, ...settingsReport(made), ...report };
}

function settingsReport(settings: readonly PushedSetting[]): Pick<PushedTable, "ttl" | "settings"> {
  const ttl = settings.find(({ setting }) => setting === "ttl");
  return { ttl: ttl ? TTL[ttl.outcome] : "not needed", settings };
}

function namingOf({ table, tables, tablePrefix }: TableNaming): TableNaming {
  return { table, tables, tablePrefix };
}

/** Gives AWS errors the names of the model and its table. */
async function named<T>(client: Send, layouts: readonly ModelLayout[], run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw toOrmError(await adviseOnSetup(error, client), layouts[0]!.model.name, [layouts[0]!.table]);
  }
}
