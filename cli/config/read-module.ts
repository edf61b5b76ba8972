import { descriptionOf } from "../../adapters/description.ts";
import type { TableNaming } from "../../orm/dynamodb/layout/model-layout.ts";
import type { DynamodbClient } from "../../orm/dynamodb/send/client.ts";
import { inspectDatabaseRuntime } from "../../orm/runtime/detect.ts";
import type { Schema } from "../../orm/schema/model.ts";
import { UsageError } from "../exit-codes.ts";

/** What a module of the application says of its tables. */
export interface FoundConfig extends TableNaming {
  readonly schema: Schema;
  /** Undefined where the module exports none. */
  readonly client: DynamodbClient | undefined;
}

/**
 * Reads a module's exports: `auth` (or the default export), a Better Auth instance on
 * `dynamodbAdapter`; or `adapter`, what `DynamoDBAdapter` returned; or `schema`, with `client`,
 * `table`, `tables` and `tablePrefix` beside it.
 */
export function readModule(file: string, module: Readonly<Record<string, unknown>>): FoundConfig {
  const candidates = [module["auth"], module["default"], module["adapter"], ...Object.values(module)];
  for (const candidate of candidates) {
    const found = fromBetterAuth(candidate) ?? fromAdapter(candidate);
    if (found) return found;
  }
  const own = isSchema(module["schema"]) ? module : membersOf(module["default"]);
  const { schema, client, table, tables, tablePrefix } = own;
  if (isSchema(schema)) {
    if (client !== undefined && !inspectDatabaseRuntime(client).runtime) {
      throw new UsageError(`The export "client" of "${file}" is no DynamoDB client: ${inspectDatabaseRuntime(client).summary}`);
    }
    return { schema, client: client as DynamodbClient | undefined, ...({ table, tables, tablePrefix } as TableNaming) };
  }
  throw new UsageError(
    `"${file}" exports nothing to work with. Export the Better Auth instance as "auth" (its database made by dynamodbAdapter), ` +
      'what DynamoDBAdapter returned as "adapter", or a "schema" made by defineSchema, with "client" and "table", "tables" or "tablePrefix" beside it.',
  );
}

function fromBetterAuth(candidate: unknown): FoundConfig | undefined {
  const { options } = membersOf(candidate);
  const description = descriptionOf(membersOf(options)["database"]);
  return description && { ...description, schema: description.schema(options as object) };
}

function fromAdapter(candidate: unknown): FoundConfig | undefined {
  const description = descriptionOf(candidate);
  // Of Better Auth's adapter alone the schema is not known: it depends on the instance's plugins.
  return description && typeof candidate === "object" ? { ...description, schema: description.schema({}) } : undefined;
}

/** By its shape: it comes from the application's own copy of this package. */
function isSchema(value: unknown): value is Schema {
  const models = membersOf(membersOf(value)["models"]);
  const all = Object.values(models);
  return all.length > 0 && all.every((model) => "table" in membersOf(model) && "fields" in membersOf(model));
}

function membersOf(value: unknown): Record<string, unknown> {
  return (typeof value === "object" || typeof value === "function") && value !== null ? (value as Record<string, unknown>) : {};
}
