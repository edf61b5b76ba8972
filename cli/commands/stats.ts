import { storageStats, type TableStats } from "../../orm/dynamodb/maintenance/stats/storage-stats.ts";
import type { Target } from "../config/resolve-target.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../output/terminal.ts";
import { counted } from "../output/words.ts";

/** What `stats` takes. */
export interface StatsFlags {
  readonly count?: boolean;
}

/** Tells how large the tables are, and how many records and entries each model has. */
export async function stats(target: Target, flags: StatsFlags, terminal: Terminal): Promise<ExitCode> {
  const display = terminal.progress("count");
  try {
    const { tables, ...progress } = await storageStats({
      ...target.naming,
      schema: target.schema,
      client: target.client,
      count: flags.count,
      signal: terminal.signal,
      onProgress: (progress) => display.update(progress),
    });
    display.stop();
    terminal.data({ tables, ...progress });
    for (const table of tables) describe(table, terminal);
    if (!progress.complete) return EXIT.stopped;
    return tables.every(({ exists }) => exists) ? EXIT.ok : EXIT.findings;
  } finally {
    display.stop();
  }
}

function describe({ table, exists, items, bytes, models }: TableStats, terminal: Terminal): void {
  if (!exists) {
    terminal.line(`${table}: missing. Create it with: npx auth-dynamodb push`);
    return;
  }
  terminal.line(
    `${terminal.style.bold(table)}: ${counted(items, "item")}, ${counted(bytes, "byte")} (as DynamoDB counted last)`,
  );
  const rows = (models ?? []).map(({ model, records, uniqueEntries, indexEntries }) => [
    model,
    records,
    uniqueEntries,
    indexEntries,
  ]);
  if (terminal.rich && rows.length > 0)
    terminal.table(["model", "records", "unique entries", "index entries"], rows as (string | number)[][]);
  else
    for (const { model, records, uniqueEntries, indexEntries } of models ?? [])
      terminal.line(
        `  ${model}: ${counted(records, "record")}, ${counted(uniqueEntries, "unique entry")}, ` +
          `${counted(indexEntries, "index entry")}`,
      );
}
