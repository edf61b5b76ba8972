#!/usr/bin/env node
import { CommanderError } from "commander";
import { isOrmError } from "../orm/errors.ts";
import { loadEnvFiles } from "./config/env-files.ts";
import { EXIT, UsageError, type ExitCode } from "./exit-codes.ts";
import { stylesOf } from "./output/style.ts";
import { createProgram } from "./program.ts";

/** Put in by the build. */
const VERSION = process.env["AUTH_DYNAMODB_VERSION"] ?? "unknown";

/** Codes of errors that are about what was asked, not about what happened. */
const USAGE_CODES: ReadonlySet<string> = new Set([
  "INVALID_SCHEMA",
  "INVALID_QUERY",
  "INVALID_VALUE",
  "INVALID_OPTION",
]);

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    // The second time, whoever asks has waited long enough.
    if (stop.signal.aborted) process.exit(EXIT.stopped);
    process.stderr.write("\nStopping after the page under way. Press Ctrl-C again to leave at once.\n");
    stop.abort();
  });
}

async function run(): Promise<ExitCode> {
  loadEnvFiles();
  let code: ExitCode = EXIT.ok;
  try {
    await createProgram(VERSION, stop.signal, (ended) => (code = ended)).parseAsync();
    return code;
  } catch (error) {
    return report(error);
  }
}

let reported: ExitCode | undefined;

/** Says what went wrong, once: what a configuration refuses may come as an error and as a rejection beside it. */
function report(error: unknown): ExitCode {
  if (reported !== undefined) return reported;
  if (error instanceof CommanderError) return (reported = error.exitCode === 0 ? EXIT.ok : EXIT.usage);
  const usage = error instanceof UsageError || (isOrmError(error) && USAGE_CODES.has(error.code));
  reported = usage ? EXIT.usage : EXIT.failure;
  const message = error instanceof Error ? error.message || error.name : String(error);
  process.stderr.write(`${stylesOf(process.stderr).red(message)}\n`);
  if (process.env["DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return reported;
}

/** The application's file may have opened what keeps a process alive; what was written goes out first. */
function leave(code: ExitCode): void {
  process.stderr.write("", () => process.stdout.write("", () => process.exit(code)));
}

// Better Auth begins its work as the file is loaded, and nobody waits for it here.
process.on("unhandledRejection", (error) => leave(report(error)));

leave(await run());
