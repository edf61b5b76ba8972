import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { createTable } from "../fault/storage.ts";
import { engines, uniquePrefix } from "./engines.ts";

const [engine] = engines;
const client = engine!.createClient();
const table = uniquePrefix("running");
const look = () =>
  client.send(new GetItemCommand({ TableName: table, Key: { _pk: { S: "user|id|1" }, _sk: { S: "#" } } }));

beforeAll(() => createTable(client, table));

let goOn = () => {};
let rest: Promise<unknown>;

// The first test is given up in its middle, as a time-out does it, and goes on while the second one runs.
test("of a test that is given up", { timeout: 1, fails: true }, async () => {
  rest = new Promise<void>((resolve) => (goOn = resolve)).then(look);
  rest.catch(() => undefined);
  await rest;
});

test("a shared client sends nothing more, and goes on for the next one", async () => {
  await expect(look()).resolves.toBeDefined();
  goOn();
  await expect(rest).rejects.toThrow("is over");
});
