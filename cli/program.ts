import { Command, InvalidArgumentError, Option } from "commander";
import { TEMPLATE_FORMATS } from "../orm/dynamodb/maintenance/template/render-template.ts";
import type { AuditFlags } from "./commands/audit.ts";
import type { ExportFlags } from "./commands/export.ts";
import type { FindFlags } from "./commands/find.ts";
import type { ImportFlags } from "./commands/import-flags.ts";
import { init } from "./commands/init.ts";
import type { PushFlags } from "./commands/push.ts";
import type { StatsFlags } from "./commands/stats.ts";
import type { StudioFlags } from "./commands/studio.ts";
import type { TemplateFlags } from "./commands/template.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { InitFlags } from "./init/choices.ts";
import { LANGUAGES, LIBRARIES } from "./init/project.ts";
import type { CommonFlags, Does, Run } from "./run-command.ts";

const DROP =
  "remove entries that the schema does not have any more and that are kept otherwise: unique:username " +
  "of every model, user.unique:username of one, or all; to be given several times";

/** Loaded where one runs: `init` works where no AWS SDK is installed yet. */
const load = {
  audit: () => import("./commands/audit.ts"),
  find: () => import("./commands/find.ts"),
  export: () => import("./commands/export.ts"),
  import: () => import("./commands/import.ts"),
  push: () => import("./commands/push.ts"),
  stats: () => import("./commands/stats.ts"),
  studio: () => import("./commands/studio.ts"),
  sweep: () => import("./commands/sweep.ts"),
  template: () => import("./commands/template.ts"),
  run: () => import("./run-command.ts"),
};

type AddCommand = <Flags>(name: string, description: string, does: Does, run: Run<Flags>, asks?: string) => Command;

/** The commands. `onExit` is told how a command ended. */
export function createProgram(version: string, signal: AbortSignal, onExit: (code: ExitCode) => void): Command {
  const program = new Command("auth-dynamodb")
    .description("Sets up, checks and moves the tables of auth-dynamodb. Reads your own auth.ts.")
    .version(version)
    .exitOverride()
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 something needs an action, 2 wrong usage, 3 failed, 130 stopped by Ctrl-C.",
    );

  withInit(program, async (flags) =>
    onExit(await init(version, flags, { input: process.stdin, output: process.stderr, signal })),
  );

  const command: AddCommand = <Flags>(
    name: string,
    description: string,
    does: Does,
    run: Run<Flags>,
    asks?: string,
  ) => {
    const made = withTarget(program.command(name).description(description));
    if (does === "writes") made.option("-y, --yes", "do not ask before writing to AWS");
    // Commander passes the operands, then the flags, then the command.
    return made.action(async (...given: unknown[]) => {
      const [flags] = given.slice(-2) as [Flags & CommonFlags];
      const operands = given.slice(0, -2).flat();
      onExit(await (await load.run()).runCommand({ name, does, asks, run, signal }, { ...flags, operands }));
    });
  };
  addTableCommands(command);
  addFind(command);
  addRecordCommands(command);
  addStudio(command);
  return program;
}

function addTableCommands(command: AddCommand): void {
  withSettings(
    command<PushFlags>(
      "push",
      "Create the tables and bring their entries up to the schema",
      "writes",
      async (target, flags, terminal) => (await load.push()).push(target, flags, terminal, false),
    ),
  )
    .option(
      "--backfill",
      "look at the records of every model, not only of changed ones: after the last old instance is gone",
    )
    .option("--drop <entries>", DROP, listed);
  withSettings(
    command<PushFlags>(
      "plan",
      "Tell what push would do; exit code 1 where that is anything",
      "reads",
      async (target, flags, terminal) => (await load.push()).push(target, flags, terminal, true),
    ),
  )
    .option("--backfill", "as for push")
    .option("--drop <entries>", "as for push", listed);
  withSettings(
    command<TemplateFlags>(
      "template",
      "Write the tables and the application's IAM policy as infrastructure code",
      "nothing",
      async (target, flags, terminal) => (await load.template()).template(target, flags, terminal),
    ),
  )
    .addOption(new Option("--format <format>", "what to write").choices(TEMPLATE_FORMATS))
    .option("--out <file>", "where to; the format goes by its name: .yaml, .json, .tf, .ts")
    .option("--allow-scan", "let the application scan");
}

