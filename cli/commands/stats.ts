import { storageStats, type TableStats } from "../../orm/dynamodb/stats/storage-stats.ts";
import type { Target } from "../config/resolve-target.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../output/terminal.ts";

/** What `stats` takes. */
export interface StatsFlags {
  readonly count?: boolean;
}

/** Tells how large the tables are, and how many records and entries each model has. */
export async function stats(target: Target, flags: StatsFlags, terminal: Terminal): Promise<ExitCode> {
  const progress = terminal.progress("count");
  try {
    const tables = await storageStats({
      ...target.naming,
      schema: target.schema,
      client: target.client,
      count: flags.count,
      signal: terminal.signal,
      onProgress: ({ done, total }) => progress.update(done, total),
    });
    progress.stop();
    terminal.data({ tables });
    for (const table of tables) for (const line of describe(table)) terminal.line(line);
    if (tables.some(({ complete }) => !complete)) return EXIT.stopped;
    return tables.every(({ exists }) => exists) ? EXIT.ok : EXIT.findings;
  } finally {
    progress.stop();
  }
}

function describe({ table, exists, items, bytes, models }: TableStats): string[] {
  if (!exists) return [`${table}: missing. Create it with: npx auth-dynamodb push`];
  const lines = [`${table}: ${items ?? "?"} items, ${bytes ?? "?"} bytes (as DynamoDB counted last)`];
  for (const { model, records, uniqueEntries, indexEntries } of models ?? []) {
    lines.push(`  ${model}: ${records} records, ${uniqueEntries} unique entries, ${indexEntries} index entries`);
  }
  return lines;
}
