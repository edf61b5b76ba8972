import { Command, InvalidArgumentError, Option } from "commander";
import { TEMPLATE_FORMATS } from "../orm/dynamodb/setup/template/render-template.ts";
import { audit, type AuditFlags } from "./commands/audit.ts";
import { importRecords } from "./commands/import.ts";
import { push, type PushFlags } from "./commands/push.ts";
import { stats } from "./commands/stats.ts";
import { template } from "./commands/template.ts";
import { resolveTarget, type Target, type TargetFlags } from "./config/resolve-target.ts";
import type { ExitCode } from "./exit-codes.ts";
import { createTerminal, type Terminal } from "./output/terminal.ts";

type Run<Flags> = (target: Target, flags: Flags, terminal: Terminal) => Promise<ExitCode>;

/** The commands. `onExit` is told how a command ended. */
export function createProgram(version: string, signal: AbortSignal, onExit: (code: ExitCode) => void): Command {
  const program = new Command("auth-dynamodb")
    .description("Sets up, checks and moves the tables of auth-dynamodb. Reads your own auth.ts.")
    .version(version)
    .exitOverride()
    .addHelpText("after", "\nExit codes: 0 done, 1 something needs an action, 2 wrong usage, 3 failed, 130 stopped by Ctrl-C.");

  const command = <Flags>(name: string, description: string, run: Run<Flags>): Command =>
    withTarget(program.command(name).description(description)).action(async (flags: Flags & TargetFlags & { json?: boolean }) => {
      onExit(await run(await resolveTarget(flags), flags, createTerminal(flags.json ?? false, signal)));
    });

  withSettings(command<PushFlags>("push", "Create the tables and bring their entries up to the schema", (target, flags, terminal) => push(target, flags, terminal, false)))
    .option("--backfill", "look at the records of every model, not only of changed ones: after the last old instance is gone")
    .option("--keep-dropped", "leave the entries of dropped unique fields and indexes for instances that still use them");
  withSettings(command<PushFlags>("plan", "Tell what push would do; exit code 1 where that is anything", (target, flags, terminal) => push(target, flags, terminal, true)))
    .option("--backfill", "as for push")
    .option("--keep-dropped", "as for push");
  withSettings(command("template", "Write the tables and the application's IAM policy as infrastructure code", template))
    .addOption(new Option("--format <format>", "what to write").choices(TEMPLATE_FORMATS))
    .option("--out <file>", "where to; the format goes by its name: .yaml, .json, .tf, .ts")
    .option("--allow-scan", "let the application scan");
  command<AuditFlags>("audit", "Read every item and tell what is wrong; exit code 1 where that is anything", (target, flags, terminal) => audit(target, flags, terminal, false))
    .option("--resume <token>", "go on where an earlier audit stopped");
  command<AuditFlags>("repair", "Put right what an audit finds; exit code 1 where something is left", (target, flags, terminal) => audit(target, flags, terminal, true))
    .option("--resume <token>", "go on where an earlier repair stopped");
  command("stats", "Tell the size of the tables and the records and entries of each model", stats)
    .option("--no-count", "only what DynamoDB tells of the tables: no item is read");
  command("import", "Copy records from the layout of @auth/dynamodb-adapter, or from other tables of ours", importRecords)
    .option("--from-authjs <table>", "a table of @auth/dynamodb-adapter")
    .option("--from-table <table>", "a table that holds all models of this schema")
    .option("--from-prefix <prefix>", "tables of this schema with another prefix")
    .option("--resume <token>", "go on where an earlier import stopped")
    .option("--dry-run", "write nothing, and report what would be");
  return program;
}

function withTarget(command: Command): Command {
  return command
    .option("-c, --config <file>", "your auth file, or one that exports a schema (default: auth.ts, src/lib/auth.ts, …)")
    .option("--schema <file>", 'a file that exports a "schema", or "authjs" for the schema of Auth.js')
    .option("--table <table>", "one table for all models, instead of what the file says")
    .option("--tables <model=table…>", "tables by model, with commas between", pairs)
    .option("--table-prefix <prefix>", "put before the table names, instead of what the file says")
    .option("--endpoint <url>", "another DynamoDB than the file's client has, such as http://localhost:8000")
    .option("--region <region>", "another region than the file's client has")
    .option("--json", "write the result as JSON to stdout");
}

function withSettings(command: Command): Command {
  return command
    .option("--point-in-time-recovery", "continuous backups")
    .option("--no-point-in-time-recovery", "no continuous backups")
    .option("--deletion-protection", "refuse the deletion of the tables")
    .option("--no-deletion-protection", "allow the deletion of the tables")
    .addOption(new Option("--table-class <class>", "the tables' class").choices(["STANDARD", "STANDARD_INFREQUENT_ACCESS"]))
    .option("--kms-key-id <key>", "the id, ARN or alias of your own KMS key (of an alias, plan cannot tell whether it is set)")
    .option("--tags <name=value…>", "tags, with commas between", pairs);
}

function pairs(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(",").map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1) throw new InvalidArgumentError(`"${pair}" is not of the form name=value.`);
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}
