import { isOrmError } from "../../errors.ts";
import { compileManifest } from "../../schema/manifest.ts";
import type { Schema } from "../../schema/model.ts";
import { allOf, equals } from "../../query/predicate.ts";
import type { StoreContext } from "../context.ts";
import { contextOf } from "../driver.ts";
import type { Item } from "../layout/attribute-value.ts";
import { layoutsOf, type TableNaming } from "../layout/model-layout.ts";
import { readRecord, textOf, type StoredRecord } from "../layout/stored-record.ts";
import { invalidQuery } from "../../errors.ts";
import { collect } from "../read/collect.ts";
import type { DynamodbClient } from "../send/client.ts";
import { mapLimit } from "../send/concurrency.ts";
import { createRecord } from "../write/create.ts";
import { firstOf } from "../write/update.ts";

/** What {@link copyTables} takes. */
export interface CopyTablesOptions {
  readonly schema: Schema;
  /** Tables of this package by another naming; the client may be another account's or region's. */
  readonly from: TableNaming & { readonly client: DynamodbClient };
  /** Where to. The tables must exist: push the schema first. */
  readonly to: TableNaming & { readonly client: DynamodbClient };
  /** Write nothing, and count what would be looked at. */
  readonly dryRun?: boolean | undefined;
  /** Where to go on: the `resume` of an earlier report. */
  readonly resume?: string | undefined;
  readonly onProgress?: ((report: CopyReport) => unknown) | undefined;
  /** Ends the copy after the page under way. */
  readonly signal?: AbortSignal | undefined;
}

/** What a copy did. */
export interface CopyReport {
  readonly dryRun: boolean;
  readonly scanned: number;
  /** Records written, by model. In a dry run: found. */
  readonly imported: Readonly<Record<string, number>>;
  /** Records that were there already. */
  readonly present: Readonly<Record<string, number>>;
  /** Records whose unique values another record has where they were to go. */
  readonly conflicts: readonly { readonly model: string; readonly id: unknown; readonly fields: readonly string[] }[];
  readonly resume: string | undefined;
  readonly done: boolean;
}

const PAGE = 250;
const CONCURRENCY = 16;

interface Position {
  readonly table: string;
  readonly after?: Item | undefined;
}

/**
 * Copies the records of one set of tables to another naming, and lays them out anew: from many
 * tables to one, to another prefix, to another `clusterBy`. The source is only read; the
 * application should not write to it meanwhile. Run it as often as you like: what is there stays.
 *
 * @example
 * ```ts
 * await copyTables({ schema, from: { client, tablePrefix: "dev_" }, to: { client, table: "auth" } });
 * ```
 */
export async function copyTables(options: CopyTablesOptions): Promise<CopyReport> {
  const { schema, from, to, dryRun = false, onProgress, signal } = options;
  const manifest = compileManifest(schema);
  const source = contextOf(from, manifest);
  const target = contextOf(to, manifest);
  for (const [name, layout] of target.layouts) {
    if (from.client === to.client && source.layouts.get(name)!.table === layout.table) {
      throw invalidQuery(`"${name}" is to be copied from the table "${layout.table}" to itself. Give another table or prefix.`, name);
    }
  }
  const tables = [...new Set([...layoutsOf(manifest, from).values()].map(({ table }) => table))];
  const counts = { scanned: 0, imported: {} as Record<string, number>, present: {} as Record<string, number>, conflicts: [] as CopyReport["conflicts"][number][] };
  let position: Position | undefined = options.resume === undefined ? { table: tables[0]! } : positionOf(options.resume, tables);
  let report: CopyReport;
  do {
    const model = [...source.layouts.values()].find(({ table }) => table === position!.table)!.model.name;
    const page = await source.sender.send("Scan", model, {
      TableName: position.table,
      ConsistentRead: true,
      Limit: PAGE,
      ...(position.after ? { ExclusiveStartKey: position.after } : {}),
    });
    counts.scanned += page.ScannedCount ?? 0;
    await mapLimit((page.Items ?? []) as Item[], CONCURRENCY, async (item) => {
      const layout = source.layouts.get(textOf(item, "_model") ?? "");
      const record = layout && layout.table === position!.table ? readRecord(layout, item) : undefined;
      if (!record) return;
      const outcome = dryRun ? "imported" : await copyRecord(target, record);
      if (typeof outcome === "string") counts[outcome][record.layout.model.name] = (counts[outcome][record.layout.model.name] ?? 0) + 1;
      else counts.conflicts.push({ model: record.layout.model.name, id: record.values["id"], fields: outcome });
    });
    position = nextPosition(tables, position.table, page.LastEvaluatedKey as Item | undefined);
    const resume = position && Buffer.from(JSON.stringify(position)).toString("base64url");
    report = { dryRun, ...counts, resume, done: position === undefined };
    await onProgress?.(report);
  } while (position && !signal?.aborted);
  return report;
}

/** Copies a record. Where another one has its values, their fields. */
async function copyRecord(target: StoreContext, { layout: { model }, values }: StoredRecord): Promise<"imported" | "present" | readonly string[]> {
  const layout = target.layouts.get(model.name)!;
  try {
    await createRecord(target, layout, values);
    return "imported";
  } catch (error) {
    if (!isOrmError(error, "UNIQUE_CONSTRAINT_VIOLATION")) throw error;
    const [there] = await collect(target, layout, firstOf(layout, allOf([equals("id", values["id"])])));
    return there ? "present" : (error.meta.target ?? ["id"]);
  }
}

function nextPosition(tables: readonly string[], table: string, after: Item | undefined): Position | undefined {
  if (after) return { table, after };
  const next = tables[tables.indexOf(table) + 1];
  return next === undefined ? undefined : { table: next };
}

function positionOf(token: string, tables: readonly string[]): Position {
  let position: Partial<Position> = {};
  try {
    position = JSON.parse(Buffer.from(token, "base64url").toString()) as Partial<Position>;
  } catch {
    // Told below.
  }
  if (typeof position.table === "string" && tables.includes(position.table)) return position as Position;
  throw invalidQuery("resume is not the token of a copy from these tables.");
}
