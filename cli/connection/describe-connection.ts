import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { sendOf, type DynamodbClient } from "../../orm/dynamodb/engine/client.ts";
import { adviseOnSetup } from "../../orm/dynamodb/engine/client-setup.ts";
import { isLocalHost, regionOf } from "../../orm/dynamodb/engine/endpoint.ts";

/** Where a command works. */
export interface Connection {
  readonly region: string;
  readonly endpoint: string;
  readonly account: "AWS" | "local";
}

/** The part of an HTTP request that the SDK has made of its configuration. */
interface SdkRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
}

/**
 * Where a client's requests would go, with everything that the SDK takes from the environment and from shared files:
 * a request is made, and not sent. What the client's set-up lacks is told here, before anything is done.
 */
export async function describeConnection(client: DynamodbClient): Promise<Connection> {
  let request: SdkRequest | undefined;
  const command = new ListTablesCommand({});
  command.middlewareStack.add(
    () => (args) => {
      request = args.request as SdkRequest;
      return Promise.resolve({ response: {}, output: { $metadata: {} } });
    },
    { step: "build", priority: "high", name: "notSent" },
  );
  const send = sendOf(client);
  try {
    await send.send(command);
  } catch (error) {
    throw await adviseOnSetup(error, send, []);
  }
  const { protocol, hostname, port } = request!;
  return {
    region: (await regionOf(client)) ?? "none",
    endpoint: `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}`,
    account: isLocalHost(hostname) ? "local" : "AWS",
  };
}

/** The connection in one line. */
export function connectionLine({ region, endpoint, account }: Connection): string {
  return `${account === "AWS" ? "AWS" : "Local DynamoDB"}, region ${region}, ${endpoint}`;
}
