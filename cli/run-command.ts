import { resolveTarget, type Target, type TargetFlags } from "./config/resolve-target.ts";
import { confirmed } from "./connection/confirm.ts";
import { connectionLine, describeConnection } from "./connection/describe-connection.ts";
import { EXIT, type ExitCode } from "./exit-codes.ts";
import { stylesOf } from "./output/style.ts";
import { createTerminal, type Terminal } from "./output/terminal.ts";

/** What a command does. */
export type Run<Flags> = (target: Target, flags: Flags, terminal: Terminal) => Promise<ExitCode>;

/** What a command does to the database: it tells where that is, and asks before it writes to AWS. */
export type Does = "nothing" | "reads" | "writes";

/** Flags of every command. */
export type CommonFlags = TargetFlags & {
  readonly json?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly readOnly?: boolean;
  readonly verify?: boolean;
};

interface Runnable<Flags> {
  readonly name: string;
  readonly does: Does;
  /** What is asked about, where that is more than the name. */
  readonly asks?: string;
  readonly run: Run<Flags>;
  readonly signal: AbortSignal;
}

/** Runs a command on what the application's file says. */
export async function runCommand<Flags>(
  { name, does, asks = name, run, signal }: Runnable<Flags>,
  flags: Flags & CommonFlags,
): Promise<ExitCode> {
  const target = await resolveTarget(flags);
  const json = flags.json ?? false;
  if (does === "nothing") return run(target, flags, createTerminal(json, signal));
  const connection = await describeConnection(target.client);
  process.stderr.write(`${stylesOf(process.stderr).dim(connectionLine(connection))}\n`);
  const asking = { input: process.stdin, output: process.stderr, signal };
  const writes = does === "writes" && !flags.dryRun && !flags.verify && !flags.readOnly;
  if (writes && !(await confirmed(asks, connection, flags.yes ?? false, asking))) {
    process.stderr.write("Nothing was done.\n");
    return EXIT.stopped;
  }
  return run(target, flags, createTerminal(json, signal, { connection }));
}
