import type { DynamoDBClient, DynamoDBClientResolvedConfig } from "@aws-sdk/client-dynamodb";

/** A `DynamoDBDocumentClient` by its shape: @aws-sdk/lib-dynamodb need not be installed. */
export interface DocumentClient {
  readonly config: DynamoDBClientResolvedConfig;
  readonly middlewareStack: object;
  /** Sends a command. */
  send(...command: never[]): unknown;
  /** Closes its connections: the application's to call, as the client is. */
  destroy(): void;
}

/** What the driver needs of a client. */
export type DynamodbClient = DynamoDBClient | DocumentClient;

/** The one method used: typed here by hand, since the two client types overload it differently. */
export interface Send {
  send(command: object, options?: { readonly abortSignal?: AbortSignal }): Promise<unknown>;
}

/** What both kinds of client can do. Their overloads have no common type. */
export function sendOf(client: DynamodbClient): Send {
  return client as unknown as Send;
}

/**
 * Whether a client was pointed at an address of its own: a local engine, or another than AWS. By its configuration, or
 * by the variables that the SDK reads.
 */
export function hasOwnEndpoint(client: object): boolean {
  const { config } = client as { config?: { endpoint?: unknown; isCustomEndpoint?: unknown } };
  if (config?.endpoint !== undefined || config?.isCustomEndpoint === true) return true;
  const { AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_DYNAMODB } = process.env;
  return AWS_ENDPOINT_URL !== undefined || AWS_ENDPOINT_URL_DYNAMODB !== undefined;
}
