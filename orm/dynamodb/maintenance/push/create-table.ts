import { CreateTableCommand, type CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { errorName } from "../../engine/aws-errors.ts";
import type { Send } from "../../engine/client.ts";
import { TABLE_DEFINITION, tagList } from "../table-definition.ts";
import type { TableSettings } from "./table-settings.ts";

/** The request that creates a table of this layout, on demand billing. */
function createTableInput(table: string, settings: TableSettings): CreateTableCommandInput {
  const { deletionProtection, tableClass, kmsKeyId, tags } = settings;
  return {
    TableName: table,
    ...TABLE_DEFINITION,
    ...(deletionProtection === undefined ? {} : { DeletionProtectionEnabled: deletionProtection }),
    ...(tableClass === undefined ? {} : { TableClass: tableClass }),
    ...(kmsKeyId === undefined
      ? {}
      : { SSESpecification: { Enabled: true, SSEType: "KMS", KMSMasterKeyId: kmsKeyId } }),
    ...(tags && Object.keys(tags).length > 0 ? { Tags: tagList(tags) } : {}),
  };
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
