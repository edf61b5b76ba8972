import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { scim, type SCIMOptions } from "@better-auth/scim";
import { createAuthSchema, dynamodbAdapter, type BetterAuthAdapterOptions } from "auth-dynamodb/better-auth";
import { betterAuth, type BetterAuthOptions } from "better-auth";
import { uniquePrefix } from "./engines.ts";

/** What a directory shows to be let in. */
export const TOKEN = "the-token-of-the-directory";

export interface ScimSettings {
  readonly projection: SCIMOptions["projection"];
  readonly adapter?: Partial<BetterAuthAdapterOptions>;
  readonly auth?: Partial<BetterAuthOptions>;
}

/** An application that a directory provisions, on tables of its own that are not pushed yet. */
export function createScimApp(client: DynamoDBClient, { projection, adapter, auth: options }: ScimSettings) {
  const tablePrefix = uniquePrefix("scim");
  const directory = { id: "directory", credentials: [{ type: "bearer" as const, id: "first", token: TOKEN }] };
  const auth = betterAuth({
    baseURL: "http://127.0.0.1",
    secret: "a secret for tests that is long enough",
    logger: { level: "error" },
    rateLimit: { enabled: false },
    database: dynamodbAdapter({ client, tablePrefix, ...adapter }),
    plugins: [scim({ connections: [directory], projection })],
    ...options,
  });
  return { auth, client, tablePrefix, schema: createAuthSchema(auth.options) };
}
