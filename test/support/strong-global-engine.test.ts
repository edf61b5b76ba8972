import {
  DeleteItemCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createTable } from "../fault/storage.ts";
import { strongGlobalEngines, uniquePrefix } from "./engines.ts";
import { answerOf, startProxy, type Proxy } from "./proxy.ts";
import { OTHER_REGIONS, startStrongGlobalEngine, type StrongGlobalEngineOptions } from "./strong-global-engine.ts";

const TableName = "strong";
const settings = { region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "a" }, maxAttempts: 1 };
const KeySchema = [
  { AttributeName: "_pk", KeyType: "HASH" },
  { AttributeName: "_sk", KeyType: "RANGE" },
];
const key = (id: string) => ({ _pk: { S: `user|id|${id}` }, _sk: { S: "#" } });
const put = (id: string) => new PutItemCommand({ TableName, Item: { ...key(id), n: { N: "1" } } });
const TimeToLiveSpecification = { Enabled: true, AttributeName: "_ttl" };
const refused = { name: "ValidationException" };
const conflict = { name: "ReplicatedWriteConflictException" };

// The engine behind is none: it does what it is asked for, and a test lets go what waits there.
describe("the engine of strong global tables", () => {
  let behind: Proxy;
  let strong: Proxy | undefined;
  let client: DynamoDBClient;
  let held = false;
  let reached: () => void = () => {};
  let release: () => void = () => {};
  const seen: string[] = [];

  beforeAll(async () => {
    behind = await startProxy("http://127.0.0.1", async ({ operation }) => {
      seen.push(operation);
      if (held) {
        held = false;
        reached();
        await new Promise<void>((resolve) => (release = resolve));
      }
      return answerOf(operation === "DescribeTable" ? { Table: { KeySchema } } : {});
    });
  });
  afterEach(async () => {
    client.destroy();
    await strong?.stop();
    seen.length = 0;
  });
  afterAll(() => behind.stop());

  async function startAs(options: StrongGlobalEngineOptions): Promise<void> {
    strong = await startStrongGlobalEngine(behind.endpoint, options);
    client = new DynamoDBClient({ ...settings, endpoint: strong.endpoint });
    // From here on it knows the keys, and asks nothing of its own.
    await client.send(put("warm"));
    seen.length = 0;
  }

  /** Runs `others` while an item is being written. */
  async function during(id: string, others: () => Promise<unknown>): Promise<void> {
    const arrived = new Promise<void>((resolve) => (reached = resolve));
    held = true;
    const sent = client.send(put(id));
    await arrived;
    await others();
    release();
    await sent;
  }

  it("has neither transactions nor TTL, whatever is asked of them", async () => {
    await startAs({});
    const check = { TableName, Key: key("a"), ConditionExpression: "attribute_not_exists(gone)" };
    const requests = [
      new TransactWriteItemsCommand({ TransactItems: [] }),
      new TransactWriteItemsCommand({ TransactItems: [{ ConditionCheck: check }] }),
      new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key: key("a") } }] }),
      new DescribeTimeToLiveCommand({ TableName }),
      new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }),
    ];
    // The cast: the SDK has an overload for each command, and none for a list of several.
    for (const request of requests) await expect(client.send(request as never)).rejects.toMatchObject(refused);
    expect(seen).toEqual([]);
  });

  it("refuses writes of an item that is being written, before they are done", async () => {
    await startAs({ refused: 1, landed: 0 });
    await during("a", async () => {
      await expect(client.send(put("a"))).rejects.toMatchObject(conflict);
      const same = { TableName, Key: key("a") };
      await expect(client.send(new UpdateItemCommand(same))).rejects.toMatchObject(conflict);
      await expect(client.send(new DeleteItemCommand(same))).rejects.toMatchObject(conflict);
      await client.send(new GetItemCommand({ ...same, ConsistentRead: true }));
      await client.send(put("b"));
    });
    await client.send(put("a"));
    expect(seen).toEqual(["PutItem", "GetItem", "PutItem", "PutItem"]);
  });

  it("or after they were done", async () => {
    await startAs({ refused: 1, landed: 1 });
    await during("a", () => expect(client.send(put("a"))).rejects.toMatchObject(conflict));
    expect(seen).toEqual(["PutItem", "PutItem"]);
  });

  it("tells the other regions of a table", async () => {
    await startAs({});
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({ KeySchema, MultiRegionConsistency: "STRONG" });
    expect(Table?.Replicas?.map(({ RegionName }) => RegionName)).toEqual(OTHER_REGIONS);
  });
});

describe.each(strongGlobalEngines)("on $name", (engine) => {
  it("what is put is got, without transactions", async () => {
    const client = engine.createClient();
    const table = `${uniquePrefix()}strong`;
    await createTable(client, table);
    await client.send(new PutItemCommand({ TableName: table, Item: { ...key("a"), n: { N: "1" } } }));
    const read = new GetItemCommand({ TableName: table, Key: key("a"), ConsistentRead: true });
    expect((await client.send(read)).Item).toEqual({ ...key("a"), n: { N: "1" } });
    const write = new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName: table, Item: key("b") } }] });
    await expect(client.send(write)).rejects.toMatchObject(refused);
  });
});
