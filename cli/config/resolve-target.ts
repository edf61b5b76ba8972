import type { LibraryFields } from "../../adapters/library-fields.ts";
import type { TableNaming } from "../../orm/dynamodb/layout/model-layout.ts";
import type { DynamodbClient } from "../../orm/dynamodb/engine/client.ts";
import type { Schema } from "../../orm/schema/model.ts";
import { chooseClient, type PlaceFlags } from "../connection/choose-client.ts";
import { UsageError } from "../exit-codes.ts";
import { findConfig, givenConfig } from "./find-config.ts";
import type { FoundConfig } from "./found-config.ts";

/** Options that say which tables a command is about. */
export interface TargetFlags extends PlaceFlags {
  readonly config?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly tables?: Readonly<Record<string, string>>;
  readonly tablePrefix?: string;
}

/** The tables that a command is about. */
export interface Target {
  readonly schema: Schema;
  readonly client: DynamodbClient;
  readonly naming: TableNaming;
  /** How the library names the fields, where that is not as the schema does. */
  readonly fields?: (() => Promise<LibraryFields>) | undefined;
  /** The file that said so. */
  readonly source: string;
}

/** What the application's file says, changed by the flags. */
export async function resolveTarget(flags: TargetFlags, folder = process.cwd()): Promise<Target> {
  const { found, source } = await findTarget(flags, folder);
  const client = await chooseClient(flags, found.client);
  const given = flags.table !== undefined || flags.tables !== undefined || flags.tablePrefix !== undefined;
  const { table, tables, tablePrefix } = given ? flags : found;
  return { schema: found.schema, client, naming: { table, tables, tablePrefix }, fields: found.fields, source };
}

async function findTarget(flags: TargetFlags, folder: string): Promise<{ found: FoundConfig; source: string }> {
  if (flags.schema === "authjs") return authJsTarget(flags, folder);
  const file = findConfig(folder, flags.schema ?? flags.config);
  if (file === undefined) {
    throw new UsageError(
      `No auth.ts was found in ${folder}, nor in src, lib, server, app or utils. Name your file with --config, or ` +
        "use --schema authjs.",
    );
  }
  const [load, { readModule }] = await loader();
  return { found: readModule(file, await load(file)), source: file };
}

/** Auth.js's own schema, with the client and the tables of a file where one is named. */
async function authJsTarget(flags: TargetFlags, folder: string): Promise<{ found: FoundConfig; source: string }> {
  const { createAuthJsSchema } = await import("../../adapters/authjs/auth-js-schema.ts");
  const schema = createAuthJsSchema();
  const source = "the schema of Auth.js";
  if (flags.config === undefined) return { found: { schema, client: undefined }, source };
  const file = givenConfig(folder, flags.config);
  const [load, { readPlace }] = await loader();
  return { found: { ...readPlace(file, await load(file)), schema }, source };
}

/** Loaded where a file is: the loader brings a compiler along. */
async function loader() {
  const [{ loadModule }, reading] = await Promise.all([import("./load-module.ts"), import("./read-module.ts")]);
  return [loadModule, reading] as const;
}
