import { existsSync } from "node:fs";
import { mkdir, open, type FileHandle } from "node:fs/promises";
import type { JobProgress } from "../../../orm/dynamodb/maintenance/job-progress.ts";
import { scanRecords } from "../../../orm/dynamodb/maintenance/copy/scan-records.ts";
import { requireFormatOf } from "../../../orm/dynamodb/maintenance/require-format.ts";
import { storableManifest } from "../../../orm/dynamodb/layout/storable.ts";
import { invalidOption } from "../../../orm/errors.ts";
import { checkOptions, type OptionsOf } from "../../../orm/options/check-options.ts";
import { abortSignal, callback, text } from "../../../orm/options/option-kinds.ts";
import type { ModelManifest } from "../../../orm/schema/manifest.ts";
import { setOwn } from "../../../orm/values/json.ts";
import type { RecordValues } from "../../../orm/values/normalize.ts";
import type { LibraryFields } from "../../library-fields.ts";
import { hasExpired } from "../page-importer.ts";
import { PLACE_OPTIONS, type PlaceOfRecords } from "../place-of-records.ts";
import type { Counts } from "../report.ts";
import { jsonFileOf } from "./json-files.ts";

/** What {@link exportToJson} takes: the tables, and where to. */
export interface ExportToJsonOptions extends PlaceOfRecords {
  /** A folder: it is made, and must not hold an export yet. */
  readonly folder: string;
  /** Told how far the job is, after each page. */
  readonly onProgress?: ((report: ExportReport) => unknown) | undefined;
  /** Ends the export after the page under way, with `complete: false`: its files are a part. */
  readonly signal?: AbortSignal | undefined;
}

const EXPORT_OPTIONS: OptionsOf<ExportToJsonOptions> = {
  ...PLACE_OPTIONS,
  folder: text(),
  onProgress: callback(),
  signal: abortSignal(),
};

/** What an export wrote, and how far it came. */
export interface ExportReport extends Omit<JobProgress, "resume"> {
  /** Records written, by model. */
  readonly exported: Counts;
  readonly folder: string;
}

/** Passwords' hashes and tokens are in these files: nobody else reads them. */
const MODE = { folder: 0o700, file: 0o600 };

/**
 * Writes every record to a file of newline-delimited JSON per model, by the library's own field names: what
 * `importFromJson` reads. Records that have expired are left out. Needs `dynamodb:Scan`.
 *
 * @example
 * ```ts
 * await exportToJson({ client, schema: createAuthSchema(auth.options), folder: "backup" });
 * ```
 */
export async function exportToJson(options: ExportToJsonOptions): Promise<ExportReport> {
  checkOptions("exportToJson", options, { own: EXPORT_OPTIONS });
  const { folder, fields, onProgress, signal } = options;
  const { models } = storableManifest(options.schema);
  for (const model of models.keys()) {
    const file = jsonFileOf(folder, model);
    if (existsSync(file)) throw invalidOption(`"${file}" is there already. Give another folder.`, "folder");
  }
  await requireFormatOf(options);
  await mkdir(folder, { recursive: true, mode: MODE.folder });
  const files = new Map<string, FileHandle>();
  const exported: Record<string, number> = {};
  let report: ExportReport = { exported, folder, done: 0, total: 0, complete: true };
  try {
    for (const model of models.keys()) files.set(model, await open(jsonFileOf(folder, model), "wx", MODE.file));
    for await (const { records, progress } of scanRecords({ ...options, signal })) {
      for (const [model, lines] of linesOf(models, fields, records)) {
        await files.get(model)?.appendFile(lines.join(""));
        exported[model] = (exported[model] ?? 0) + lines.length;
      }
      const { done, total, complete } = progress;
      report = { exported: { ...exported }, folder, done, total, complete };
      await onProgress?.(report);
    }
  } finally {
    for (const file of files.values()) await file.close();
  }
  return report;
}

function linesOf(
  models: ReadonlyMap<string, ModelManifest>,
  fields: LibraryFields | undefined,
  records: readonly { readonly model: string; readonly values: RecordValues }[],
): Map<string, string[]> {
  const lines = new Map<string, string[]>();
  for (const { model: name, values } of records) {
    const model = models.get(name);
    if (!model || hasExpired(model, values)) continue;
    const row = rowOf(fields?.[name], values);
    // What JSON has no numbers for is text.
    const text = JSON.stringify(row, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value));
    lines.set(name, [...(lines.get(name) ?? []), `${text}\n`]);
  }
  return lines;
}

/** A record by the library's names. */
function rowOf(fields: LibraryFields[string] | undefined, values: RecordValues): RecordValues {
  const names = new Map(Object.entries(fields ?? {}).map(([name, { column }]) => [column, name]));
  const row: RecordValues = {};
  for (const [column, value] of Object.entries(values)) setOwn(row, names.get(column) ?? column, value);
  return row;
}
