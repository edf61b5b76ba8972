import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import {
  createOrm,
  defineSchema,
  detectDatabaseRuntime,
  id,
  isOrmError,
  model,
  OrmError,
  string,
  type DatabaseRuntime,
  type Schema,
} from "auth-dynamodb";
import { createDriverFromRuntime, createOrmFromRuntime } from "auth-dynamodb/runtime";
import { applySchema, bootstrapDatabase, pushSchema, RuntimeSetupError } from "auth-dynamodb/setup";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";

const fields = { id: id(), email: string(), name: string().nullable() };
const schema = defineSchema({ user: model({ table: "users", fields }) });
const stricter = defineSchema({ user: model({ table: "users", fields: { ...fields, email: string().unique() } }) });

const errorOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe.each(engines)("a raw client on $name", (engine) => {
  const client = engine.createClient();
  const tables = { user: `${uniquePrefix("raw")}people` };

  beforeAll(async () => {
    await pushSchema({ schema, client, dynamodb: { tables } });
  });

  it("need not be known to be one", async () => {
    const unknown: unknown = client;
    const orm = await createOrmFromRuntime({ schema, client: unknown, tables });
    expectTypeOf(orm.$driver.client).toEqualTypeOf<unknown>();
    const { id: userId } = await orm.user.create({ data: { email: "unknown@example.com" } });
    expect(await orm.user.findUnique({ where: { id: userId }, select: { email: true } })).toEqual({
      email: "unknown@example.com",
    });
  });

  it("may come as what was detected, or as a driver", async () => {
    const runtime = detectDatabaseRuntime(client);
    const orm = await createOrmFromRuntime({ schema, runtime, tables });
    expectTypeOf(orm.$driver.client).toEqualTypeOf<DynamoDBClient>();
    expect(orm.$driver.client).toBe(client);
    const driver = await createDriverFromRuntime({ schema, client, tables });
    const { id: userId } = await createOrm({ schema, driver }).user.create({ data: { email: "driver@example.com" } });
    expect(await orm.user.findUnique({ where: { id: userId } })).toMatchObject({ email: "driver@example.com" });
  });

  it("takes its options in a group, which wins over those outside", async () => {
    const documentClient = DynamoDBDocumentClient.from(engine.createClient());
    // The cast: a document client has the same middleware, and other commands in its types.
    const recording = recordRequests(documentClient as unknown as DynamoDBClient);
    const options = { dynamodb: { tables, documentClient, transactions: "atomic" }, transactions: "off" } as const;
    const orm = await createOrmFromRuntime({ schema, client, ...options });
    await orm.user.findUnique({ where: { id: "nobody" } });
    recording.stop();
    expect(recording.count("GetItem")).toBe(1);
    expect(orm.$driver.capabilities.supportsTransactions).toBe(true);
  });

  it("gives set-up everything but a look at the records with applySchema", async () => {
    const own = { user: `${uniquePrefix("apply")}people` };
    const [made] = await applySchema({ schema, client, tables: own });
    expect(made).toMatchObject({ created: true, schema: "recorded", changes: [] });
    const before = await createOrmFromRuntime({ schema, client, tables: own });
    await before.user.create({ data: { email: "old@example.com" } });

    const [left] = await applySchema({ schema: stricter, client, tables: own });
    expect(left).toMatchObject({ created: false, schema: "not recorded", complete: false, written: 0 });
    expect(left!.changes).toMatchObject([{ model: "user" }]);
    const after = await createOrmFromRuntime({ schema: stricter, client, tables: own });
    expect(await after.user.findUnique({ where: { email: "old@example.com" } })).toBeNull();

    const [pushed] = await pushSchema({ schema: stricter, client, tables: own });
    expect(pushed).toMatchObject({ schema: "recorded", written: 1 });
    expect(await after.user.findUnique({ where: { email: "old@example.com" } })).not.toBeNull();
    expect(await applySchema({ schema: stricter, client, tables: own })).toMatchObject([
      { schema: "already recorded" },
    ]);
  });

  it("tells which set-up failed, with the code and meta of what went wrong", async () => {
    const own = { user: `${uniquePrefix("twice")}people` };
    const orm = await bootstrapDatabase({ schema, client, dynamodb: { tables: own } });
    for (const name of ["one", "other"]) await orm.user.create({ data: { email: "same@example.com", name } });
    const error = await errorOf(pushSchema({ schema: stricter, client, tables: own }));
    expect(error).toBeInstanceOf(RuntimeSetupError);
    expect(error).toMatchObject({ stage: "push", runtimeKind: "dynamodb", code: "UNIQUE_CONSTRAINT_VIOLATION" });
    expect(isOrmError(error, "UNIQUE_CONSTRAINT_VIOLATION") && error.meta).toMatchObject({ target: ["email"] });
    expect((error as RuntimeSetupError).cause).toMatchObject({ name: "OrmError", message: (error as Error).message });
  });
});

describe("what cannot be set up", () => {
  const client = new DynamoDBClient({ region: "us-east-1" });
  const unreachable = new DynamoDBClient({
    region: "us-east-1",
    endpoint: "http://127.0.0.1:9",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  });

  it.each([
    ["push", pushSchema],
    ["apply", applySchema],
    ["bootstrap", bootstrapDatabase],
  ] as const)("is told by %s for what is no client", async (stage, setUp) => {
    for (const other of [undefined, {}, "client", Promise.resolve(client)]) {
      const error = await errorOf(setUp({ schema: schema as Schema, client: other }));
      expect(error).toBeInstanceOf(RuntimeSetupError);
      expect(error).toBeInstanceOf(OrmError);
      expect(error).toMatchObject({ stage, runtimeKind: "unknown", code: "INVALID_VALUE" });
    }
  });

  it("keeps what the network or AWS said as its cause", async () => {
    const error = await errorOf(bootstrapDatabase({ schema, client: unreachable }));
    expect(error).toMatchObject({ stage: "bootstrap", runtimeKind: "dynamodb", code: "SETUP_FAILED" });
    const { cause, message } = error as RuntimeSetupError;
    expect(cause).toBeInstanceOf(Error);
    expect(cause).not.toBeInstanceOf(OrmError);
    expect(message).toBe((cause as Error).message);
  });

  it("is a schema that the driver refuses", async () => {
    const error = await errorOf(bootstrapDatabase({ schema, client, tables: { nope: "nope" } }));
    expect(error).toMatchObject({ stage: "bootstrap", code: "INVALID_SCHEMA", runtimeKind: "dynamodb" });
  });

  it("is not an ORM without a known client, or with two", async () => {
    for (const options of [{ client: {} }, {}, { runtime: null }]) {
      const none = await errorOf(createOrmFromRuntime({ schema, ...options }));
      expect(isOrmError(none, "INVALID_VALUE") && none.message).toContain("no known database client");
      expect(isOrmError(await errorOf(createDriverFromRuntime({ schema, ...options })), "INVALID_VALUE")).toBe(true);
    }
    const runtime: DatabaseRuntime = { kind: "dynamodb", client, source: "service id" };
    const two = await errorOf(createOrmFromRuntime({ schema, client: {}, runtime }));
    expect(isOrmError(two, "INVALID_QUERY") && two.message).toContain("client and runtime");
  });
});
