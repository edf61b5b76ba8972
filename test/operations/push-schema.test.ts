import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  UpdateTimeToLiveCommand,
} from "@aws-sdk/client-dynamodb";
import { createDynamodbDriver, createOrm, datetime, defineSchema, id, isOrmError, model, string } from "auth-dynamodb";
import { pushSchema } from "auth-dynamodb/setup";
import { describe, expect, it } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";

const schema = defineSchema({
  user: model({ table: "users", fields: { id: id(), email: string().unique() } }),
  session: model({
    table: "sessions",
    fields: { id: id(), token: string().unique(), expiresAt: datetime() },
    expires: "expiresAt",
  }),
});

describe.each(engines)("pushSchema on $name", (engine) => {
  const client = engine.createClient();

  it("says what a dry run would do, and sends no write", async () => {
    const tablePrefix = uniquePrefix("dry");
    const recording = recordRequests(client);
    const plan = await pushSchema({ schema, client, tablePrefix, dryRun: true, deletionProtection: true });
    recording.stop();
    expect(recording.summary()).toBe("DescribeTable 2");
    expect(plan).toMatchObject([
      {
        table: `${tablePrefix}users`,
        created: true,
        ttl: "not needed",
        schema: "would be recorded",
        settings: [{ setting: "deletionProtection", outcome: "would be set" }],
      },
      { table: `${tablePrefix}sessions`, created: true, ttl: "would be enabled", schema: "would be recorded" },
    ]);
    await expect(client.send(new DescribeTableCommand({ TableName: `${tablePrefix}users` }))).rejects.toThrow();
  });

  it("creates tables, and has nothing left to do the second time", async () => {
    const tablePrefix = uniquePrefix("push");
    const first = await pushSchema({ schema, client, tablePrefix });
    expect(first).toMatchObject([
      { models: ["user"], created: true, schema: "recorded" },
      { models: ["session"], created: true, schema: "recorded" },
    ]);
    const recording = recordRequests(client);
    const second = await pushSchema({ schema, client, tablePrefix });
    recording.stop();
    expect(second).toMatchObject([
      { created: false, ttl: "not needed", schema: "already recorded", changes: [] },
      { created: false, schema: "already recorded", changes: [] },
    ]);
    expect(
      recording.requests.filter(
        ({ operation }) => /^(Create|Update|Put|Transact|Scan)/.test(operation) && operation !== "UpdateTimeToLive",
      ),
    ).toEqual([]);
    const dry = await pushSchema({ schema, client, tablePrefix, dryRun: true });
    expect(dry.map(({ schema: state }) => state)).toEqual(["already recorded", "already recorded"]);
  });

  it("lets several processes push at once", async () => {
    const table = `${uniquePrefix("race")}auth`;
    const pushed = await Promise.all(Array.from({ length: 4 }, () => pushSchema({ schema, client, table })));
    for (const [report] of pushed) expect(report!.schema).toMatch(/recorded$/);
    expect((await pushSchema({ schema, client, table }))[0]!.schema).toBe("already recorded");
  });

  it("reports settings that the engine does not know, and does not fail", async () => {
    const table = `${uniquePrefix("settings")}auth`;
    const settings = {
      deletionProtection: true,
      pointInTimeRecovery: true,
      tableClass: "STANDARD_INFREQUENT_ACCESS",
      tags: { team: "identity" },
    } as const;
    const [first] = await pushSchema({ schema, client, table, ...settings });
    const outcomes = Object.fromEntries(first!.settings.map(({ setting, outcome }) => [setting, outcome]));
    expect(Object.keys(outcomes)).toEqual(["ttl", "deletionProtection", "pointInTimeRecovery", "tableClass", "tags"]);
    for (const outcome of Object.values(outcomes)) expect(["set", "not supported by the engine"]).toContain(outcome);
    const [second] = await pushSchema({ schema, client, table, ...settings });
    for (const { setting, outcome } of second!.settings) {
      expect([setting, outcome]).toEqual([setting, outcomes[setting] === "set" ? "already set" : outcomes[setting]]);
    }
  });

  it("refuses a foreign table before it creates any other", async () => {
    const tablePrefix = uniquePrefix("foreign");
    await client.send(
      new CreateTableCommand({
        TableName: `${tablePrefix}sessions`,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      }),
    );
    const error = await pushSchema({ schema, client, tablePrefix }).catch((caught: unknown) => caught);
    expect(isOrmError(error, "INVALID_SCHEMA")).toBe(true);
    await expect(client.send(new DescribeTableCommand({ TableName: `${tablePrefix}users` }))).rejects.toThrow();
  });

  it("names a missing table, its model and the command", async () => {
    const tablePrefix = uniquePrefix("missing");
    const orm = createOrm({ schema, driver: createDynamodbDriver({ client, tablePrefix }) });
    const error = await orm.user.count({ where: { id: "x" } }).catch((caught: unknown) => caught);
    expect(isOrmError(error, "MISSING_TABLE")).toBe(true);
    expect(String(error)).toContain(`"${tablePrefix}users" of model "user"`);
    expect(String(error)).toContain("npx auth-dynamodb push");
  });
});

