import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

/** What the driver needs of a client. */
export type DynamodbClient = DynamoDBClient | DynamoDBDocumentClient;

/** The one method used: typed here by hand, since the two client types overload it differently. */
export interface Send {
  send(command: object): Promise<unknown>;
}
