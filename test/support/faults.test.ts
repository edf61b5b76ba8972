import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  GetItemCommand,
  InternalServerError,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  RequestLimitExceeded,
  ScanCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from "@aws-sdk/client-dynamodb";
import { BatchWriteCommand, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createTable } from "../fault/storage.ts";
import { engineNamed, uniquePrefix } from "./engines.ts";
import { errors, injectFaults, type Faults } from "./faults.ts";
import { recordRequests, type Recording } from "./recording.ts";

const engine = engineNamed("dynalite");
if (!engine) throw new Error("Dynalite does not run.");

describe("injected faults", () => {
  const table = `${uniquePrefix()}faulty`;
  const client = engine.createClient({ maxAttempts: 3 });
  let faults: Faults;
  let recording: Recording;
  const key = (pk: string) => ({ _pk: { S: pk }, _sk: { S: "#" } });
  const get = async (pk: string) =>
    (await client.send(new GetItemCommand({ TableName: table, Key: key(pk), ConsistentRead: true }))).Item;
  const put = (pk: string) => client.send(new PutItemCommand({ TableName: table, Item: key(pk) }));

  beforeAll(async () => {
    await createTable(client, table);
  });

  beforeEach(() => {
    faults = injectFaults(client);
    recording = recordRequests(client);
    return () => {
      faults.stop();
      recording.stop();
    };
  });

  test("failBefore: nothing reaches the engine; the SDK retries at the level of attempts", async () => {
    const fault = faults.failBefore("PutItem", errors.internalServerError, { times: 1 });
    await put("before");
    expect(fault.hits).toBe(1);
    expect(recording.summary()).toBe("PutItem 2");
    faults.failBefore("PutItem", errors.internalServerError);
    await expect(put("never")).rejects.toThrow(InternalServerError);
    expect(recording.summary()).toBe("PutItem 5");
    expect(await get("never")).toBeUndefined();
  });

  test("failBefore at the level of the call: the SDK does not see it", async () => {
    const fault = faults.failBefore("PutItem", errors.throttling, { level: "call", times: 1 });
    await expect(put("call")).rejects.toMatchObject({ name: "ThrottlingException" });
    expect(fault.hits).toBe(1);
    expect(recording.count()).toBe(0);
    expect(await get("call")).toBeUndefined();
    await put("call");
    expect(await get("call")).toEqual(key("call"));
  });

  test("failAfter: the engine has applied it, and the SDK sends it again", async () => {
    faults.failAfter({ operation: "PutItem", nth: 1 }, errors.timeout);
    const conditional = new PutItemCommand({
      TableName: table,
      Item: key("after"),
      ConditionExpression: "attribute_not_exists(#pk)",
      ExpressionAttributeNames: { "#pk": "_pk" },
    });
    await expect(client.send(conditional)).rejects.toMatchObject({ name: "ConditionalCheckFailedException" });
    expect(recording.summary()).toBe("PutItem 2");
    expect(await get("after")).toEqual(key("after"));
  });

  test("failAfter at the level of the call: applied, and the caller gets the error", async () => {
    faults.failAfter((request) => request.operation === "PutItem" && request.tables.includes(table), errors.timeout(), {
      level: "call",
    });
    await expect(put("lost")).rejects.toMatchObject({ name: "TimeoutError" });
    faults.clear();
    expect(await get("lost")).toEqual(key("lost"));
  });

  test("a number strikes once, on the nth request", async () => {
    const fault = faults.failBefore(2, () => new Error("second"), { level: "call" });
    await get("x");
    await expect(get("x")).rejects.toThrow("second");
    await get("x");
    expect(fault.hits).toBe(1);
  });

  test("a removed fault does not strike, a stopped injection neither", async () => {
    faults.failBefore(() => true, new Error("removed"), { level: "call" }).remove();
    await get("x");
    faults.failBefore(() => true, new Error("stopped"), { level: "call" });
    faults.stop();
    await get("x");
  });

  test("delay holds a request until the test lets it go", async () => {
    let reached!: () => void;
    let release!: () => void;
    const held = new Promise<void>((resolve) => (reached = resolve));
    const gate = new Promise<void>((resolve) => (release = resolve));
    faults.delay("PutItem", () => {
      reached();
      return gate;
    });
    const slow = put("slow");
    await held;
    expect(await get("slow")).toBeUndefined();
    release();
    await slow;
    expect(await get("slow")).toEqual(key("slow"));
    faults.clear();
    faults.delayResponse("GetItem", 20);
    const start = performance.now();
    await get("slow");
    expect(performance.now() - start).toBeGreaterThanOrEqual(19);
  });

  test("unprocessed writes are withheld and told", async () => {
    const items = ["u1", "u2", "u3"].map((pk) => ({ PutRequest: { Item: key(pk) } }));
    faults.unprocessed("BatchWriteItem", 2, { times: 1 });
    const first = await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: items } }));
    expect(first.UnprocessedItems).toEqual({ [table]: items.slice(1) });
    expect([await get("u1"), await get("u2")]).toEqual([key("u1"), undefined]);
    const second = await client.send(new BatchWriteItemCommand({ RequestItems: first.UnprocessedItems }));
    expect(second.UnprocessedItems).toEqual({});
    expect(await get("u3")).toEqual(key("u3"));
  });

  test("unprocessed keys are withheld and told, all of them if asked", async () => {
    await put("k1");
    const fault = faults.unprocessed("BatchGetItem", 1, { times: 1 });
    const keys = { Keys: [key("k1"), key("k2")], ConsistentRead: true };
    const first = await client.send(new BatchGetItemCommand({ RequestItems: { [table]: keys } }));
    expect(first.Responses?.[table]).toEqual([key("k1")]);
    expect(first.UnprocessedKeys).toEqual({ [table]: { ...keys, Keys: [key("k2")] } });
    expect(fault.hits).toBe(1);
    recording.reset();
    faults.unprocessed("BatchGetItem");
    const none = await client.send(new BatchGetItemCommand({ RequestItems: { [table]: keys } }));
    expect(none.UnprocessedKeys).toEqual({ [table]: keys });
    expect(recording.count()).toBe(0);
    expect((await client.send(new ScanCommand({ TableName: table }))).Count).toBeGreaterThan(0);
  });

  test("unprocessed writes through the document client come back unmarshalled", async () => {
    faults.unprocessed("BatchWriteItem");
    const requests = [{ PutRequest: { Item: { _pk: "doc", _sk: "#" } } }];
    const { UnprocessedItems } = await DynamoDBDocumentClient.from(client).send(
      new BatchWriteCommand({ RequestItems: { [table]: requests } }),
    );
    expect(UnprocessedItems).toEqual({ [table]: requests });
  });
});

