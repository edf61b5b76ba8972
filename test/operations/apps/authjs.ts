import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { string } from "auth-dynamodb";
import { DynamoDBAdapter } from "auth-dynamodb/authjs";

const client = new DynamoDBClient({
  endpoint: process.env["TEST_ENDPOINT"],
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

export const adapter = DynamoDBAdapter({
  client,
  table: process.env["TEST_TABLE"],
  user: { additionalFields: { company: string().default("none") } },
});
