#!/usr/bin/env node
import { CommanderError } from "commander";
import { isOrmError } from "../orm/errors.ts";
import { EXIT, UsageError, type ExitCode } from "./exit-codes.ts";
import { createProgram } from "./program.ts";

/** Put in by the build. */
const VERSION = process.env["AUTH_DYNAMODB_VERSION"] ?? "unknown";

/** Codes of errors that are about what was asked, not about what happened. */
const USAGE_CODES: ReadonlySet<string> = new Set(["INVALID_SCHEMA", "INVALID_QUERY", "INVALID_VALUE"]);

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
  try {
    // As frameworks do for the application itself; what is set already stays.
    process.loadEnvFile?.();
  } catch {
    // There is no .env file.
  }
  let code: ExitCode = EXIT.ok;
  try {
    await createProgram(VERSION, stop.signal, (ended) => (code = ended)).parseAsync();
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (process.env["DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack}\n`);
    return error instanceof UsageError || (isOrmError(error) && USAGE_CODES.has(error.code)) ? EXIT.usage : EXIT.failure;
  }
}

const code = await run();
// The application's file may have opened what keeps a process alive; what was written goes out first.
process.stderr.write("", () => process.stdout.write("", () => process.exit(code)));
