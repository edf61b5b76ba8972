import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import {
  belongsTo,
  createDynamodbDriver,
  createOrm,
  datetime,
  defineSchema,
  hasMany,
  hasOne,
  id,
  isOrmError,
  json,
  model,
  number,
  string,
  tableName,
} from "auth-dynamodb";
import { createOrmFromRuntime } from "auth-dynamodb/runtime";
import { bootstrapDatabase, pushSchema } from "auth-dynamodb/setup";
import { beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";

const appSchema = defineSchema({
  organization: model({ table: "organizations", fields: { id: id(), name: string() } }),
  user: model({
    table: "users",
    fields: {
      id: id(),
      email: string().unique(),
      name: string().nullable(),
      score: number().nullable(),
      notes: json<Record<string, unknown>>().nullable(),
      organizationId: string().nullable().references("organization.id"),
    },
    relations: {
      profile: hasOne("profile", { foreignKey: "userId" }),
      sessions: hasMany("session", { foreignKey: "userId" }),
      accounts: hasMany("account", { foreignKey: "userId" }),
      organization: belongsTo("organization", { foreignKey: "organizationId" }),
    },
  }),
  profile: model({
    table: "profiles",
    fields: { id: id(), userId: string().unique().references("user.id"), bio: string() },
  }),
  session: model({
    table: "sessions",
    fields: {
      id: id(),
      token: string().unique(),
      userId: string().references("user.id"),
      createdAt: datetime().defaultNow(),
    },
    relations: { user: belongsTo("user", { foreignKey: "userId" }) },
    clusterBy: "token",
  }),
  account: model({
    table: "accounts",
    fields: { id: id(), provider: string(), subject: string(), userId: string().references("user.id") },
    constraints: { unique: [["provider", "subject"]] },
    clusterBy: "userId",
  }),
});

describe.each(engines)("the runtime on $name", (engine) => {
  const tablePrefix = uniquePrefix("runtime");
  const client = engine.createClient();

  beforeAll(async () => {
    await pushSchema({ schema: appSchema, client, tablePrefix });
  });

  async function addUser(orm: Awaited<ReturnType<typeof open>>, email: string) {
    const organization = await orm.organization.create({ data: { name: "Analytical Engines" } });
    const user = await orm.user.create({ data: { email, organizationId: organization.id } });
    await orm.profile.create({ data: { userId: user.id, bio: "countess" } });
    await orm.session.createMany({ data: [1, 2, 3, 4, 5].map((n) => ({ token: `${email}-${n}`, userId: user.id })) });
    await orm.account.createMany({
      data: ["a", "b", "c"].map((subject) => ({ provider: email, subject, userId: user.id })),
    });
    return user;
  }

  const open = () => createOrmFromRuntime({ schema: appSchema, client, tablePrefix });

  it("is created directly", async () => {
    const orm = createOrm({ schema: appSchema, driver: createDynamodbDriver({ client, tablePrefix }) });
    const created = await orm.user.create({ data: { email: "direct@example.com" } });
    expect(await orm.user.findUnique({ where: { email: "direct@example.com" } })).toEqual(created);
    expect(orm.$driver.kind).toBe("dynamodb");
    expect(orm.$driver.client).toBe(client);
    expectTypeOf(orm.$driver.client).toEqualTypeOf<DynamoDBClient>();
    expect(Object.isFrozen(orm.$driver.capabilities)).toBe(true);
    expect(orm.$driver.capabilities).toMatchObject({
      numericIds: "manual",
      supportsJSON: true,
      supportsDates: true,
      supportsBooleans: true,
      supportsTransactions: false,
      transactionIsolation: "none",
      supportsSchemaNamespaces: false,
      supportsJoin: false,
      nativeRelationLoading: "none",
      upsert: "emulated",
    });
    const atomic = createDynamodbDriver({ client, tablePrefix, transactions: "atomic" });
    expect(atomic.handle.capabilities).toMatchObject({
      supportsTransactions: true,
      transactionIsolation: "serializable",
    });
  });

  it("is not changed by the marshalling options of a document client", async () => {
    const documentClient = DynamoDBDocumentClient.from(client, {
      marshallOptions: { convertEmptyValues: true, removeUndefinedValues: true, convertClassInstanceToMap: true },
      unmarshallOptions: { wrapNumbers: true },
    });
    for (const options of [{ client, documentClient }, { client: documentClient }]) {
      const orm = createOrm({ schema: appSchema, driver: createDynamodbDriver({ ...options, tablePrefix }) });
      const notes = { empty: "", list: [null, 1.5], nested: { none: undefined, zero: 0 } };
      const { id: userId } = await orm.user.create({
        data: { email: crypto.randomUUID(), name: "", score: 2 ** 60, notes },
      });
      expect(
        await orm.user.findUnique({ where: { id: userId }, select: { name: true, score: true, notes: true } }),
      ).toEqual({
        name: "",
        score: 2 ** 60,
        notes: { empty: "", list: [null, 1.5], nested: { zero: 0 } },
      });
    }
  });

  it("comes from a raw client, with the tables pushed or bootstrapped", async () => {
    const orm = await open();
    expect(await orm.user.count({ where: { email: "nobody@example.com" } })).toBe(0);
    const own = uniquePrefix("bootstrap");
    const pushed = await pushSchema({ schema: appSchema, client, tablePrefix: own });
    expect(pushed.map(({ created }) => created)).toEqual([true, true, true, true, true]);
    const bootstrapped = await bootstrapDatabase({ schema: appSchema, client, tablePrefix: own });
    await bootstrapped.user.create({ data: { email: "first@example.com" } });
    expect((await pushSchema({ schema: appSchema, client, tablePrefix: own })).some(({ created }) => created)).toBe(
      false,
    );
  });

  it("selects a user with its relations by e-mail", async () => {
    const orm = await open();
    await addUser(orm, "ada@example.com");
    const recording = recordRequests(client);
    const user = await orm.user.findUnique({
      where: { email: "ada@example.com" },
      select: {
        email: true,
        profile: { select: { bio: true } },
        sessions: { select: { token: true }, orderBy: { token: "asc" } },
        accounts: { select: { subject: true } },
        organization: { select: { name: true } },
      },
    });
    recording.stop();
    expect(user).toEqual({
      email: "ada@example.com",
      profile: { bio: "countess" },
      sessions: [1, 2, 3, 4, 5].map((n) => ({ token: `ada@example.com-${n}` })),
      accounts: expect.arrayContaining([{ subject: "a" }, { subject: "b" }, { subject: "c" }]) as unknown,
      organization: { name: "Analytical Engines" },
    });
    expect(recording.count("Scan")).toBe(0);
    expect(recording.sequentialRoundTrips()).toBeLessThanOrEqual(4);
  });

  it("reads the organizations of 50 users in one batch", async () => {
    const orm = await open();
    const organizations = await orm.organization.createMany({
      data: Array.from({ length: 10 }, (_, n) => ({ name: `org ${n}` })),
    });
    const users = await orm.user.createMany({
      data: Array.from({ length: 50 }, (_, n) => ({
        email: `many-${n}@example.com`,
        organizationId: organizations[n % 10]!.id,
      })),
    });
    const recording = recordRequests(client);
    const found = await orm.user.findMany({
      where: { id: { in: users.map((user) => user.id) } },
      select: { email: true, organization: { select: { name: true } } },
    });
    recording.stop();
    expect(found).toHaveLength(50);
    expect(found.every(({ organization }) => organization?.name.startsWith("org"))).toBe(true);
    expect(recording.summary()).toBe("BatchGetItem 2");
  });

  it("names a missing table, its model, and what creates it", async () => {
    const orm = createOrm({
      schema: appSchema,
      driver: createDynamodbDriver({ client, tablePrefix: uniquePrefix("missing") }),
    });
    const error = await orm.user.findUnique({ where: { id: "x" } }).catch((caught: unknown) => caught);
    expect(isOrmError(error, "MISSING_TABLE") && error.meta).toMatchObject({
      model: "user",
      table: expect.stringContaining("missing") as unknown,
    });
    expect(String(error)).toContain("pushSchema");
  });

  it("refuses a table with other keys before writing anything", async () => {
    const { CreateTableCommand } = await import("@aws-sdk/client-dynamodb");
    const table = `${uniquePrefix("foreign")}users`;
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      }),
    );
    const error = await pushSchema({ schema: appSchema, client, table }).catch((caught: unknown) => caught);
    expect(isOrmError(error, "INVALID_SCHEMA")).toBe(true);
  });

  it("serves a schema whose key column is called _id, as document databases have it", async () => {
    const documents = defineSchema({
      note: model({
        table: "notes",
        fields: { id: id().map("_id"), slug: string().unique().map("_slug"), text: string().nullable() },
      }),
    });
    const own = uniquePrefix("underscore");
    const orm = await bootstrapDatabase({ schema: documents, client, tablePrefix: own, transactions: "atomic" });
    const { id: noteId } = await orm.note.create({ data: { slug: "first", text: "a" } });
    await orm.note.update({ where: { slug: "first" }, data: { slug: "second" } });
    expect(await orm.note.findUnique({ where: { slug: "first" } })).toBeNull();
    expect(await orm.note.findUnique({ where: { id: noteId } })).toEqual({ id: noteId, slug: "second", text: "a" });
    expect(await orm.note.findMany({ where: { id: { in: [noteId] } }, select: { text: true } })).toEqual([
      { text: "a" },
    ]);
    expect(await orm.note.consume({ where: { slug: "second" } })).toMatchObject({ id: noteId });
    expect(await orm.note.findUnique({ where: { id: noteId } })).toBeNull();
  });

  it("keeps several models in one table", async () => {
    const table = `${uniquePrefix("single")}auth`;
    const pushed = await pushSchema({ schema: appSchema, client, table });
    expect(pushed).toHaveLength(1);
    expect(pushed[0]).toMatchObject({ table, models: Object.keys(appSchema.models) });
    const orm = await createOrmFromRuntime({ schema: appSchema, client, table, scans: "allow" });
    await addUser(orm, "single@example.com");
    expect(await orm.session.count()).toBe(5);
    expect(await orm.user.count()).toBe(1);
  });
});

