import type { JobProgress } from "../../orm/dynamodb/maintenance/job-progress.ts";
import { pushSchema, type PushedTable } from "../../orm/dynamodb/maintenance/push/push-schema.ts";
import { nameOf } from "../../orm/dynamodb/maintenance/push/named-duplicates.ts";
import type { TableSettings } from "../../orm/dynamodb/maintenance/push/table-settings.ts";
import type { Target } from "../config/resolve-target.ts";
import { EXIT, type ExitCode } from "../exit-codes.ts";
import { describeDuplicate } from "../output/describe-duplicate.ts";
import type { Styles } from "../output/style.ts";
import type { Terminal } from "../output/terminal.ts";
import { counted } from "../output/words.ts";

/** What `push` and `plan` take. */
export interface PushFlags extends TableSettings {
  readonly backfill?: boolean;
  /** Entries to remove: `unique:username`, `user.unique:username`, or `all`. */
  readonly drop?: readonly string[];
}

/** Brings the tables up to the schema, or tells what that would be. */
export async function push(target: Target, flags: PushFlags, terminal: Terminal, dryRun: boolean): Promise<ExitCode> {
  const { pointInTimeRecovery, deletionProtection, tableClass, kmsKeyId, tags } = flags;
  const display = terminal.progress("back-fill");
  const tables = new Map<string, JobProgress>();
  try {
    const report = await pushSchema({
      ...target.naming,
      ...{ pointInTimeRecovery, deletionProtection, tableClass, kmsKeyId, tags },
      schema: target.schema,
      client: target.client,
      dryRun,
      backfill: flags.backfill ? "all" : "changes",
      drop: flags.drop?.includes("all") ? "all" : flags.drop,
      onDuplicates: "report",
      signal: terminal.signal,
      onProgress: (state) => {
        tables.set(state.table, state);
        display.update(together([...tables.values()]));
      },
    });
    display.stop();
    terminal.data({ dryRun, tables: report });
    for (const table of report) for (const line of describe(table, dryRun, terminal.style)) terminal.line(line);
    if (report.some(({ complete }) => !complete)) {
      terminal.line(dryRun ? "Stopped." : "Stopped. The next push goes on from here.");
      return EXIT.stopped;
    }
    const open = report.some((table) => table.duplicateCount > 0 || (dryRun && hasWork(table)));
    return open ? EXIT.findings : EXIT.ok;
  } finally {
    display.stop();
  }
}

function hasWork({ created, settings, schema }: PushedTable): boolean {
  return created || schema === "would be recorded" || settings.some(({ outcome }) => outcome === "would be set");
}

function describe(table: PushedTable, dryRun: boolean, style: Styles): string[] {
  const would = dryRun ? "would be " : "";
  const state = table.created ? style.green(`${would}created`) : "exists";
  const lines = [`${style.bold(table.table)}: ${state} (${table.models.join(", ")})`];
  for (const { setting, outcome, reason } of table.settings)
    lines.push(`  ${setting}: ${outcome}${reason === undefined ? "" : `. ${reason}`}`);
  lines.push(...table.warnings.map((warning) => style.yellow(`  ${warning}`)));
  const blocked = new Set(table.duplicates.map(nameOf));
  for (const { model, added: all, dropped, refresh, expiry } of table.changes) {
    const added = all.filter((entry) => !blocked.has(`${model}.${entry}`));
    if (added.length > 0) lines.push(`  ${model}: ${would}given entries of ${added.join(", ")}`);
    if (dropped.length > 0) lines.push(`  ${model}: entries of ${dropped.join(", ")} ${would}removed`);
    if (refresh) lines.push(`  ${model}: entries ${would}made again with further fields`);
    if (expiry) lines.push(`  ${model}: records ${would}given the expiry that the schema has now`);
  }
  for (const name of table.kept)
    lines.push(`  ${name} is not in this schema: ${would}kept. To remove its entries: push --drop ${name}`);
  if (table.written + table.removed > 0)
    lines.push(`  ${counted(table.written, "entry")} written, ${table.removed} removed`);
  lines.push(...table.duplicates.map((duplicate) => style.yellow(describeDuplicate(duplicate))));
  if (table.duplicateCount > 0) {
    const keys = [...blocked].sort();
    const state = dryRun
      ? "would be left without entries"
      : keys.length === 1
        ? "has no entries yet"
        : "have no entries yet";
    lines.push(
      `  ${keys.join(", ")} ${state}, for ${counted(table.duplicateCount, "duplicate")}: ` +
        `change or delete ${table.duplicateCount === 1 ? "it" : "them"}, and push${dryRun ? "" : " again"}`,
    );
  }
  return lines;
}

/** How far several tables have come. */
function together(tables: readonly JobProgress[]): Pick<JobProgress, "done" | "total"> {
  const sum = (count: (table: JobProgress) => number) => tables.reduce((all, table) => all + count(table), 0);
  const isKnown = tables.every(({ total }) => total !== undefined);
  return { done: sum(({ done }) => done), total: isKnown ? sum(({ total }) => total ?? 0) : undefined };
}
