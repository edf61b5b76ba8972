import { DescribeTableCommand, type TableDescription } from "@aws-sdk/client-dynamodb";
import { invalidSchema, OrmError } from "../../errors.ts";
import { errorName } from "../send/aws-errors.ts";
import type { Send } from "../send/client.ts";

const POLL_MS = 250;
const WAIT_MS = 5 * 60_000;

/** A table as DynamoDB describes it, undefined where there is none. */
export async function describeTable(client: Send, table: string): Promise<TableDescription | undefined> {
  try {
    const output = (await client.send(new DescribeTableCommand({ TableName: table }))) as { Table?: TableDescription };
    return output.Table;
  } catch (error) {
    if (errorName(error) === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

/** Throws `INVALID_SCHEMA` for a table with other keys than this layout's. */
export function checkKeys(table: string, description: TableDescription, model: string): void {
  const { KeySchema = [], AttributeDefinitions = [] } = description;
  const keys = KeySchema.map(({ AttributeName, KeyType }) => {
    const type = AttributeDefinitions.find((definition) => definition.AttributeName === AttributeName)?.AttributeType;
    return `${AttributeName} ${KeyType} ${type}`;
  });
  if (keys.join(", ") === "_pk HASH S, _sk RANGE S") return;
  throw invalidSchema(
    `The table "${table}" exists with other keys (${keys.join(", ")}) than "_pk" and "_sk" of type S. ` +
      "Nothing was written. Choose another name by tables, table or tablePrefix.",
    model,
  );
}

/** Waits until a table can be used, and describes it. `settled` waits for changes under way, too. */
export async function waitUntilActive(client: Send, table: string, settled = false): Promise<TableDescription> {
  const deadline = Date.now() + WAIT_MS;
  while (Date.now() < deadline) {
    const known = await describeTable(client, table);
    if (known?.TableStatus === "ACTIVE" || (!settled && known?.TableStatus === "UPDATING")) return known;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new OrmError({
    code: "MISSING_TABLE",
    backendKind: "dynamodb",
    retryable: true,
    message: `The table "${table}" was not ACTIVE within ${WAIT_MS / 1000} seconds. Run the same push again: it goes on from there.`,
    meta: { table },
  });
}
