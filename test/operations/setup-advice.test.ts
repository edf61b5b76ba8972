import { createServer } from "node:http";
import { DynamoDBClient, CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createAuthJsSchema, DynamoDBAdapter, importFromAuthJsDynamoDB } from "auth-dynamodb/authjs";
import { dynamodbAdapter } from "auth-dynamodb/better-auth";
import { auditStorage, copyTables, pushSchema, storageStats } from "auth-dynamodb/setup";
import { dynamodbRateLimit, dynamodbSecondaryStorage } from "auth-dynamodb/storage";
import { betterAuth, type BetterAuthOptions } from "better-auth";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { engineNamed, engines, uniquePrefix } from "../support/engines.ts";

const engine = engineNamed("dynoxide") ?? engines[0]!;
const settings = { region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" }, maxAttempts: 1 };

type Database = BetterAuthOptions["database"];

async function adapterOf(database: Database) {
  const auth = betterAuth({
    secret: "a secret for tests that is long enough",
    baseURL: "http://localhost:3000",
    logger: { disabled: true },
    database,
  });
  return (await auth.$context).adapter;
}

const schema = createAuthJsSchema();
const where = [{ field: "email", value: "ada@example.com" }];

/** Whatever takes a client: both adapters, both storages, and what the commands call. */
const CALLERS: Readonly<Record<string, (client: DynamoDBClient) => Promise<unknown>>> = {
  dynamodbAdapter: async (client) =>
    (await adapterOf(dynamodbAdapter({ client, table: "auth" }))).findOne({ model: "user", where }),
  DynamoDBAdapter: async (client) => DynamoDBAdapter({ client, table: "auth" }).getUserByEmail("ada@example.com"),
  dynamodbRateLimit: async (client) =>
    dynamodbRateLimit({ client, table: "auth" }).consume("key", { window: 1, max: 1 }),
  dynamodbSecondaryStorage: async (client) => dynamodbSecondaryStorage({ client, table: "auth" }).get("key"),
  pushSchema: (client) => pushSchema({ schema, client, table: "auth" }),
  auditStorage: async (client) => auditStorage({ schema, client, table: "auth" }).next(),
  storageStats: (client) => storageStats({ schema, client, table: "auth" }),
  copyTables: (client) => copyTables({ schema, from: { client, table: "auth" }, to: { client, table: "new" } }),
  importFromAuthJsDynamoDB: (client) =>
    importFromAuthJsDynamoDB({ from: { client, table: "old" }, to: { client, table: "auth" } }),
};

/** The error of each. */
async function errorsOf(client: DynamoDBClient): Promise<Error[]> {
  return Promise.all(
    Object.values(CALLERS).map(async (call) => {
      try {
        await call(client);
        return new Error("none");
      } catch (error) {
        return error as Error;
      }
    }),
  );
}

describe("advice names the table and the endpoint", () => {
  const server = createServer((request, response) => {
    response.writeHead(200, { "content-type": "text/html" });
    response.end("<!doctype html>");
  });
  let page: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    page = `http://127.0.0.1:${typeof address === "object" ? address?.port : ""}`;
  });
  afterAll(() => server.close());

  it("where nobody answers", async () => {
    for (const { message } of await errorsOf(new DynamoDBClient({ ...settings, endpoint: "http://127.0.0.1:9" })))
      expect(message).toMatch(/DynamoDB cannot be reached: start .* \(table "auth" at http:\/\/127\.0\.0\.1:9\)\.$/);
  });

  it("where something else answers", async () => {
    for (const { message } of await errorsOf(new DynamoDBClient({ ...settings, endpoint: page })))
      expect(message).toMatch(/What answers there is no DynamoDB: .* \(table "auth" at http:\/\/127\.0\.0\.1:\d+\)\.$/);
  });

  it("where the client's SDK is another copy that does not understand the command", async () => {
    const client = {
      config: { serviceId: "DynamoDB", region: () => Promise.resolve("eu-west-1") },
      send: () => Promise.reject(new TypeError("Cannot read properties of undefined")),
    };
    // The cast: a client of another copy of the SDK, of which only this is needed.
    for (const { message } of await errorsOf(client as unknown as DynamoDBClient))
      expect(message).toMatch(/another copy of @aws-sdk\/client-dynamodb .* \(table "auth" at AWS in eu-west-1\)\.$/);
  });

  it("where there is no region, and where there are no credentials", async () => {
    for (const name of ["AWS_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
      vi.stubEnv(name, undefined);
    for (const name of ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"]) vi.stubEnv(name, "/dev/null");
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    onTestFinished(() => void vi.unstubAllEnvs());
    for (const { message } of await errorsOf(new DynamoDBClient({ credentials: settings.credentials })))
      expect(message).toMatch(/: set AWS_REGION, or pass .* \(table "auth" at AWS in no region\)\.$/);
    for (const { message } of await errorsOf(new DynamoDBClient({ region: "eu-west-1" })))
      expect(message).toMatch(/: set AWS_PROFILE or .* \(table "auth" at AWS in eu-west-1\)\.$/);
  });

  it("once, also where one error is met twice", async () => {
    const error = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const client = new DynamoDBClient(settings);
    vi.spyOn(client, "send").mockImplementation(() => Promise.reject(error));
    for (const { message } of [...(await errorsOf(client)), ...(await errorsOf(client))])
      expect(message.match(/cannot be reached/g)).toHaveLength(1);
  });
});

describe.each(engines.map(({ name }) => name))("a table of another layout, on %s", (name) => {
  it("is named with its keys, by whatever request meets it", async () => {
    const client = engineNamed(name)!.createClient();
    const table = `${uniquePrefix("other")}auth`;
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
        AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" as const })),
      }),
    );
    const adapter = await adapterOf(dynamodbAdapter({ client, table }));
    const { getUserByEmail, createUser } = DynamoDBAdapter({ client, table });
    const user = {
      email: "ada@example.com",
      name: "Ada",
      emailVerified: false,
      createdAt: new Date(),
      updatedAt: new Date(),
    };
    for (const run of [
      () => adapter.findOne({ model: "user", where: [{ field: "email", value: "a@example.com" }] }),
      () => adapter.findMany({ model: "account", where: [{ field: "userId", value: "u" }] }),
      () => adapter.create({ model: "user", data: user }),
      () => adapter.update({ model: "user", where: [{ field: "id", value: "x" }], update: { name: "b" } }),
      () => adapter.delete({ model: "session", where: [{ field: "token", value: "x" }] }),
      () => getUserByEmail("ada@example.com"),
      () => createUser({ id: "1", email: "ada@example.com", emailVerified: null }),
      () => storageStats({ schema: createAuthJsSchema(), client, table }),
    ]) {
      const error = await (run() as Promise<unknown>).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: "INVALID_SCHEMA" });
      expect((error as Error).message).toContain(`The table "${table}"`);
      expect((error as Error).message).toContain("pk HASH S, sk RANGE S");
    }
  });
});

