import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { TableNaming } from "../../orm/dynamodb/layout/model-layout.ts";
import type { DynamodbClient } from "../../orm/dynamodb/send/client.ts";
import type { Schema } from "../../orm/schema/model.ts";
import { UsageError } from "../exit-codes.ts";
import { findConfig } from "./find-config.ts";
import type { FoundConfig } from "./read-module.ts";

/** Options that say which tables a command is about. */
export interface TargetFlags {
  readonly config?: string;
  readonly schema?: string;
  readonly table?: string;
  readonly tables?: Readonly<Record<string, string>>;
  readonly tablePrefix?: string;
  readonly endpoint?: string;
  readonly region?: string;
}

/** The tables that a command is about. */
export interface Target {
  readonly schema: Schema;
  readonly client: DynamodbClient;
  readonly naming: TableNaming;
  /** The file that said so. */
  readonly source: string;
}

/** What the application's file says, changed by the flags. */
export async function resolveTarget(flags: TargetFlags, folder = process.cwd()): Promise<Target> {
  const { found, source } = await findTarget(flags, folder);
  const client = flags.endpoint !== undefined || flags.region !== undefined || !found.client ? ownClient(flags, found.client) : found.client;
  const given = flags.table !== undefined || flags.tables !== undefined || flags.tablePrefix !== undefined;
  const { table, tables, tablePrefix } = given ? flags : found;
  return { schema: found.schema, client, naming: { table, tables, tablePrefix }, source };
}

async function findTarget(flags: TargetFlags, folder: string): Promise<{ found: FoundConfig; source: string }> {
  if (flags.schema === "authjs") {
    const { createAuthJsSchema } = await import("../../adapters/authjs/auth-js-schema.ts");
    return { found: { schema: createAuthJsSchema(), client: undefined }, source: "the schema of Auth.js" };
  }
  const file = findConfig(folder, flags.schema ?? flags.config);
  if (file === undefined) {
    throw new UsageError(
      `No auth.ts was found in ${folder}, nor in src, lib, server, app or utils. Name your file with --config, or use --schema authjs.`,
    );
  }
  // Loaded here only: the loader brings a compiler along.
  const [{ loadModule }, { readModule }] = await Promise.all([import("./load-module.ts"), import("./read-module.ts")]);
  return { found: readModule(file, await loadModule(file)), source: file };
}

/** A client of the command's own, where the flags ask for another place or the file exports none. */
function ownClient({ endpoint, region }: TargetFlags, found: DynamodbClient | undefined): DynamoDBClient {
  const local = endpoint !== undefined && /^https?:\/\/(localhost|127\.|\[::1\])/.test(endpoint);
  return new DynamoDBClient({
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? (local ? { region: process.env["AWS_REGION"] ?? "us-east-1" } : {}) : { region }),
    // A local engine takes any credentials, and has no use for real ones.
    ...(local ? { credentials: { accessKeyId: "local", secretAccessKey: "local" } } : found ? { credentials: found.config.credentials } : {}),
  });
}
