import { invalidQuery, isOrmError } from "../../../errors.ts";
import { checkOptions, type OptionsOf } from "../../../options/check-options.ts";
import {
  abortSignal,
  callback,
  flag,
  group,
  requiredClient,
  schemaOption,
  text,
} from "../../../options/option-kinds.ts";
import { allOf, equals } from "../../../query/predicate.ts";
import type { Schema } from "../../../schema/model.ts";
import { mapLimit } from "../../../util/map-limit.ts";
import type { RecordValues } from "../../../values/normalize.ts";
import { requireLayout, Store, type StoreContext } from "../../context.ts";
import { SHARED_OPTIONS } from "../../driver-options.ts";
import type { DynamodbClient } from "../../engine/client.ts";
import { layoutsOf, TABLE_NAMING, type ModelLayout, type TableNaming } from "../../layout/model-layout.ts";
import { storableManifest } from "../../layout/storable.ts";
import type { StoredRecord } from "../../layout/stored-record.ts";
import { findRecords, firstOf } from "../../read/find.ts";
import { createRecord } from "../../write/create.ts";
import type { Duplicate } from "../duplicate.ts";
import type { JobProgress } from "../job-progress.ts";
import { requireFormat, requireFormatOf } from "../require-format.ts";
import { scanRecords, type ScannedRecord } from "./scan-records.ts";

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
  /** Told after each page how far the copy has come; waited for. */
  readonly onProgress?: ((report: CopyReport) => unknown) | undefined;
  /** Ends the copy after the page under way. */
  readonly signal?: AbortSignal | undefined;
}

const PLACE_OPTIONS: OptionsOf<CopyTablesOptions["to"]> = { client: requiredClient(), ...TABLE_NAMING };

const COPY_OPTIONS: OptionsOf<CopyTablesOptions> = {
  schema: schemaOption(),
  from: group({ own: PLACE_OPTIONS, shared: SHARED_OPTIONS }),
  to: group({ own: PLACE_OPTIONS, shared: SHARED_OPTIONS }),
  dryRun: flag(),
  resume: text(),
  onProgress: callback(),
  signal: abortSignal(),
};

/** What a copy did, and how far it came. */
export interface CopyReport extends JobProgress {
  readonly dryRun: boolean;
  /** Records written, by model. In a dry run: found. */
  readonly imported: Readonly<Record<string, number>>;
  /** Records that were there already. */
  readonly present: Readonly<Record<string, number>>;
  /** Records that were left out: another record has their unique value where they were to go. */
  readonly duplicates: readonly Duplicate[];
}

type Layouts = ReadonlyMap<string, ModelLayout>;

const PAGE = 250;
const CONCURRENCY = 16;

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
  checkOptions("copyTables", options, { own: COPY_OPTIONS });
  const { schema, from, to, dryRun = false, onProgress, signal } = options;
  const manifest = storableManifest(schema);
  const destination = new Store(to, manifest).job();
  refuseSameTable(options, layoutsOf(manifest, from), destination.layouts);
  await requireFormatOf({ ...from, schema });
  await requireFormat(destination);
  const imported: Record<string, number> = {};
  const present: Record<string, number> = {};
  const duplicates: Duplicate[] = [];
  const copy = async ({ model, values }: ScannedRecord) => {
    const layout = requireLayout(destination, model);
    const outcome = dryRun ? "imported" : await copyRecord(destination.next(), layout, values);
    if (outcome === "imported") imported[model] = (imported[model] ?? 0) + 1;
    else if (outcome === "present") present[model] = (present[model] ?? 0) + 1;
    else duplicates.push(outcome);
  };
  const reportOf = (progress: JobProgress): CopyReport => ({
    ...{ dryRun, imported: { ...imported }, present: { ...present }, duplicates: [...duplicates] },
    ...progress,
  });
  let report = reportOf({ done: 0, total: 0, resume: undefined, complete: true });
  const scan = { ...from, schema, pageSize: PAGE, resume: options.resume, signal };
  for await (const { records, progress } of scanRecords(scan)) {
    await mapLimit(records, CONCURRENCY, copy);
    report = reportOf(progress);
    await onProgress?.(report);
  }
  return report;
}

function refuseSameTable({ from, to }: CopyTablesOptions, source: Layouts, destination: Layouts): void {
  for (const [name, { table }] of destination) {
    if (from.client !== to.client || source.get(name)?.table !== table) continue;
    throw invalidQuery(
      `"${name}" is to be copied from the table "${table}" to itself. Give another table or prefix.`,
      name,
    );
  }
}

/** Copies a record. Where another one has a unique value of it, which. */
async function copyRecord(
  destination: StoreContext,
  layout: ModelLayout,
  values: RecordValues,
): Promise<"imported" | "present" | Duplicate> {
  const { model } = layout;
  try {
    await createRecord(destination, layout, values);
    return "imported";
  } catch (error) {
    if (!isOrmError(error, "UNIQUE_CONSTRAINT_VIOLATION")) throw error;
    const key = model.idEntry ? ["id"] : layout.homeFields;
    const same = await findOne(destination, layout, key, values);
    if (same?.values["id"] === values["id"]) return "present";
    const fields = error.meta.target ?? ["id"];
    const owner = await findOne(destination, layout, fields, values);
    return { model: model.name, fields, ids: [String(owner?.values["id"] ?? ""), String(values["id"])] };
  }
}

/** The record with the same values of a unique key. */
async function findOne(
  context: StoreContext,
  layout: ModelLayout,
  fields: readonly string[],
  values: RecordValues,
): Promise<StoredRecord | undefined> {
  const where = allOf(fields.map((field) => equals(field, values[field])));
  const [found] = await findRecords(context, layout, firstOf(layout, where));
  return found;
}
