import { randomBytes } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { AuthConfig } from "@auth/core";
import { string } from "auth-dynamodb";
import { createAuthJsSchema, DynamoDBAdapter } from "auth-dynamodb/authjs";
import { pushSchema } from "auth-dynamodb/setup";

/** Auth.js on a DynamoDB client, its tables created: database sessions, and links by mail that are printed. */
export async function createAuthConfig(client: DynamoDBClient): Promise<AuthConfig> {
  const options = { user: { additionalFields: { role: string().default("member") } } };
  await pushSchema({ schema: createAuthJsSchema(options), client });
  return {
    adapter: DynamoDBAdapter({ client, ...options }),
    basePath: "/auth",
    trustHost: true,
    // New at every start, as the data is. An application keeps it in its environment.
    secret: randomBytes(32).toString("base64url"),
    session: { strategy: "database" },
    providers: [
      {
        id: "magic-link",
        name: "a link by mail",
        type: "email",
        maxAge: 60 * 60,
        sendVerificationRequest: ({ identifier, url }) => {
          console.log(`\nMail to ${identifier}:\n  Sign in: ${url}\n`);
        },
      },
    ],
    callbacks: {
      // By default a page gets to see name, e-mail and image only.
      session: ({ session, user }) => ({ user, expires: new Date(session.expires).toISOString() }),
    },
  };
}
