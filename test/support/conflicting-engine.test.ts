import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  type TransactWriteItem,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startConflictingEngine } from "./conflicting-engine.ts";
import { answerOf, startProxy, type Proxy } from "./proxy.ts";

const table = "conflicting";
const settings = { region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "a" }, maxAttempts: 1 };
const KeySchema = [
  { AttributeName: "_pk", KeyType: "HASH" },
  { AttributeName: "_sk", KeyType: "RANGE" },
];
const key = (id: string) => ({ _pk: { S: `user|id|${id}` }, _sk: { S: "#" } });
const put = (id: string) => new PutItemCommand({ TableName: table, Item: { ...key(id), n: { N: "1" } } });
const putting = (id: string): TransactWriteItem => ({ Put: { TableName: table, Item: key(id) } });
const checking = (id: string): TransactWriteItem => ({
  ConditionCheck: { TableName: table, Key: key(id), ConditionExpression: "attribute_not_exists(gone)" },
});
const transact = (...TransactItems: TransactWriteItem[]) => new TransactWriteItemsCommand({ TransactItems });
const read = (id: string) =>
  new TransactGetItemsCommand({ TransactItems: [{ Get: { TableName: table, Key: key(id) } }] });

const conflict = { name: "TransactionConflictException" };
const cancelled = (...codes: string[]) => ({
  name: "TransactionCanceledException",
  CancellationReasons: codes.map((Code) => expect.objectContaining({ Code }) as unknown),
});

// The engine behind is none: it does what it is asked for, and a test lets go what waits there.
describe("the conflicting engine", () => {
  let behind: Proxy;
  let conflicting: Proxy;
  let client: DynamoDBClient;
  let hold: string | undefined;
  let reached: Promise<void>;
  let release = () => {};

  beforeAll(async () => {
    behind = await startProxy("http://127.0.0.1", async ({ operation }) => {
      if (operation === hold) {
        hold = undefined;
        arrived();
        await new Promise<void>((resolve) => (release = resolve));
      }
      return answerOf(operation === "DescribeTable" ? { Table: { KeySchema } } : {});
    });
    conflicting = await startConflictingEngine(behind.endpoint, { holdMs: 0 });
    client = new DynamoDBClient({ ...settings, endpoint: conflicting.endpoint });
  });
  afterAll(async () => {
    client.destroy();
    await conflicting.stop();
    await behind.stop();
  });

  let arrived = () => {};
  beforeEach(() => {
    reached = new Promise((resolve) => (arrived = resolve));
  });

  /** Sends a request that is under way while `others` run. */
  async function during(command: ReturnType<typeof put> | ReturnType<typeof transact>, others: () => Promise<unknown>) {
    hold = command instanceof PutItemCommand ? "PutItem" : "TransactWriteItems";
    const sent = client.send(command as ReturnType<typeof put>);
    await reached;
    await others();
    release();
    await expect(sent).resolves.toBeDefined();
  }

  it.each([
    ["writes", putting("a")],
    ["checks", checking("a")],
  ])("refuses a single write of an item that a running transaction %s", async (_, action) => {
    await during(transact(putting("b"), action), async () => {
      await expect(client.send(put("a"))).rejects.toMatchObject(conflict);
      await expect(client.send(put("c"))).resolves.toBeDefined();
    });
    await expect(client.send(put("a"))).resolves.toBeDefined();
  });

  it("cancels a transaction with an item of a running one, also where both only check it", async () => {
    await during(transact(checking("a"), putting("b")), async () => {
      await expect(client.send(transact(putting("c"), checking("a")))).rejects.toMatchObject(
        cancelled("None", "TransactionConflict"),
      );
      // Of a transaction that was cancelled nothing is held.
      await expect(client.send(transact(putting("c")))).resolves.toBeDefined();
    });
  });

  it("cancels a transaction with an item that is being written", async () => {
    await during(put("a"), async () => {
      await expect(client.send(transact(putting("a")))).rejects.toMatchObject(cancelled("TransactionConflict"));
      await expect(client.send(read("a"))).rejects.toMatchObject(cancelled("TransactionConflict"));
      await expect(client.send(put("a"))).resolves.toBeDefined();
      await expect(client.send(read("b"))).resolves.toBeDefined();
    });
    await expect(client.send(transact(putting("a")))).resolves.toBeDefined();
  });

  it("cancels reads of a transaction, and no others", async () => {
    await during(transact(putting("a")), async () => {
      await expect(client.send(read("a"))).rejects.toMatchObject(cancelled("TransactionConflict"));
      await client.send(new GetItemCommand({ TableName: table, Key: key("a"), ConsistentRead: true }));
      await client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: [key("a")] } } }));
    });
  });

  it("tells a transaction apart by its token", async () => {
    const same = () => new TransactWriteItemsCommand({ TransactItems: [putting("a")], ClientRequestToken: table });
    await during(same(), () =>
      expect(client.send(same())).rejects.toMatchObject({ name: "TransactionInProgressException" }),
    );
    await during(transact(putting("a"), putting("b")), async () => {
      await expect(client.send(same())).resolves.toBeDefined();
    });
  });
});
