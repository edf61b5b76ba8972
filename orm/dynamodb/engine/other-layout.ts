import { DescribeTableCommand, type TableDescription } from "@aws-sdk/client-dynamodb";
import { invalidSchema, type OrmError } from "../../errors.ts";
import { cancellationReasons, errorName } from "./aws-errors.ts";
import type { Send } from "./client.ts";
import { placeOf } from "./endpoint.ts";

const KEYS = "_pk HASH S, _sk RANGE S";

/** What was found out about the tables of a client: each is asked once, however many requests fail. */
const looked = new WeakMap<object, Map<string, Promise<OrmError | undefined>>>();

/** The keys of a table where they are others than this layout's, as text. */
export function otherKeys({ KeySchema = [], AttributeDefinitions = [] }: TableDescription): string | undefined {
  const keys = KeySchema.map(({ AttributeName, KeyType }) => {
    const type = AttributeDefinitions.find((definition) => definition.AttributeName === AttributeName)?.AttributeType;
    return `${AttributeName} ${KeyType} ${type}`;
  }).join(", ");
  return keys === KEYS ? undefined : keys;
}

/** The error of a table of another layout. */
export function otherLayout(table: string, keys: string, model: string, place?: string): OrmError {
  return invalidSchema(
    `The table "${table}"${place === undefined ? "" : ` at ${place}`} exists with other keys (${keys}) ` +
      'than "_pk" and "_sk" of type S. ' +
      "Nothing was written. Choose another name by tables, table or tablePrefix.",
    model,
  );
}

/**
 * The engine's bare "does not match the schema" as an error that names the table and its keys, where a table is of
 * another layout. Any other error as it is, also where the application may not describe its tables.
 */
export async function explainOtherLayout(
  error: unknown,
  client: Send,
  model: string,
  tables: readonly string[],
): Promise<unknown> {
  if (!isInvalid(error)) return error;
  for (const table of tables) {
    const found = await look(client, table, model);
    if (found) return found;
  }
  return error;
}

function isInvalid(error: unknown): boolean {
  const reasons = cancellationReasons(error);
  return reasons ? reasons.some(({ Code }) => Code === "ValidationError") : errorName(error) === "ValidationException";
}

function look(client: Send, table: string, model: string): Promise<OrmError | undefined> {
  const tables = looked.get(client) ?? new Map<string, Promise<OrmError | undefined>>();
  looked.set(client, tables);
  let found = tables.get(table);
  if (!found) {
    found = describe(client, table, model);
    tables.set(table, found);
  }
  return found;
}

async function describe(client: Send, table: string, model: string): Promise<OrmError | undefined> {
  try {
    const output = (await client.send(new DescribeTableCommand({ TableName: table }))) as { Table?: TableDescription };
    const keys = output.Table && otherKeys(output.Table);
    return keys === undefined ? undefined : otherLayout(table, keys, model, await placeOf(client));
  } catch {
    // The application's role need not have the permission.
    return undefined;
  }
}