describe.each(engines.filter(({ transactions }) => transactions))(
  "pushSchema on $name, an engine that knows settings",
  (engine) => {
    const client = engine.createClient();

    it("sets tags, deletion protection and TTL", async () => {
      const table = `${uniquePrefix("made")}auth`;
      await pushSchema({ schema, client, table });
      const [changed] = await pushSchema({ schema, client, table, deletionProtection: true, tags: { a: "b" } });
      expect(changed).toMatchObject({ created: false, ttl: "already enabled" });
      const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
      expect(Table?.DeletionProtectionEnabled).toBe(true);
      const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName: table }));
      expect(TimeToLiveDescription).toMatchObject({ TimeToLiveStatus: "ENABLED", AttributeName: "_ttl" });
    });

    it("refuses a table that expires by another attribute", async () => {
      const table = `${uniquePrefix("ttl")}auth`;
      await pushSchema({ schema: defineSchema({ user: schema.models.user }), client, table });
      await client.send(
        new UpdateTimeToLiveCommand({
          TableName: table,
          TimeToLiveSpecification: { Enabled: true, AttributeName: "other" },
        }),
      );
      await expect(pushSchema({ schema, client, table })).rejects.toThrow(/by the attribute "other"/);
    });
  },
);

describe("a client that was not set up", () => {
  const endpoint = engines[0]!.endpoint;
  const find = async (client: DynamoDBClient) => {
    const orm = createOrm({ schema, driver: createDynamodbDriver({ client }) });
    return orm.user.findUnique({ where: { id: "x" } }).catch((caught: unknown) => caught as Error);
  };

  it("has one sentence added to its error about credentials", async () => {
    const refuse = () =>
      Promise.reject(
        Object.assign(new Error("Could not load credentials from any providers"), { name: "CredentialsProviderError" }),
      );
    const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials: refuse });
    const failed = await pushSchema({ schema, client }).catch((caught: unknown) => caught as Error);
    expect(failed).toMatchObject({ name: "RuntimeSetupError", stage: "push", code: "SETUP_FAILED" });
    for (const error of [await find(client), (failed as Error).cause]) {
      expect(error).toMatchObject({ name: "CredentialsProviderError" });
      expect((failed as Error).message).toBe((error as Error).message);
      expect((error as Error).message).toMatch(
        /^Could not load credentials from any providers\. auth-dynamodb uses the credentials .*AWS_PROFILE/,
      );
    }
  });

  it("has one sentence added to its error about the region", async () => {
    const missing = () => Promise.reject(new Error("Region is missing"));
    const client = new DynamoDBClient({
      endpoint,
      region: missing,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    expect(((await find(client)) as Error).message).toMatch(
      /^Region is missing\. auth-dynamodb uses the region .*AWS_REGION/,
    );
  });
});
