import { DescribeTableCommand, type TableDescription } from "@aws-sdk/client-dynamodb";
import { OrmError } from "../../errors.ts";
import { errorName } from "../engine/aws-errors.ts";
import type { Send } from "../engine/client.ts";
import { adviseOnSetup, otherServer } from "../engine/client-setup.ts";
import { otherKeys, otherLayout } from "../engine/other-layout.ts";

/** Between two looks at a table, at most: AWS takes seconds to make one, the local engines nearly no time. */
const POLL_MS = 250;
const FIRST_POLL_MS = 5;
const WAIT_MS = 5 * 60_000;

/** A table as DynamoDB describes it, undefined where there is none. */
export async function describeTable(client: Send, table: string): Promise<TableDescription | undefined> {
  try {
    const output = (await client.send(new DescribeTableCommand({ TableName: table }))) as { Table?: TableDescription };
    if (!output.Table) throw await otherServer(client, table);
    return output.Table;
  } catch (error) {
    if (errorName(error) === "ResourceNotFoundException") return undefined;
    throw await adviseOnSetup(error, client, [table]);
  }
}

/** Throws `INVALID_SCHEMA` for a table with other keys than this layout's. */
export function checkKeys(table: string, description: TableDescription, model: string): void {
  const keys = otherKeys(description);
  if (keys !== undefined) throw otherLayout(table, keys, model);
}

/** Waits until a table can be used, and describes it. `settled` waits for changes under way, too. */
export async function waitUntilActive(client: Send, table: string, settled = false): Promise<TableDescription> {
  const deadline = Date.now() + WAIT_MS;
  for (let pause = FIRST_POLL_MS; Date.now() < deadline; pause = Math.min(2 * pause, POLL_MS)) {
    const known = await describeTable(client, table);
    if (known?.TableStatus === "ACTIVE" || (!settled && known?.TableStatus === "UPDATING")) return known;
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  throw new OrmError({
    code: "MISSING_TABLE",
    backendKind: "dynamodb",
    retryable: true,
    message:
      `The table "${table}" was not ACTIVE within ${WAIT_MS / 1000} seconds. Run the same push again: it ` +
      "goes on from there.",
    meta: { table },
  });
}
