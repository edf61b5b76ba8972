import { randomBytes } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { betterAuth } from "better-auth";
import { createAuthSchema, dynamodbAdapter } from "auth-dynamodb/better-auth";
import { pushSchema } from "auth-dynamodb/setup";
import { noteRequest } from "./requests.ts";

/**
 * Better Auth on a DynamoDB client, its tables created. This is all that an application writes, but for `onRequest`.
 */
export async function createAuth(
  client: DynamoDBClient,
  port: number,
  // New at every start, as the data is. An application keeps it in its environment.
  secret = randomBytes(32).toString("base64url"),
) {
  const auth = betterAuth({
    baseURL: `http://localhost:${port}`,
    trustedOrigins: [`http://127.0.0.1:${port}`],
    secret,
    emailAndPassword: { enabled: true },
    advanced: { database: { joins: true } },
    database: dynamodbAdapter({
      client,
      onRequest: noteRequest,
      // The page says what Dynalite lacks: no need to warn on the terminal.
      logger: { warn: () => {} },
    }),
  });
  const tables = await pushSchema({ schema: createAuthSchema(auth.options), client });
  return { auth, tables: tables.map(({ table }) => table) };
}
