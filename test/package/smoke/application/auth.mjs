import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamodbAdapter } from "auth-dynamodb/better-auth";
import { betterAuth } from "better-auth";

const client = new DynamoDBClient({
  endpoint: process.env.SMOKE_ENDPOINT,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

export const auth = betterAuth({
  secret: "a secret for tests that is long enough",
  baseURL: "http://localhost:3000",
  database: dynamodbAdapter(client, { table: process.env.SMOKE_TABLE }),
});
