import type { OldAuth } from "../../adapters/better-auth/import/better-auth-source.ts";
import { descriptionOf } from "../../adapters/description.ts";
import type { TableNaming } from "../../orm/dynamodb/layout/model-layout.ts";
import type { DynamodbClient } from "../../orm/dynamodb/engine/client.ts";
import { inspectDatabaseRuntime } from "../../orm/runtime/detect.ts";
import type { Schema } from "../../orm/schema/model.ts";
import { UsageError } from "../exit-codes.ts";
import { describeAuth } from "./describe-auth.ts";
import type { FoundConfig } from "./found-config.ts";

/**
 * Reads a module's exports: `auth` (or the default export), a Better Auth instance on
 * `dynamodbAdapter`, or with a storage of this package on another database; or `adapter`, what `DynamoDBAdapter`
 * returned; or `schema`, with `client`,
 * `table`, `tables` and `tablePrefix` beside it.
 */
export function readModule(file: string, module: Readonly<Record<string, unknown>>): FoundConfig {
  for (const candidate of candidatesOf(module)) {
    const found = fromBetterAuth(candidate) ?? fromAdapter(candidate);
    if (found) return found;
  }
  const own = isSchema(module["schema"]) ? module : membersOf(module["default"]);
  const { schema } = own;
  if (isSchema(schema)) return { schema, ...placeIn(file, own) };
  throw new UsageError(
    `"${file}" exports nothing to work with. Export the Better Auth instance as "auth" (its database made by ` +
      "dynamodbAdapter, or a storage by dynamodbSecondaryStorage or dynamodbRateLimit), " +
      'what DynamoDBAdapter returned as "adapter", or a "schema" made by defineSchema, with "client" and "table", ' +
      '"tables" or "tablePrefix" beside it.',
  );
}

/**
 * Reads of a module's exports only where its tables are: an adapter's client and naming, or those exported themselves.
 */
export function readPlace(file: string, module: Readonly<Record<string, unknown>>): Omit<FoundConfig, "schema"> {
  for (const candidate of candidatesOf(module)) {
    const { options } = membersOf(candidate);
    const description = descriptionOf(candidate) ?? descriptionOf(membersOf(options)["database"]);
    if (description) {
      const { client, table, tables, tablePrefix } = description;
      return { client, table, tables, tablePrefix };
    }
  }
  const place = placeIn(file, module["client"] === undefined ? membersOf(module["default"]) : module);
  if (place.client) return place;
  throw new UsageError(
    `"${file}" exports no client. Export what DynamoDBAdapter returned as "adapter", ` +
      'or the DynamoDBClient as "client".',
  );
}

function candidatesOf(module: Readonly<Record<string, unknown>>): unknown[] {
  return [module["auth"], module["default"], module["adapter"], ...Object.values(module)];
}

/** The Better Auth instance of a module, whatever its database: the old side of a move. */
export function readOldAuth(file: string, module: Readonly<Record<string, unknown>>): OldAuth {
  const found = candidatesOf(module).find((candidate) => "$context" in membersOf(candidate));
  if (found) return found as OldAuth;
  throw new UsageError(`"${file}" exports no Better Auth instance. Export what betterAuth returned as "auth".`);
}

function placeIn(file: string, exports: Readonly<Record<string, unknown>>): Omit<FoundConfig, "schema"> {
  const { client, table, tables, tablePrefix } = exports;
  if (client !== undefined && !inspectDatabaseRuntime(client).runtime) {
    const { summary, hint } = inspectDatabaseRuntime(client);
    throw new UsageError(`The export "client" of "${file}" is no DynamoDB client: ${summary} ${hint}`);
  }
  return { client: client as DynamodbClient | undefined, ...({ table, tables, tablePrefix } as TableNaming) };
}

function fromBetterAuth(candidate: unknown): FoundConfig | undefined {
  const { options } = membersOf(candidate);
  const { database, secondaryStorage, rateLimit } = membersOf(options);
  return describeAuth([database, secondaryStorage, membersOf(rateLimit)["customStorage"]], options as object);
}

function fromAdapter(candidate: unknown): FoundConfig | undefined {
  const description = descriptionOf(candidate);
  // Of Better Auth's adapter alone the schema is not known: it depends on the instance's plugins.
  return description && typeof candidate === "object"
    ? { ...description, schema: description.schema({}), fields: undefined }
    : undefined;
}

/** By its shape: it comes from the application's own copy of this package. */
function isSchema(value: unknown): value is Schema {
  const models = membersOf(membersOf(value)["models"]);
  const all = Object.values(models);
  return all.length > 0 && all.every((model) => "table" in membersOf(model) && "fields" in membersOf(model));
}

function membersOf(value: unknown): Record<string, unknown> {
  return (typeof value === "object" || typeof value === "function") && value !== null
    ? (value as Record<string, unknown>)
    : {};
}
