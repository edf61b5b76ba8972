import { createAuthSchema, dynamodbAdapter } from "auth-dynamodb/better-auth";
import { applicationPolicy, auditStorage, cloudFormationTemplate, pushSchema, storageStats } from "auth-dynamodb/setup";
import { createStorageSchema, dynamodbRateLimit, dynamodbSecondaryStorage } from "auth-dynamodb/storage";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { betterAuth } from "better-auth";
import { describe, expect, it } from "vitest";
import { readModule } from "../../cli/config/read-module.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { errors, injectFaults } from "../support/faults.ts";

const WINDOW = { window: 60, max: 100 };

/** A Better Auth on one table, with both storages in it or in another one. */
function application(client: DynamoDBClient, table: string, values = table) {
  return betterAuth({
    database: dynamodbAdapter({ client, table }),
    secret: "a secret for tests that is long enough",
    baseURL: "http://localhost:3000",
    secondaryStorage: dynamodbSecondaryStorage({ client, table: values }),
    rateLimit: { customStorage: dynamodbRateLimit({ client, table: values }) },
  });
}

describe.each(engines)("on $name", (engine) => {
  it("a push from the application's options brings what its storages need", async () => {
    const client = engine.createClient();
    const tablePrefix = uniquePrefix("pushed");
    const secondaryStorage = dynamodbSecondaryStorage({ client, tablePrefix });
    const customStorage = dynamodbRateLimit({ client, tablePrefix });
    const schema = createAuthSchema({ secondaryStorage, rateLimit: { customStorage } });
    const pushed = await pushSchema({ schema, client, tablePrefix });
    expect(pushed.map(({ table }) => table.slice(tablePrefix.length))).toEqual(
      expect.arrayContaining(["user", "account", "secondaryStorage", "rateLimitWindow"]),
    );
    const expiring = pushed.filter(({ models }) => models.includes("secondaryStorage"));
    expect(expiring.map(({ ttl }) => ttl)).not.toContain("not needed");
    await secondaryStorage.set("k", "v", 60);
    expect(await secondaryStorage.get("k")).toBe("v");
    expect(await customStorage.consume("a", WINDOW)).toMatchObject({ allowed: true });
    const again = await pushSchema({ schema, client, tablePrefix });
    expect(again.every(({ created, changes }) => !created && changes.length === 0)).toBe(true);
  });

  it("what they store is sound to an audit, and counted", async () => {
    const client = engine.createClient();
    const table = uniquePrefix("audited");
    const schema = createStorageSchema();
    await pushSchema({ schema, client, table });
    const values = dynamodbSecondaryStorage({ client, table });
    const limits = dynamodbRateLimit({ client, table });
    await values.set("for ever", "v");
    await values.set("for a while", '{"a":"b"}', 60);
    await values.set("number", "7", 60);
    await values.set("taken", "v", 60);
    await values.getAndDelete("taken");
    for (let i = 0; i < 70; i++) await values.increment("counter", 60);
    for (let i = 0; i < 5; i++) await limits.consume("a", { window: 60, max: 3 });
    const faults = injectFaults(client);
    faults.failAfter({ operation: "UpdateItem", nth: 1 }, () => errors.timeout());
    await limits.consume("b", { window: 60, max: 3 });
    faults.stop();
    const pages = [];
    for await (const page of auditStorage({ schema, client, table })) pages.push(page);
    expect(pages.flatMap(({ findings }) => findings)).toEqual([]);
    const {
      tables: [stats],
    } = await storageStats({ schema, client, table });
    expect(stats!.models).toEqual([
      { model: "secondaryStorage", records: 5, uniqueEntries: 0, indexEntries: 0 },
      { model: "rateLimitWindow", records: 2, uniqueEntries: 0, indexEntries: 0 },
    ]);
  });

  it("both may have a table of their own", async () => {
    const client = engine.createClient();
    const [table, own] = [uniquePrefix("shared"), uniquePrefix("own")];
    const auth = application(client, table, own);
    await pushSchema({ schema: createStorageSchema(), client, table: own });
    await auth.options.secondaryStorage.set("k", "v", 60);
    expect(await auth.options.secondaryStorage.get("k")).toBe("v");
    expect(await auth.options.rateLimit.customStorage.consume("a", WINDOW)).toMatchObject({ allowed: true });
  });
});

describe("the storages' tables", () => {
  const client = engines[0]!.createClient();

  it("stand in the templates, with the application's permissions and TTL", () => {
    const schema = createAuthSchema(application(client, "auth").options);
    const { Resources } = cloudFormationTemplate({ schema, tablePrefix: "app-" });
    const tables = Object.values(Resources) as { Properties: Record<string, unknown> }[];
    const names = ["app-secondaryStorage", "app-rateLimitWindow"];
    const ours = tables.filter(({ Properties }) => names.includes(Properties["TableName"] as string));
    expect(ours).toHaveLength(2);
    for (const { Properties } of ours) {
      expect(Properties).toMatchObject({ TimeToLiveSpecification: { AttributeName: "_ttl", Enabled: true } });
    }
    const [statement] = applicationPolicy({ resources: ["arn"] }).Statement;
    const needed = ["GetItem", "PutItem", "UpdateItem", "DeleteItem"].map((name) => `dynamodb:${name}`);
    expect(statement!.Action).toEqual(expect.arrayContaining(needed));
  });

  it("are found by the command line, in the adapter's table", () => {
    const { schema, table, tables } = readModule("auth.ts", { auth: application(client, "auth") });
    expect(Object.keys(schema.models)).toEqual(
      expect.arrayContaining(["user", "account", "secondaryStorage", "rateLimitWindow"]),
    );
    expect(table).toBe("auth");
    expect(tables).toEqual({ secondaryStorage: "auth", rateLimitWindow: "auth" });
  });

  it("are found by the command line in a table of their own, and beside another database", () => {
    const beside = readModule("auth.ts", { auth: application(client, "auth", "values") });
    expect(beside).toMatchObject({ table: "auth", tables: { secondaryStorage: "values", rateLimitWindow: "values" } });
    const auth = betterAuth({
      secret: "a secret for tests that is long enough",
      baseURL: "http://localhost:3000",
      secondaryStorage: dynamodbSecondaryStorage({ client, tablePrefix: "app_" }),
      rateLimit: { customStorage: dynamodbRateLimit({ client, table: "limits" }) },
    });
    const { schema, tablePrefix, tables, client: found } = readModule("auth.ts", { auth });
    expect(Object.keys(schema.models)).toEqual(["secondaryStorage", "rateLimitWindow"]);
    expect({ tablePrefix, tables }).toEqual({ tablePrefix: "app_", tables: { rateLimitWindow: "limits" } });
    expect(found).toBe(client);
  });

  it("may be named by the adapter's own options, as they are", () => {
    const tables = { user: "people", secondaryStorage: "values" };
    expect(() => dynamodbSecondaryStorage({ client, tables })).not.toThrow();
    expect(() => dynamodbRateLimit({ client, tables })).not.toThrow();
    expect(() => dynamodbRateLimit({ client, table: "a b" })).toThrow(/no DynamoDB table name/);
  });
});