function addRecordCommands(command: AddCommand): void {
  command<AuditFlags>(
    "audit",
    "Read every item and tell what is wrong; exit code 1 where that is anything",
    "reads",
    async (target, flags, terminal) => (await load.audit()).audit(target, flags, terminal, false),
  ).option("--resume <token>", "go on where an earlier audit stopped");
  command<AuditFlags>(
    "repair",
    "Put right what an audit finds; exit code 1 where something is left",
    "writes",
    async (target, flags, terminal) => (await load.audit()).audit(target, flags, terminal, true),
  ).option("--resume <token>", "go on where an earlier repair stopped");
  addSweep(command);
  command<StatsFlags>(
    "stats",
    "Tell the size of the tables and the records and entries of each model",
    "reads",
    async (target, flags, terminal) => (await load.stats()).stats(target, flags, terminal),
  ).option("--no-count", "only what DynamoDB tells of the tables: no item is read");
  command<ImportFlags>(
    "import",
    "Move in from another Better Auth database, from JSON, from @auth/dynamodb-adapter, or from other tables of ours",
    "writes",
    async (target, flags, terminal) => (await load.import()).importRecords(target, flags, terminal),
  )
    .option("--from-better-auth <file>", "an auth file with the old configuration: its database, whatever it is")
    .option("--from-json <folder>", "files of newline-delimited JSON, one a model, as export writes them")
    .option("--from-authjs <table>", "a table of @auth/dynamodb-adapter")
    .option("--from-table <table>", "a table that holds all models of this schema")
    .option("--from-prefix <prefix>", "tables of this schema with another prefix")
    .option("--resume <token>", "go on where an earlier import stopped")
    .option("--since <time>", "only rows that changed since: what an earlier import printed", moment)
    .option("--delete-missing", "delete records that the source does not have; asks, unless --yes says so")
    .option("--verify", "write nothing, and compare every field of both sides")
    .option("--dry-run", "write nothing, and report what would be");
  command<ExportFlags>(
    "export",
    "Write every record to files that can be read: the way back",
    "reads",
    async (target, flags, terminal) => (await load.export()).exportRecords(target, flags, terminal),
  ).requiredOption("--to-json <folder>", "a new folder, for a file of newline-delimited JSON per model");
}

function addSweep(command: AddCommand): void {
  command(
    "sweep",
    "End transactions of more than 100 items whose process has gone; exit code 1 where one is under way",
    "writes",
    async (target, _flags, terminal) => (await load.sweep()).sweep(target, terminal),
  );
}

function addStudio(command: AddCommand): void {
  command<StudioFlags>(
    "studio",
    "Look at the records in the browser, and change them: a page on this machine's own address",
    "writes",
    async (target, flags, terminal) => (await load.studio()).studio(target, flags, terminal),
    "studio, with writing enabled (--read-only for without)",
  )
    .option("--read-only", "change nothing")
    .option("--show-secrets", "send tokens, password hashes and the like to the page as well")
    .option("--port <port>", "the page's port (default: any that is free)", portNumber);
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new InvalidArgumentError(`"${text}" is no port.`);
  return port;
}

function addFind(command: AddCommand): void {
  command<FindFlags>(
    "find",
    "Show records by a unique key, an index or the id: find user email=ada@example.com",
    "reads",
    async (target, flags, terminal) => (await load.find()).find(target, flags, terminal),
  )
    .argument("<model>", "the model, such as user, session or account")
    .argument("<condition...>", "field=value, all of which must hold")
    .option("--places", "list every item that a record occupies, and whether it is there")
    .option("--show-secrets", "show tokens, hashes and secrets, which are masked otherwise")
    .option("--limit <count>", "show at most so many records", wholeNumber, 20)
    .option("--allow-scan", "read the whole table where no key or index leads to the records");
}

function withInit(program: Command, run: (flags: InitFlags) => Promise<void>): void {
  program
    .command("init")
    .description("Write what an application needs: auth file, DynamoDB for development, scripts. Overwrites nothing")
    .addOption(new Option("--library <library>", "what it is for").choices(LIBRARIES))
    .addOption(new Option("--language <language>", "TypeScript or JavaScript").choices(LANGUAGES))
    .option("-y, --yes", "ask nothing: Better Auth and TypeScript, where the folder does not say")
    .option("--no-install", "do not install the packages")
    .action(run);
}

function withTarget(command: Command): Command {
  return command
    .option(
      "-c, --config <file>",
      "your auth file, or one that exports a schema (default: auth.ts, src/lib/auth.ts, …)",
    )
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
    .addOption(
      new Option("--table-class <class>", "the tables' class").choices(["STANDARD", "STANDARD_INFREQUENT_ACCESS"]),
    )
    .option(
      "--kms-key-id <key>",
      "the id, ARN or alias of your own KMS key (of an alias, plan cannot tell whether it is set)",
    )
    .option("--tags <name=value…>", "tags, with commas between", pairs);
}

/** The values of an option that is given several times. */
function listed(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError(`"${text}" is no number from 1.`);
  return number;
}

function moment(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError(`"${text}" is no time such as 2026-01-31T12:00:00Z.`);
  return time;
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
