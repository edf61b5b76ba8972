import type { ImportReport } from "../../adapters/authjs/import/options.ts";
import { copyTables, type CopyReport } from "../../orm/dynamodb/import/copy-tables.ts";
import type { Target } from "../config/resolve-target.ts";
import { EXIT, UsageError, type ExitCode } from "../exit-codes.ts";
import type { Progress, Terminal } from "../output/terminal.ts";

/** What `import` takes. */
export interface ImportFlags {
  /** The table of @auth/dynamodb-adapter. */
  readonly fromAuthjs?: string;
  readonly fromTable?: string;
  readonly fromPrefix?: string;
  readonly resume?: string;
  readonly dryRun?: boolean;
}

/** Copies records from another layout or another naming. Nothing is taken from the source. */
export async function importRecords(target: Target, flags: ImportFlags, terminal: Terminal): Promise<ExitCode> {
  const sources = [flags.fromAuthjs, flags.fromTable, flags.fromPrefix].filter((source) => source !== undefined);
  if (sources.length !== 1) throw new UsageError("Give one of --from-authjs <table>, --from-table <table> and --from-prefix <prefix>.");
  const progress = terminal.progress("import");
  try {
    const report = flags.fromAuthjs === undefined ? await copy(target, flags, terminal, progress) : await fromAuthJs(target, flags, terminal, progress);
    progress.stop();
    terminal.data(report);
    for (const line of describe(report)) terminal.line(line);
    if (!report.done) {
      terminal.line(`Stopped. Go on with the same command and --resume ${report.resume}`);
      return EXIT.stopped;
    }
    return report.conflicts.length + ("leftOut" in report ? report.leftOut.length : 0) > 0 ? EXIT.findings : EXIT.ok;
  } finally {
    progress.stop();
  }
}

function copy(target: Target, flags: ImportFlags, terminal: Terminal, progress: Progress): Promise<CopyReport> {
  const { schema, client, naming } = target;
  return copyTables({
    schema,
    from: { client, table: flags.fromTable, tablePrefix: flags.fromPrefix },
    to: { client, ...naming },
    dryRun: flags.dryRun,
    resume: flags.resume,
    signal: terminal.signal,
    onProgress: ({ scanned }) => progress.update(scanned, undefined),
  });
}

async function fromAuthJs(target: Target, flags: ImportFlags, terminal: Terminal, progress: Progress): Promise<ImportReport> {
  const { schema, client, naming } = target;
  if (!("verificationToken" in schema.models)) {
    throw new UsageError(
      `${target.source} is not laid out for Auth.js: records of @auth/dynamodb-adapter are imported into the tables of DynamoDBAdapter. ` +
        'Export that adapter as "adapter" from your file, or use --schema authjs with --table or --table-prefix.',
    );
  }
  const { importIntoSchema } = await import("../../adapters/authjs/import/import-from-auth-js.ts");
  return importIntoSchema(schema, {
    from: { client, table: flags.fromAuthjs },
    to: { client, ...naming },
    dryRun: flags.dryRun,
    resume: flags.resume,
    signal: terminal.signal,
    onProgress: ({ scanned }) => progress.update(scanned, undefined),
  });
}

function describe(report: ImportReport | CopyReport): string[] {
  const counts = (numbers: Readonly<Record<string, number>>) =>
    Object.entries(numbers)
      .filter(([, count]) => count > 0)
      .map(([model, count]) => `${count} ${model}`)
      .join(", ") || "none";
  const lines = [
    `${report.scanned} items read; ${report.dryRun ? "would import" : "imported"}: ${counts(report.imported)}; there already: ${counts(report.present)}`,
  ];
  if ("expired" in report) lines.push(`${report.expired} expired and ${report.unknown} unknown items were left out`);
  for (const conflict of report.conflicts) lines.push(`  conflict: ${JSON.stringify(conflict)}`);
  if ("leftOut" in report) for (const { model, userId, reason } of report.leftOut) lines.push(`  left out: ${model} of user ${String(userId)}: ${reason}`);
  return lines;
}
