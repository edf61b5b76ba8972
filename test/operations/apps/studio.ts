import { apiKey } from "@better-auth/api-key";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamodbAdapter } from "auth-dynamodb/better-auth";
import { betterAuth } from "better-auth";
import { organization } from "better-auth/plugins";

const client = new DynamoDBClient({
  endpoint: process.env["TEST_ENDPOINT"],
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  maxAttempts: 1,
});

export const auth = betterAuth({
  secret: "a secret for tests that is long enough",
  database: dynamodbAdapter({ client, table: process.env["TEST_TABLE"] }),
  plugins: [organization(), apiKey()],
});
