import { pushSchema, type PushedTable } from "../../orm/dynamodb/setup/push-schema.ts";
import type { TableSettings } from "../../orm/dynamodb/setup/table-settings.ts";
import type { Target } from "../config/resolve-target.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import type { Terminal } from "../output/terminal.ts";

/** What `push` and `plan` take. */
export interface PushFlags extends TableSettings {
  readonly backfill?: boolean;
  readonly keepDropped?: boolean;
}

/** Brings the tables up to the schema, or tells what that would be. */
export async function push(target: Target, flags: PushFlags, terminal: Terminal, dryRun: boolean): Promise<ExitCode> {
  const { pointInTimeRecovery, deletionProtection, tableClass, kmsKeyId, tags } = flags;
  const progress = terminal.progress("back-fill");
  const done = new Map<string, { done: number; total: number | undefined }>();
  try {
    const report = await pushSchema({
      ...target.naming,
      ...{ pointInTimeRecovery, deletionProtection, tableClass, kmsKeyId, tags },
      schema: target.schema,
      client: target.client,
      dryRun,
      backfill: flags.backfill ? "all" : "changes",
      keepDropped: flags.keepDropped,
      onDuplicates: "report",
      signal: terminal.signal,
      onProgress: (state) => {
        done.set(state.table, state);
        const all = [...done.values()];
        const total = all.every((table) => table.total !== undefined) ? sum(all.map((table) => table.total ?? 0)) : undefined;
        progress.update(sum(all.map((table) => table.done)), total);
      },
    });
    progress.stop();
    terminal.data({ dryRun, tables: report });
    for (const table of report) for (const line of describe(table, dryRun)) terminal.line(line);
    if (report.some(({ complete }) => !complete)) {
      terminal.line("Stopped. The next push goes on from here.");
      return EXIT.stopped;
    }
    const open = report.some((table) => table.duplicateCount > 0 || (dryRun && hasWork(table)));
    return open ? EXIT.findings : EXIT.ok;
  } finally {
    progress.stop();
  }
}

function hasWork({ created, settings, schema }: PushedTable): boolean {
  return created || schema === "would be recorded" || settings.some(({ outcome }) => outcome === "would be set");
}

function describe(table: PushedTable, dryRun: boolean): string[] {
  const would = dryRun ? "would be " : "";
  const lines = [`${table.table}: ${table.created ? `${would}created` : "exists"} (${table.models.join(", ")})`];
  for (const { setting, outcome } of table.settings) lines.push(`  ${setting}: ${outcome}`);
  for (const { model, added, dropped, refresh, expiry } of table.changes) {
    if (added.length > 0) lines.push(`  ${model}: ${would}given entries of ${added.join(", ")}`);
    if (dropped.length > 0) lines.push(`  ${model}: entries of ${dropped.join(", ")} ${dryRun ? "would be removed" : "removed or kept as asked"}`);
    if (refresh) lines.push(`  ${model}: entries ${would}made again with other foreign keys`);
    if (expiry) lines.push(`  ${model}: records ${would}given the expiry that the schema has now`);
  }
  if (table.written + table.removed > 0) lines.push(`  ${table.written} entries written, ${table.removed} removed`);
  for (const { model, fields, ids } of table.duplicates) lines.push(`  duplicate: ${model} ${ids.join(" and ")} have the same ${fields.join(" + ")}`);
  if (table.duplicateCount > 0) {
    lines.push(`  ${table.duplicateCount} duplicates of keys that are to be unique: change or delete them, and push again`);
  }
  return lines;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
