import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { defineSchema, id, model, string } from "auth-dynamodb";

const changed = process.env["TEST_SCHEMA"] === "changed";

export const schema = defineSchema({
  user: model({
    table: "users",
    fields: {
      id: id(),
      email: string().unique(),
      username: changed ? string().unique().nullable() : string().nullable(),
      company: string().nullable(),
    },
    constraints: { indexes: changed ? [["company"]] : [] },
  }),
});

export const client = new DynamoDBClient({
  endpoint: process.env["TEST_ENDPOINT"],
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

export const tablePrefix = process.env["TEST_PREFIX"];
