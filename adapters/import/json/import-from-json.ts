import { checkOptions, type OptionsOf } from "../../../orm/options/check-options.ts";
import { text } from "../../../orm/options/option-kinds.ts";
import { importRows } from "../import-rows.ts";
import { IMPORT_ROWS_OPTIONS, type ImportRowsOptions } from "../options.ts";
import { PLACE_OPTIONS, type PlaceOfRecords } from "../place-of-records.ts";
import type { MoveReport } from "../report.ts";
import { verifyRows, type VerifyReport, type VerifyRowsOptions } from "../verify-rows.ts";
import { JsonSource } from "./json-source.ts";

/** A folder of files, and the tables to bring up to it. */
export interface JsonMove extends PlaceOfRecords {
  /** With a file of newline-delimited JSON per model: `user.jsonl` has a user a line. */
  readonly folder: string;
}

/** What {@link importFromJson} takes. */
export interface ImportFromJsonOptions extends JsonMove, ImportRowsOptions {}

const JSON_OPTIONS: OptionsOf<JsonMove> = { ...PLACE_OPTIONS, folder: text() };

/**
 * Copies rows from files of newline-delimited JSON: an export of this package, or another database's. Fields by the
 * library's own names, dates as ISO text. As of `importFromBetterAuth`, it may run again, and what cannot be taken
 * over is left out and reported. Throws `INVALID_QUERY` for a line that is no JSON object.
 *
 * @example
 * ```ts
 * await importFromJson({ folder: "backup", client, schema: createAuthSchema(auth.options) });
 * ```
 */
export async function importFromJson(options: ImportFromJsonOptions): Promise<MoveReport> {
  checkOptions("importFromJson", options, { own: { ...JSON_OPTIONS, ...IMPORT_ROWS_OPTIONS } });
  const { folder, ...rest } = options;
  return importRows({ source: await JsonSource.open(folder), place: rest }, rest);
}

/** Compares every line with its record, and looks for records without one. Nothing is written. */
export async function verifyAgainstJson(options: JsonMove & VerifyRowsOptions): Promise<VerifyReport> {
  const { folder, ...rest } = options;
  return verifyRows({ source: await JsonSource.open(folder), place: rest }, rest);
}