test("the errors are those of the SDK", () => {
  expect(errors.throttling()).toMatchObject({ name: "ThrottlingException", $fault: "client" });
  expect(errors.provisionedThroughputExceeded()).toBeInstanceOf(ProvisionedThroughputExceededException);
  expect(errors.requestLimitExceeded()).toBeInstanceOf(RequestLimitExceeded);
  expect(errors.internalServerError()).toBeInstanceOf(InternalServerError);
  expect(errors.internalServerError()).toMatchObject({ name: "InternalServerError", $fault: "server" });
  expect(errors.transactionConflict()).toBeInstanceOf(TransactionConflictException);
  expect(errors.transactionInProgress()).toBeInstanceOf(TransactionInProgressException);
  expect(errors.timeout().name).toBe("TimeoutError");
  const canceled = errors.transactionCanceled(["None", { Code: "ConditionalCheckFailed", Item: { id: { S: "1" } } }]);
  expect(canceled).toBeInstanceOf(TransactionCanceledException);
  expect(canceled.name).toBe("TransactionCanceledException");
  expect(canceled.CancellationReasons).toEqual([
    { Code: "None" },
    { Code: "ConditionalCheckFailed", Item: { id: { S: "1" } } },
  ]);
  expect(canceled.message).toContain("[None, ConditionalCheckFailed]");
});
