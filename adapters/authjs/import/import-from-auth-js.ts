import { ForeignTable } from "../../../orm/dynamodb/import/foreign-table.ts";
import type { Schema } from "../../../orm/schema/model.ts";
import { createAuthJsSchema } from "../auth-js-schema.ts";
import { openStore } from "../store.ts";
import { RehearsalDestination, StoreDestination } from "./destination.ts";
import { ForeignLayout } from "./foreign-layout.ts";
import { Importer } from "./importer.ts";
import type { ImportOptions, ImportReport } from "./options.ts";
import { positionOf, resumeToken } from "./resume-token.ts";

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
 *   onProgress: ({ scanned, resume }) => console.log(scanned, resume),
 * });
 * console.log(report.conflicts);
 * ```
 */
export async function importFromAuthJsDynamoDB(options: ImportOptions): Promise<ImportReport> {
  return importIntoSchema(createAuthJsSchema(options.to), options);
}

/** The same with the schema that an adapter's options have made. */
export async function importIntoSchema(schema: Schema, options: ImportOptions): Promise<ImportReport> {
  const { from, to, dryRun = false, resume, onProgress, signal, pageSize = PAGE_SIZE } = options;
  const { client, table = "next-auth" } = from;
  // A stale read would take a record that is there for a missing one.
  const store = openStore({ ...to, consistency: "strong" }, schema);
  const source = new ForeignTable({ client, table, pageSize });
  const destination = dryRun ? new RehearsalDestination(store) : new StoreDestination(store);
  const importer = new Importer(source, new ForeignLayout(from, store.manifest), destination);

  let after = resume === undefined ? undefined : positionOf(resume, table);
  let report: ImportReport;
  do {
    const page = await source.page(after);
    await importer.importPage(page.items);
    after = page.next;
    report = reportOf(importer, dryRun, after && resumeToken(table, after));
    await onProgress?.(report);
  } while (after && !signal?.aborted);
  return report;
}

function reportOf(importer: Importer, dryRun: boolean, resume: string | undefined): ImportReport {
  const { scanned, expired, unknown, imported, present, conflicts, leftOut } = importer;
  return {
    dryRun,
    scanned,
    imported: { ...imported },
    present: { ...present },
    expired,
    unknown,
    conflicts: [...conflicts],
    leftOut: [...leftOut],
    resume,
    done: resume === undefined,
  };
}
