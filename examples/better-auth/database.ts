import { createRequire } from "node:module";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** Dynalite has no types of its own. */
type Dynalite = (options: { createTableMs: number }) => Server;

/** An engine inside of this process, which keeps its data in memory, and a client of it. */
export interface EmbeddedDatabase {
  readonly client: DynamoDBClient;
  stop(): Promise<void>;
}

/** Starts Dynalite on a free port of the loopback address. */
export async function startDatabase(): Promise<EmbeddedDatabase> {
  const dynalite = createRequire(import.meta.url)("dynalite") as Dynalite;
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  // The SDK's notice about its support for Node 20, which every start would print.
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  return {
    client,
    stop: () =>
      new Promise((resolve) => {
        client.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
