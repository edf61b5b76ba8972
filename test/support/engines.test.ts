import {
  DeleteTableCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTable } from "../fault/storage.ts";
import { dynoxideBinary } from "./start-engines.ts";
import { engines, uniquePrefix } from "./engines.ts";

test("the engines of this platform run", () => {
  const names = engines.map((engine) => engine.name);
  expect(names).toContain("dynalite");
  expect(names.includes("dynoxide")).toBe(dynoxideBinary() !== undefined);
  expect(names.includes("endpoint")).toBe(Boolean(process.env["DYNAMODB_ENDPOINT"]));
});

test("prefixes are unique and fit in a table name", () => {
  const prefixes = Array.from({ length: 100 }, () => uniquePrefix());
  expect(new Set(prefixes).size).toBe(100);
  for (const prefix of prefixes) expect(`${prefix}table`).toMatch(/^[a-zA-Z0-9_.-]{3,255}$/);
});

describe.each(engines)("on $name", (engine) => {
  const client = engine.createClient();
  const table = `${uniquePrefix()}smoke`;
  const key = { _pk: { S: "user|id|1" }, _sk: { S: "#" } };

  beforeAll(async () => {
    await createTable(client, table);
  });

  afterAll(async () => {
    await client.send(new DeleteTableCommand({ TableName: table }));
  });

  test("what is put is got", async () => {
    await client.send(new PutItemCommand({ TableName: table, Item: { ...key, email: { S: "a@example.com" } } }));
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }));
    expect(Item).toEqual({ ...key, email: { S: "a@example.com" } });
  });

  test("transactions are as the engine says", async () => {
    const write = client.send(
      new TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName: table, Item: { ...key, n: { N: "1" } } } }],
      }),
    );
    if (engine.transactions) await expect(write).resolves.toBeDefined();
    else await expect(write).rejects.toThrow();
  });
});
