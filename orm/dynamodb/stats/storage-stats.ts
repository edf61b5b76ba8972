import { compileManifest } from "../../schema/manifest.ts";
import type { Schema } from "../../schema/model.ts";
import { contextOf } from "../driver.ts";
import type { Item } from "../layout/attribute-value.ts";
import type { TableNaming } from "../layout/model-layout.ts";
import { textOf } from "../layout/stored-record.ts";
import { sendOf, type DynamodbClient } from "../send/client.ts";
import { describeTable } from "../setup/describe-table.ts";

/** What {@link storageStats} takes. */
export interface StorageStatsOptions extends TableNaming {
  readonly schema: Schema;
  readonly client: DynamodbClient;
  /** Count records and entries, which reads every item once. Default: true. */
  readonly count?: boolean | undefined;
  readonly onProgress?: ((progress: { readonly table: string; readonly done: number; readonly total: number | undefined }) => void) | undefined;
  /** Stops the count between two pages. */
  readonly signal?: AbortSignal | undefined;
}

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
  /** False where the count was stopped. */
  readonly complete: boolean;
}

/**
 * The size of the tables, and how many records and entries each model has.
 *
 * @example
 * ```ts
 * const [table] = await storageStats({ schema, client, table: "auth" });
 * console.log(table.bytes, table.models);
 * ```
 */
export async function storageStats(options: StorageStatsOptions): Promise<TableStats[]> {
  const { schema, client, table, tables, tablePrefix, count = true, signal, onProgress } = options;
  const context = contextOf({ client, table, tables, tablePrefix }, compileManifest(schema));
  const models = new Map<string, string[]>();
  for (const layout of context.layouts.values()) models.set(layout.table, [...(models.get(layout.table) ?? []), layout.model.name]);
  const all: TableStats[] = [];
  for (const [name, names] of models) {
    const known = await describeTable(sendOf(client), name);
    const base = { table: name, exists: known !== undefined, items: known?.ItemCount, bytes: known?.TableSizeBytes };
    if (!known || !count) {
      all.push({ ...base, models: undefined, complete: true });
      continue;
    }
    const counts = new Map(names.map((model) => [model, { records: 0, uniqueEntries: 0, indexEntries: 0 }]));
    let start: Item | undefined;
    let done = 0;
    do {
      const page = await context.sender.send("Scan", names[0]!, {
        TableName: name,
        ProjectionExpression: "#kind, #model",
        ExpressionAttributeNames: { "#kind": "_kind", "#model": "_model" },
        ...(start ? { ExclusiveStartKey: start } : {}),
      });
      for (const item of (page.Items ?? []) as Item[]) countItem(counts, item);
      done += page.ScannedCount ?? 0;
      start = page.LastEvaluatedKey as Item | undefined;
      onProgress?.({ table: name, done, total: known.ItemCount });
    } while (start && !signal?.aborted);
    all.push({ ...base, models: [...counts].map(([model, stats]) => ({ model, ...stats })), complete: start === undefined });
    if (start) break;
  }
  return all;
}

const COUNTERS = { record: "records", unique: "uniqueEntries", index: "indexEntries" } as const;

function countItem(counts: Map<string, Record<(typeof COUNTERS)[keyof typeof COUNTERS], number>>, item: Item): void {
  const kind = textOf(item, "_kind");
  const model = textOf(item, "_model");
  // Items of a model that the schema has no longer are counted, too: that is what one looks for.
  if (model === undefined || (kind !== "record" && kind !== "unique" && kind !== "index")) return;
  const known = counts.get(model) ?? { records: 0, uniqueEntries: 0, indexEntries: 0 };
  known[COUNTERS[kind]]++;
  counts.set(model, known);
}
