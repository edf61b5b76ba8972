import type { ImportReport } from "../../adapters/authjs/import/options.ts";
import type { RowSource } from "../../adapters/import/row-source.ts";
import { copyTables, type CopyReport } from "../../orm/dynamodb/maintenance/copy/copy-tables.ts";
import { findConfig } from "../config/find-config.ts";
import type { Target } from "../config/resolve-target.ts";
import { EXIT, UsageError, type ExitCode } from "../exit-codes.ts";
import { describeDuplicate } from "../output/describe-duplicate.ts";
import type { ProgressDisplay, Terminal } from "../output/terminal.ts";
import { counted, listedCounts } from "../output/words.ts";
import type { ImportFlags } from "./import-flags.ts";

/** What not every source can do. */
const OF_ROWS = ["since", "deleteMissing", "verify"] as const;

/** Copies records from another layout or another naming. Nothing is taken from the source. */
export async function importRecords(target: Target, flags: ImportFlags, terminal: Terminal): Promise<ExitCode> {
  const { fromBetterAuth, fromJson, fromAuthjs, fromTable, fromPrefix } = flags;
  const sources = [fromBetterAuth, fromJson, fromAuthjs, fromTable, fromPrefix].filter((one) => one !== undefined);
  if (sources.length !== 1)
    throw new UsageError(
      "Give one of --from-better-auth <file>, --from-json <folder>, --from-authjs <table>, --from-table <table> and " +
        "--from-prefix <prefix>.",
    );
  const source = await rowsOf(target, flags);
  if (source) return (await import("./move-in.ts")).moveIn(target, source, flags, terminal);
  if (OF_ROWS.some((flag) => flags[flag] !== undefined))
    throw new UsageError(
      "--since, --delete-missing and --verify are for --from-better-auth, --from-json, and --from-authjs into Better " +
        "Auth's tables.",
    );
  const display = terminal.progress("import");
  try {
    const report =
      flags.fromAuthjs === undefined
        ? await copy(target, flags, terminal, display)
        : await fromAuthJs(target, flags, terminal, display);
    display.stop();
    terminal.data(report);
    for (const line of describe(report)) terminal.line(line);
    if (!report.complete) {
      terminal.line(`Stopped. Go on with the same command and --resume ${report.resume}`);
      return EXIT.stopped;
    }
    return report.duplicates.length + ("leftOut" in report ? report.leftOut.length : 0) > 0 ? EXIT.findings : EXIT.ok;
  } finally {
    display.stop();
  }
}

/** What is read row by row; undefined for tables that are copied item by item. */
async function rowsOf({ schema, client }: Target, flags: ImportFlags): Promise<RowSource | undefined> {
  const { fromBetterAuth, fromJson, fromAuthjs } = flags;
  if (fromBetterAuth !== undefined) {
    const file = findConfig(process.cwd(), fromBetterAuth)!;
    const [{ loadModule }, { readOldAuth }, { BetterAuthSource }] = await Promise.all([
      import("../config/load-module.ts"),
      import("../config/read-module.ts"),
      import("../../adapters/better-auth/import/better-auth-source.ts"),
    ]);
    return BetterAuthSource.open(readOldAuth(file, await loadModule(file)));
  }
  if (fromJson !== undefined) {
    const { JsonSource } = await import("../../adapters/import/json/json-source.ts");
    return JsonSource.open(fromJson);
  }
  if (fromAuthjs !== undefined && "verification" in schema.models) {
    const { AuthJsRows } = await import("../../adapters/authjs/import/auth-js-rows.ts");
    return new AuthJsRows({ client, table: fromAuthjs });
  }
  return undefined;
}

function copy(target: Target, flags: ImportFlags, terminal: Terminal, display: ProgressDisplay): Promise<CopyReport> {
  const { schema, client, naming } = target;
  return copyTables({
    schema,
    from: { client, table: flags.fromTable, tablePrefix: flags.fromPrefix },
    to: { client, ...naming },
    dryRun: flags.dryRun,
    resume: flags.resume,
    signal: terminal.signal,
    onProgress: (progress) => display.update(progress),
  });
}

async function fromAuthJs(
  target: Target,
  flags: ImportFlags,
  terminal: Terminal,
  display: ProgressDisplay,
): Promise<ImportReport> {
  const { schema, client, naming } = target;
  if (!("verificationToken" in schema.models)) {
    throw new UsageError(
      `${target.source} is not laid out for Auth.js: records of @auth/dynamodb-adapter are imported into the ` +
        "tables of DynamoDBAdapter. " +
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
    onProgress: (progress) => display.update(progress),
  });
}

function describe(report: ImportReport | CopyReport): string[] {
  const lines = [
    `${counted(report.done, "item")} read; ${report.dryRun ? "would import" : "imported"}: ` +
      `${listedCounts(report.imported)}; there already: ${listedCounts(report.present)}`,
  ];
  if ("expired" in report) lines.push(`${report.expired} expired and ${report.unknown} unknown items were left out`);
  lines.push(...report.duplicates.map(describeDuplicate));
  if ("leftOut" in report)
    for (const { model, userId, reason } of report.leftOut)
      lines.push(`  left out: ${model} of user ${String(userId)}: ${reason}`);
  return lines;
}
