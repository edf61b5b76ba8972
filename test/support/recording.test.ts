import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { createTable } from "../fault/storage.ts";
import { engines, uniquePrefix } from "./engines.ts";
import { injectFaults } from "./faults.ts";
import { longestChain, recordRequests, summaryOf, tablesOf } from "./recording.ts";

describe("longestChain", () => {
  const chain = (...intervals: [number, number | undefined][]) =>
    longestChain(intervals.map(([startedAt, finishedAt]) => ({ startedAt, finishedAt })));

  test.each([
    ["nothing", chain(), 0],
    ["one", chain([1, 2]), 1],
    ["one after another", chain([1, 2], [3, 4], [5, 6]), 3],
    ["all at once", chain([1, 4], [2, 5], [3, 6]), 1],
    ["two waves of two", chain([1, 3], [2, 4], [5, 7], [6, 8]), 2],
    ["a chain beside one long request", chain([1, 10], [2, 3], [4, 5], [6, 7]), 3],
    ["given out of order", chain([5, 6], [1, 2], [3, 4]), 3],
    ["staggered", chain([1, 3], [2, 5], [4, 7], [6, 8]), 2],
    ["one still on its way", chain([1, 2], [3, undefined]), 2],
  ])("%s", (_name, actual, expected) => {
    expect(actual).toBe(expected);
  });
});

test("a summary counts by operation", () => {
  const sent = ["Query", "GetItem", "TransactWriteItems", "GetItem"].map((operation) => ({ operation }));
  expect(summaryOf(sent)).toBe("GetItem 2, Query 1, TransactWriteItems 1");
  expect(summaryOf([])).toBe("");
});

test("tables are read from every form of input", () => {
  expect(tablesOf({ TableName: "a" })).toEqual(["a"]);
  expect(tablesOf({ RequestItems: { a: { Keys: [] }, b: { Keys: [] } } })).toEqual(["a", "b"]);
  expect(
    tablesOf({
      TransactItems: [{ Put: { TableName: "a" } }, { Delete: { TableName: "b" } }, { Put: { TableName: "a" } }],
    }),
  ).toEqual(["a", "b"]);
  expect(tablesOf({})).toEqual([]);
});

describe.each(engines)("on $name", (engine) => {
  const table = `${uniquePrefix()}recorded`;
  const key = (pk: string) => ({ _pk: { S: pk }, _sk: { S: "#" } });
  const get = (pk: string) => new GetItemCommand({ TableName: table, Key: key(pk), ConsistentRead: true });

  beforeAll(async () => {
    await createTable(engine.createClient(), table);
  });

  test("requests, their capacity and their waves", async () => {
    const client = engine.createClient();
    const recording = recordRequests(client);
    const put = await client.send(
      new PutItemCommand({ TableName: table, Item: { ...key("a"), text: { S: "x".repeat(1500) } } }),
    );
    expect(put.ConsumedCapacity?.CapacityUnits).toBe(2);
    await Promise.all([client.send(get("a")), client.send(get("b")), client.send(get("c"))]);
    await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: "#pk = :pk",
        ExpressionAttributeNames: { "#pk": "_pk" },
        ExpressionAttributeValues: { ":pk": { S: "a" } },
      }),
    );
    expect(recording.summary()).toBe("GetItem 3, PutItem 1, Query 1");
    expect(recording.count()).toBe(5);
    expect(recording.count("GetItem")).toBe(3);
    expect(recording.sequentialRoundTrips()).toBe(3);
    expect(recording.writeUnits()).toBe(2);
    expect(recording.readUnits()).toBe(4);
    expect(recording.requests.every((request) => request.tables.join() === table)).toBe(true);
    recording.reset();
    expect(recording.summary()).toBe("");
    expect(recording.sequentialRoundTrips()).toBe(0);

    recording.stop();
    await client.send(get("a"));
    expect(recording.count()).toBe(0);
  });

  test("an operation without capacity is recorded and sent as it is", async () => {
    const client = engine.createClient();
    const recording = recordRequests(client);
    await client.send(new ListTablesCommand({}));
    expect(recording.summary()).toBe("ListTables 1");
    expect(recording.requests[0]?.input).toEqual({});
  });

  test("the document client is recorded too", async () => {
    const client = engine.createClient();
    const recording = recordRequests(client);
    await DynamoDBDocumentClient.from(client).send(new GetCommand({ TableName: table, Key: { _pk: "a", _sk: "#" } }));
    expect(recording.summary()).toBe("GetItem 1");
    expect(recording.requests[0]?.tables).toEqual([table]);
    expect(recording.readUnits()).toBeGreaterThan(0);
  });

  test("retries and errors are requests of their own", async () => {
    const client = engine.createClient();
    const recording = recordRequests(client);
    const faults = injectFaults(client);
    faults.failBefore(1, () => Object.assign(new Error("reset"), { name: "TimeoutError" }));
    await client.send(get("a"));
    expect(recording.requests.map((request) => request.error)).toEqual(["TimeoutError", undefined]);
    expect(recording.sequentialRoundTrips()).toBe(2);
    recording.reset();
    await expect(client.send(new GetItemCommand({ TableName: `${table}_none`, Key: key("a") }))).rejects.toThrow();
    expect(recording.requests.map((request) => request.error)).toEqual(["ResourceNotFoundException"]);
  });

  test("batches name their tables", async () => {
    const client = engine.createClient();
    const recording = recordRequests(client);
    await client.send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [key("a"), key("b")], ConsistentRead: true } } }),
    );
    expect(recording.requests[0]).toMatchObject({ operation: "BatchGetItem", tables: [table], readUnits: 2 });
  });

  if (engine.transactions)
    test("transactions name their tables and units", async () => {
      const client = engine.createClient();
      const recording = recordRequests(client);
      await client.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName: table, Item: key("t1") } },
            { Put: { TableName: table, Item: key("t2") } },
          ],
        }),
      );
      expect(recording.requests[0]).toMatchObject({ operation: "TransactWriteItems", tables: [table], writeUnits: 4 });
    });
});

test("a recording does not keep an unreachable endpoint from failing", async () => {
  const client = new DynamoDBClient({
    endpoint: "http://127.0.0.1:1",
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });
  const recording = recordRequests(client);
  await expect(client.send(new ListTablesCommand({}))).rejects.toThrow();
  expect(recording.requests).toHaveLength(1);
  expect(recording.requests[0]?.error).toBeDefined();
  client.destroy();
});