describe("the adapters' arguments", () => {
  const none = {
    undefined: undefined,
    null: null,
    "a class": DynamoDBClient,
    "a promise": Promise.resolve(new DynamoDBClient(settings)),
    "an SDK v2 client": new (class DynamoDB {
      getItem() {}
    })(),
    "another client": new (class Dax {
      get() {}
    })(),
  };

  it.each(Object.entries(none))("refuse %s as a client, at once, and say what to pass", (_, client) => {
    for (const open of [dynamodbAdapter, DynamoDBAdapter] as ((...args: unknown[]) => unknown)[]) {
      for (const args of [[{ client }], [client], [client, { table: "auth" }]]) {
        expect(() => open(...args)).toThrow(expect.objectContaining({ code: "INVALID_VALUE" }) as Error);
        expect(() => open(...args)).toThrow(/DynamoDBClient|await it first/);
      }
    }
  });

  it.each(Object.entries(none))("are so for whatever takes a client: %s", async (_, client) => {
    for (const error of await errorsOf(client as never)) {
      expect(error).toMatchObject({ code: expect.stringMatching(/^INVALID_(VALUE|OPTION)$/) as unknown });
      expect(error.message).toMatch(/new DynamoDBClient|await it first|of @aws-sdk\/client-dynamodb/);
    }
  });

  it("may be the client and the options, as other adapters have it", async () => {
    const client = engine.createClient();
    const table = `${uniquePrefix("args")}auth`;
    for (const given of [client, DynamoDBDocumentClient.from(client)]) {
      const adapter = await adapterOf(dynamodbAdapter(given, { table }));
      const error = await adapter.findMany({ model: "user" }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code: "MISSING_TABLE", meta: { table } });
      await expect(DynamoDBAdapter(given, { table }).getUser("x")).rejects.toMatchObject({ meta: { table } });
      await expect(DynamoDBAdapter(given).getUser("x")).rejects.toMatchObject({ meta: { table: "user" } });
    }
  });
});
