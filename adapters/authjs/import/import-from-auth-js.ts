import { ForeignTable } from "../../../orm/dynamodb/maintenance/copy/foreign-table.ts";
import { requireFormatOf } from "../../../orm/dynamodb/maintenance/require-format.ts";
import type { JobProgress } from "../../../orm/dynamodb/maintenance/job-progress.ts";
import { checkOptions } from "../../../orm/options/check-options.ts";
import type { Schema } from "../../../orm/schema/model.ts";
import { createAuthJsSchema } from "../auth-js-schema.ts";
import { openStore } from "../store.ts";
import { RehearsalDestination, StoreDestination } from "./destination.ts";
import { ForeignLayout } from "./foreign-layout.ts";
import { Importer } from "./importer.ts";
import { IMPORT_OPTIONS, type ImportOptions, type ImportReport } from "./options.ts";

const PAGE_SIZE = 100;

/**
 * Copies users, accounts, sessions and verification tokens from the table of
 * `@auth/dynamodb-adapter`. The source is only read. Whoever is signed in stays so: sessions keep
 * their tokens.
 *
 * Run it as often as you like: what is there is left as it is. What cannot be taken over is left
 * out and reported; put it right in the source and run it again.
 *
 * @example
 * ```ts
 * const report = await importFromAuthJsDynamoDB({
 *   from: { client, table: "next-auth" },
 *   to: { client, tablePrefix: "auth_" },
 *   dryRun: true,
 *   onProgress: ({ done, resume }) => console.log(done, resume),
 * });
 * console.log(report.duplicates);
 * ```
 */
export async function importFromAuthJsDynamoDB(options: ImportOptions): Promise<ImportReport> {
  checkOptions("importFromAuthJsDynamoDB", options, { own: IMPORT_OPTIONS });
  return importIntoSchema(createAuthJsSchema(options.to), options);
}

/** The same with the schema that an adapter's options have made. */
export async function importIntoSchema(schema: Schema, options: ImportOptions): Promise<ImportReport> {
  const { from, to, dryRun = false, resume, onProgress, signal, pageSize = PAGE_SIZE } = options;
  const { client, table = "next-auth" } = from;
  await requireFormatOf({ ...to, schema });
  // A stale read would take a record that is there for a missing one.
  const store = openStore({ ...to, consistency: "strong" }, schema);
  const source = new ForeignTable({ client, table });
  const destination = dryRun ? new RehearsalDestination(store) : new StoreDestination(store);
  const importer = new Importer(source, new ForeignLayout(from, store.manifest), destination);

  let report = reportOf(importer, dryRun, { done: 0, total: 0, resume: undefined, complete: true });
  for await (const { items, progress } of source.pages({ pageSize, resume, signal })) {
    await importer.importPage(items);
    report = reportOf(importer, dryRun, progress);
    await onProgress?.(report);
  }
  return report;
}

function reportOf(importer: Importer, dryRun: boolean, progress: JobProgress): ImportReport {
  const { expired, unknown, imported, present, duplicates, leftOut } = importer;
  return {
    dryRun,
    imported: { ...imported },
    present: { ...present },
    ...{ expired, unknown, duplicates: [...duplicates], leftOut: [...leftOut] },
    ...progress,
  };
}
