import { CreateTableCommand, type CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { errorName } from "../send/aws-errors.ts";
import type { Send } from "../send/client.ts";
import type { TableSettings } from "./table-settings.ts";

/** The request that creates a table of this layout, on demand billing. */
export function createTableInput(table: string, settings: TableSettings): CreateTableCommandInput {
  const { deletionProtection, tableClass, kmsKeyId, tags } = settings;
  return {
    TableName: table,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "_pk", AttributeType: "S" },
      { AttributeName: "_sk", AttributeType: "S" },
    ],
    KeySchema: [
      { AttributeName: "_pk", KeyType: "HASH" },
      { AttributeName: "_sk", KeyType: "RANGE" },
    ],
    ...(deletionProtection === undefined ? {} : { DeletionProtectionEnabled: deletionProtection }),
    ...(tableClass === undefined ? {} : { TableClass: tableClass }),
    ...(kmsKeyId === undefined ? {} : { SSESpecification: { Enabled: true, SSEType: "KMS", KMSMasterKeyId: kmsKeyId } }),
    ...(tags && Object.keys(tags).length > 0 ? { Tags: tagList(tags) } : {}),
  };
}

/** Tags as DynamoDB takes them. */
export function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Creates a table. False where another process that pushes the same schema was first. */
export async function createTable(client: Send, table: string, settings: TableSettings): Promise<boolean> {
  try {
    await client.send(new CreateTableCommand(createTableInput(table, settings)));
    return true;
  } catch (error) {
    if (errorName(error) !== "ResourceInUseException") throw error;
    return false;
  }
}
