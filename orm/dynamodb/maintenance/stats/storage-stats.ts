import { checkOptions, type OptionsOf } from "../../../options/check-options.ts";
import { abortSignal, callback, flag, requiredClient, schemaOption, text } from "../../../options/option-kinds.ts";
import type { Schema } from "../../../schema/model.ts";
import { mapLimit } from "../../../util/map-limit.ts";
import { Store } from "../../context.ts";
import { SHARED_OPTIONS } from "../../driver-options.ts";
import { sendOf, type DynamodbClient } from "../../engine/client.ts";
import type { Item } from "../../layout/attribute-value.ts";
import { TABLE_NAMING, type TableNaming } from "../../layout/model-layout.ts";
import { storableManifest } from "../../layout/storable.ts";
import { textOf } from "../../layout/stored-record.ts";
import { checkKeys, describeTable } from "../describe-table.ts";
import type { JobProgress } from "../job-progress.ts";
import { requireFormat } from "../require-format.ts";
import { scanTables } from "../scan-tables.ts";
import { schemaTables, type SchemaTable } from "../schema-tables.ts";

/** What {@link storageStats} takes. */
export interface StorageStatsOptions extends TableNaming {
  readonly schema: Schema;
  readonly client: DynamodbClient;
  /** Count records and entries, which reads every item once. Default: true. */
  readonly count?: boolean | undefined;
  /** Where an earlier count stopped: its `resume`. This one counts the rest, to be added to that. */
  readonly resume?: string | undefined;
  /** Told after each page how far the count has come. */
  readonly onProgress?: ((progress: JobProgress) => void) | undefined;
  /** Stops the count between two pages. */
  readonly signal?: AbortSignal | undefined;
}

const STATS_OPTIONS: OptionsOf<StorageStatsOptions> = {
  schema: schemaOption(),
  client: requiredClient(),
  ...TABLE_NAMING,
  count: flag(),
  resume: text(),
  onProgress: callback(),
  signal: abortSignal(),
};

/** The items of one model in one table. */
export interface ModelStats {
  readonly model: string;
  readonly records: number;
  readonly uniqueEntries: number;
  readonly indexEntries: number;
}

/** One table, as DynamoDB describes it and as its items say. */
export interface TableStats {
  readonly table: string;
  readonly exists: boolean;
  /** As DynamoDB counted last, every six hours or so. */
  readonly items: number | undefined;
  readonly bytes: number | undefined;
  /** Undefined where nothing was counted. */
  readonly models: readonly ModelStats[] | undefined;
}

/** The tables of a schema, and how far the count of their items came. */
export interface StorageStats extends JobProgress {
  readonly tables: readonly TableStats[];
}

/** Tables that are asked for at once. */
const CONCURRENCY = 10;

/**
 * The size of the tables, and how many records and entries each model has.
 *
 * @example
 * ```ts
 * const { tables } = await storageStats({ schema, client, table: "auth" });
 * console.log(tables[0].bytes, tables[0].models);
 * ```
 */
export async function storageStats(options: StorageStatsOptions): Promise<StorageStats> {
  checkOptions("storageStats", options, { own: STATS_OPTIONS, shared: SHARED_OPTIONS });
  const { schema, client, table, tables, tablePrefix, count = true, resume, signal, onProgress } = options;
  const context = new Store({ client, table, tables, tablePrefix }, storableManifest(schema)).job();
  const described = await mapLimit(schemaTables(context.layouts), CONCURRENCY, async (one) => ({
    ...one,
    known: await describeTable(sendOf(client), one.name),
  }));
  for (const { name, known, layouts } of described) if (known) checkKeys(name, known, layouts[0].model.name);
  const existing = described.filter(({ known }) => known !== undefined);
  await requireFormat(context, existing);
  const counts = new Map<string, Map<string, Counts>>();
  const total = existing.reduce((sum, { known }) => sum + (known?.ItemCount ?? 0), 0);
  let progress: JobProgress = { done: 0, total, resume: undefined, complete: true };
  if (count && existing.length > 0) {
    // A size needs no more than an eventually consistent look, at half the price.
    const only = {
      ConsistentRead: false,
      ProjectionExpression: "#kind, #model",
      ExpressionAttributeNames: { "#kind": "_kind", "#model": "_model" },
    };
    const names = existing.map(({ name, layouts }) => ({ name, model: layouts[0].model.name }));
    const { sender } = context;
    for await (const page of scanTables({ sender, client, tables: names, only, resume, signal, total })) {
      const ofTable = counts.get(page.table) ?? new Map<string, Counts>();
      counts.set(page.table, ofTable);
      for (const item of page.items) countItem(ofTable, item);
      progress = page.progress;
      onProgress?.(progress);
    }
  }
  const all = described.map(({ known, ...one }) => ({
    table: one.name,
    exists: known !== undefined,
    items: known?.ItemCount,
    bytes: known?.TableSizeBytes,
    models: modelStats(one, counts.get(one.name)),
  }));
  return { tables: all, ...progress };
}

const COUNTERS = { record: "records", unique: "uniqueEntries", index: "indexEntries" } as const;

type Counts = Record<(typeof COUNTERS)[keyof typeof COUNTERS], number>;

const NONE: Counts = { records: 0, uniqueEntries: 0, indexEntries: 0 };

function countItem(counts: Map<string, Counts>, item: Item): void {
  const kind = textOf(item, "_kind");
  const model = textOf(item, "_model");
  if (model === undefined || (kind !== "record" && kind !== "unique" && kind !== "index")) return;
  const known = counts.get(model) ?? { ...NONE };
  known[COUNTERS[kind]]++;
  counts.set(model, known);
}

/** The schema's models first. Those that it has no longer are told, too: that is what one looks for. */
function modelStats({ layouts }: SchemaTable, counts: ReadonlyMap<string, Counts> | undefined) {
  if (!counts) return undefined;
  const models = new Set([...layouts.map(({ model }) => model.name), ...counts.keys()]);
  return [...models].map((model) => ({ model, ...(counts.get(model) ?? NONE) }));
}
