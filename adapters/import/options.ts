import type { OptionsOf } from "../../orm/options/check-options.ts";
import { abortSignal, callback, flag, option, text, wholeNumber } from "../../orm/options/option-kinds.ts";
import type { Counts, MoveReport } from "./report.ts";

/** How rows are imported. */
export interface ImportRowsOptions {
  /**
   * Only rows that have changed at this time or later; of models without `updatedAt`, all. The `since` of an earlier
   * report.
   */
  readonly since?: Date | undefined;
  /**
   * Delete records that the source has no rows of, before anything is written: `true`, or a function that is told how
   * many of each model, and decides. Reads the tables whole (`dynamodb:Scan`).
   */
  readonly deleteMissing?: boolean | ((counts: Counts) => boolean | Promise<boolean>) | undefined;
  /** Write nothing, and report what would be. */
  readonly dryRun?: boolean | undefined;
  /** Where to go on: the `resume` of an earlier report. */
  readonly resume?: string | undefined;
  /** Told after every page, and waited for: the place to keep `resume` in. */
  readonly onProgress?: ((report: MoveReport) => unknown) | undefined;
  /** Ends the import after the page under way, with `complete: false`. */
  readonly signal?: AbortSignal | undefined;
  /** Rows read at a time. Default: 1000. */
  readonly pageSize?: number | undefined;
}

/** The same, as they are checked. */
export const IMPORT_ROWS_OPTIONS: OptionsOf<ImportRowsOptions> = {
  since: option("a valid Date", (value) => value instanceof Date && !Number.isNaN(value.getTime())),
  deleteMissing: option("true, false or a function", (value) => ["boolean", "function"].includes(typeof value)),
  dryRun: flag(),
  resume: text(),
  onProgress: callback(),
  signal: abortSignal(),
  pageSize: wholeNumber(1),
};
