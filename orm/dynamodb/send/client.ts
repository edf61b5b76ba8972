import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** What the driver needs of a client. */
export type DynamodbClient = DynamoDBClient | DynamoDBDocumentClient;

/** The one method used: typed here by hand, since the two client types overload it differently. */
export interface Send {
  send(command: object): Promise<unknown>;
}

/** What both kinds of client can do. Their overloads have no common type. */
export function sendOf(client: DynamodbClient): Send {
  return client as unknown as Send;
}
