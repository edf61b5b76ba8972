import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamodbAdapter } from "auth-dynamodb/better-auth";
import { betterAuth } from "better-auth";
import { organization, twoFactor } from "better-auth/plugins";

// An application's own file, as the command line loads it.
const client = new DynamoDBClient({
  endpoint: process.env["TEST_ENDPOINT"],
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

const more: boolean = process.env["TEST_PLUGINS"] === "more";

export const auth = betterAuth({
  secret: "a secret for tests that is long enough",
  emailAndPassword: { enabled: true },
  database: dynamodbAdapter({ client, table: process.env["TEST_TABLE"] }),
  plugins: more ? [organization(), twoFactor()] : [],
});
