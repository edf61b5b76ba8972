import { importRows } from "../../adapters/import/import-rows.ts";
import type { MoveParts } from "../../adapters/import/open-move.ts";
import type { Counts, MoveReport } from "../../adapters/import/report.ts";
import { verifyRows, type VerifyReport } from "../../adapters/import/verify-rows.ts";
import type { Target } from "../config/resolve-target.ts";
import { agreed, canAsk } from "../connection/confirm.ts";
import { EXIT, UsageError, type ExitCode } from "../exit-codes.ts";
import { describeDuplicate } from "../output/describe-duplicate.ts";
import type { Terminal } from "../output/terminal.ts";
import { counted, listedCounts } from "../output/words.ts";
import type { ImportFlags } from "./import-flags.ts";

/** Brings the tables up to a source's rows, or with `--verify` compares both. */
export async function moveIn(
  target: Target,
  source: MoveParts["source"],
  flags: ImportFlags,
  terminal: Terminal,
): Promise<ExitCode> {
  const { schema, client, naming, fields } = target;
  const parts = { source, place: { schema, client, ...naming, fields: await fields?.() } };
  return flags.verify ? verify(parts, terminal) : move(parts, flags, terminal);
}

async function move(parts: MoveParts, flags: ImportFlags, terminal: Terminal): Promise<ExitCode> {
  const display = terminal.progress("import");
  let reached: MoveReport | undefined;
  try {
    const report = await importRows(parts, {
      since: flags.since,
      dryRun: flags.dryRun,
      resume: flags.resume,
      signal: terminal.signal,
      deleteMissing: flags.deleteMissing ? (counts) => mayDelete(counts, flags, terminal) : false,
      onProgress: (progress) => {
        reached = progress;
        display.update(progress);
      },
    });
    display.stop();
    terminal.data(report);
    for (const line of describeMove(report)) terminal.line(line);
    if (!report.complete) {
      terminal.line(`Stopped. Go on with the same command and --resume ${report.resume}`);
      return EXIT.stopped;
    }
    terminal.line(`Later changes alone: the same command with --since ${report.since.toISOString()}`);
    const open = report.duplicates.length + report.leftOut.length + Object.keys(report.unknownModels).length;
    return open > 0 ? EXIT.findings : EXIT.ok;
  } catch (error) {
    display.stop();
    if (reached?.resume) process.stderr.write(`Failed. Go on with the same command and --resume ${reached.resume}\n`);
    throw error;
  } finally {
    display.stop();
  }
}

/** A delete is undone by nothing. */
async function mayDelete(counts: Counts, flags: ImportFlags, { signal }: Terminal): Promise<boolean> {
  if (Object.keys(counts).length === 0 || flags.yes) return true;
  const what = listedCounts(counts);
  const asking = { input: process.stdin, output: process.stderr, signal };
  if (canAsk(asking)) return agreed(`Delete what the source does not have: ${what}, and what refers to it?`, asking);
  throw new UsageError(`--delete-missing would delete ${what}: nobody can be asked here. Say --yes, or use --dry-run.`);
}

async function verify(parts: MoveParts, terminal: Terminal): Promise<ExitCode> {
  const display = terminal.progress("verify");
  try {
    const { signal } = terminal;
    const report = await verifyRows(parts, { signal, onProgress: (progress) => display.update(progress) });
    display.stop();
    terminal.data(report);
    for (const line of describeVerify(report)) terminal.line(line);
    if (!report.complete) return EXIT.stopped;
    const { missing, different, extra, unknownModels } = report;
    const found = [missing, different, extra, unknownModels].some((counts) => Object.keys(counts).length > 0);
    return found ? EXIT.findings : EXIT.ok;
  } finally {
    display.stop();
  }
}

function describeMove(report: MoveReport): string[] {
  const { dryRun, imported, updated, present, newer, expired, deleted } = report;
  const did = (verb: string) => (dryRun ? `would be ${verb}` : verb);
  const optional: [string, Counts][] = [
    [did("changed"), updated],
    [did("deleted"), deleted],
    ["changed later here, and left as they are", newer],
    ["expired, and left out", expired],
  ];
  return [
    `${counted(report.done, "row")} read; ${did("imported")}: ${listedCounts(imported)}; there already: ` +
      listedCounts(present),
    ...optional.flatMap(([what, counts]) => (Object.keys(counts).length > 0 ? `${what}: ${listedCounts(counts)}` : [])),
    ...report.duplicates.map(describeDuplicate),
    ...report.leftOut.map(
      ({ model, id, reason, detail }) => `  left out (${reason}): ${model} ${id}: ${detail.replace(/\.$/, "")}`,
    ),
    ...Object.entries(report.unknownFields).map(
      ([model, names]) => `  ${model} has no ${names.join(", ")} here: these values were left out`,
    ),
    ...unknownModelLines(report.unknownModels),
    ...report.notes,
  ];
}

function describeVerify(report: VerifyReport): string[] {
  const { same, missing, different, extra, differences, unknownModels, notes } = report;
  return [
    `${counted(report.done, "row")} read; the same: ${listedCounts(same)}; missing here: ${listedCounts(missing)}; ` +
      `different: ${listedCounts(different)}; here only: ${listedCounts(extra)}`,
    ...differences.map(
      ({ model, id, kind, fields }) => `  ${kind}: ${model} ${id}${fields.length > 0 ? `: ${fields.join(", ")}` : ""}`,
    ),
    ...unknownModelLines(unknownModels),
    ...notes,
  ];
}

function unknownModelLines(models: Counts): string[] {
  return Object.entries(models).map(
    ([model, rows]) => `  ${model} has ${counted(rows, "row")}, and no table here: add its plugin to the configuration`,
  );
}