describe("what is refused when the ORM is created", () => {
  const client = new DynamoDBClient({ region: "us-east-1" });
  const build = (schema: Parameters<typeof createOrm>[0]["schema"], options = {}) => {
    try {
      createOrm({ schema, driver: createDynamodbDriver({ client, ...options }) });
    } catch (error) {
      return error;
    }
    throw new Error("nothing was refused");
  };

  it("generated integer ids", () => {
    const error = build(
      defineSchema({ a: model({ table: "aaa", fields: { id: id({ type: "integer", generated: "increment" }) } }) }),
    );
    expect(isOrmError(error, "INVALID_SCHEMA") && error.message).toContain("string");
  });

  it("schema-qualified tables", () => {
    const error = build(
      defineSchema({ a: model({ table: tableName("aaa", { schema: "auth" }), fields: { id: id() } }) }),
    );
    expect(isOrmError(error, "INVALID_SCHEMA") && error.message).toContain("prefix");
  });

  it("names that DynamoDB refuses, and tables of unknown models", () => {
    expect(
      isOrmError(build(defineSchema({ a: model({ table: "a b", fields: { id: id() } }) })), "INVALID_SCHEMA"),
    ).toBe(true);
    const schema = defineSchema({ a: model({ table: "aaa", fields: { id: id() } }) });
    expect(isOrmError(build(schema, { tables: { b: "bbb" } }), "INVALID_SCHEMA")).toBe(true);
  });

  it("attributes of the layout's own", () => {
    const error = build(defineSchema({ a: model({ table: "aaa", fields: { id: id(), x: string().map("_ttl") } }) }));
    expect(isOrmError(error, "INVALID_SCHEMA") && error.meta.target).toEqual(["x"]);
  });
});
