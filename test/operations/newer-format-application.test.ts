// An application of an older release that starts beside tables of a newer one: it looks once, and refuses.
import { DeleteTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamodbDriver, createOrm, type RequestEvent } from "auth-dynamodb";
import { DynamoDBAdapter, createAuthJsSchema } from "auth-dynamodb/authjs";
import { dynamodbAdapter } from "auth-dynamodb/better-auth";
import { pushSchema } from "auth-dynamodb/setup";
import { createStorageSchema, dynamodbSecondaryStorage } from "auth-dynamodb/storage";
import { betterAuth } from "better-auth";
import { describe, expect, it } from "vitest";
import { pushAuthTables } from "../support/auth-app.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { errors, injectFaults } from "../support/faults.ts";
import { recordRequests } from "../support/recording.ts";
import { itemsOf } from "./stored-items.ts";
import { ADVICE, CURRENT, NEWER, schema, setFormat, tablesOfFormat } from "./format-tables.ts";

const REFUSED = { code: "STORAGE_FORMAT_UNSUPPORTED", retryable: false };

interface Request {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

const isLook = ({ operation, input }: Request) =>
  operation === "BatchGetItem" && JSON.stringify(input).includes("|schema");

describe.each(engines)("an application on $name", (engine) => {
  // Pushes, and prepares; applications have clients of their own, as other processes have.
  const operator = engine.createClient();

  function start(tablePrefix: string, onRequest?: (event: RequestEvent) => void) {
    const client = engine.createClient();
    const options = { client, tablePrefix, onRequest, scans: "allow", transactions: "atomic" } as const;
    const orm = createOrm({ schema, driver: createDynamodbDriver(options) });
    return { client, orm, recording: recordRequests(client) };
  }
  type Orm = ReturnType<typeof start>["orm"];

  const data = { id: "s", token: "t" };
  const operations: Record<string, (orm: Orm) => Promise<unknown>> = {
    findUnique: (orm) => orm.session.findUnique({ where: { token: "t" } }),
    findMany: (orm) => orm.session.findMany({ where: { id: { in: ["1", "2"] } } }),
    "findMany of all": (orm) => orm.session.findMany({ where: {} }),
    count: (orm) => orm.session.count({ where: {} }),
    create: (orm) => orm.session.create({ data }),
    createMany: (orm) => orm.session.createMany({ data: [data] }),
    update: (orm) => orm.session.update({ where: { id: "s" }, data: { token: "u" } }),
    delete: (orm) => orm.session.delete({ where: { id: "s" } }),
    deleteMany: (orm) => orm.session.deleteMany({ where: {} }),
    transaction: (orm) =>
      orm.transaction(async (tx) => {
        await tx.user.create({ data: { email: "eva@example.com" } });
        await tx.session.create({ data });
      }),
  };

  it.each(Object.keys(operations))("refuses %s on a table of a newer release, and writes nothing", async (name) => {
    const { tablePrefix, sessions, stored } = await tablesOfFormat(operator, NEWER);
    const before = await stored();
    const { orm } = start(tablePrefix);
    for (let i = 0; i < 2; i++) {
      const error: unknown = await operations[name]!(orm).catch((error: unknown) => error);
      expect(error).toMatchObject({ ...REFUSED, meta: { table: sessions } });
      expect((error as Error).message).toMatch(ADVICE);
    }
    expect(await stored()).toEqual(before);
    // Not half of what belongs together: the tables beside it, of its own release, are left alone as well.
    await expect(orm.user.findUnique({ where: { email: "ada@example.com" } })).rejects.toMatchObject(REFUSED);
    // Who goes back to a backup need not start it again.
    await setFormat(operator, sessions, CURRENT);
    await operations[name]!(orm).catch((error: unknown) => expect(error).not.toMatchObject(REFUSED));
  });

  it("refuses sign-ups with Better Auth", async () => {
    const tablePrefix = uniquePrefix("format");
    await pushAuthTables(operator, tablePrefix);
    await setFormat(operator, `${tablePrefix}session`, NEWER);
    const auth = betterAuth({
      database: dynamodbAdapter({ client: engine.createClient(), tablePrefix }),
      secret: "a secret for tests that is long enough",
      baseURL: "http://localhost:3000",
      logger: { disabled: true },
      emailAndPassword: { enabled: true },
    });
    const body = { email: "ada@example.com", password: "correct horse", name: "Ada" };
    await expect(auth.api.signUpEmail({ body })).rejects.toMatchObject(REFUSED);
    expect((await itemsOf(operator, `${tablePrefix}user`)).map(({ _pk }) => _pk)).toEqual([{ S: "|schema" }]);
  });

  it("refuses sign-ins with Auth.js", async () => {
    const table = uniquePrefix("format");
    await pushSchema({ schema: createAuthJsSchema(), client: operator, table });
    await setFormat(operator, table, NEWER);
    const { getUserByEmail } = DynamoDBAdapter({ client: engine.createClient(), table });
    await expect(getUserByEmail!("ada@example.com")).rejects.toMatchObject(REFUSED);
  });

  it("refuses to keep values for Better Auth", async () => {
    const table = uniquePrefix("format");
    await pushSchema({ schema: createStorageSchema(), client: operator, table });
    await setFormat(operator, table, NEWER);
    const at = { client: engine.createClient(), table };
    await expect(dynamodbSecondaryStorage(at).set("key", "value")).rejects.toMatchObject(REFUSED);
    await expect(dynamodbSecondaryStorage(at).get("key")).rejects.toMatchObject(REFUSED);
  });

  it("looks once at all tables, whatever begins at once, by one eventually consistent request", async () => {
    const { tablePrefix, users, sessions } = await tablesOfFormat(operator, CURRENT);
    const told: RequestEvent[] = [];
    const { orm, recording } = start(tablePrefix, (event) => told.push(event));
    await Promise.all(["a", "b", "c"].map((id) => orm.session.create({ data: { id, token: id } })));
    await operations["transaction"]!(orm);
    await orm.user.findMany({ where: {} });
    const [first] = recording.requests;
    expect(recording.requests.filter(isLook)).toEqual([first]);
    expect(first!.tables.sort()).toEqual([sessions, users]);
    expect(JSON.stringify(first!.input)).not.toContain("ConsistentRead");
    expect(told[0]).toMatchObject({ operation: "BatchGetItem", model: "session", path: undefined });
  });

  it("need not look at what its own client has pushed", async () => {
    const { tablePrefix } = await tablesOfFormat(operator, CURRENT);
    const recording = recordRequests(operator);
    const orm = createOrm({ schema, driver: createDynamodbDriver({ client: operator, tablePrefix }) });
    await orm.session.create({ data });
    recording.stop();
    expect(recording.requests.filter(isLook)).toEqual([]);
  });

  it.each([
    { name: "ThrottlingException", most: 1 },
    // The SDK's own attempts.
    { name: "TimeoutError", most: 4 },
    // Each table by itself, too: it may be one of them alone.
    { name: "AccessDeniedException", most: 3 },
  ])("works where the look fails by $name, and does not insist", async ({ name, most }) => {
    const { tablePrefix } = await tablesOfFormat(operator, CURRENT);
    const { client, orm } = start(tablePrefix);
    const faults = injectFaults(client);
    const fault = faults.failBefore(isLook, () => Object.assign(new Error("not now"), { name }));
    await orm.session.create({ data });
    const { hits } = fault;
    expect(hits).toBeGreaterThan(0);
    expect(hits).toBeLessThanOrEqual(most);
    // Neither does an application that makes its drivers anew for each request.
    const another = createOrm({ schema, driver: createDynamodbDriver({ client, tablePrefix }) });
    expect(await another.session.findUnique({ where: { id: "s" } })).toEqual(data);
    expect(fault.hits).toBe(hits);
    faults.stop();
  });

  it("refuses also where the first answer is a failure that passes", async () => {
    const { tablePrefix } = await tablesOfFormat(operator, NEWER);
    const { client, orm } = start(tablePrefix);
    const faults = injectFaults(client);
    faults.failBefore(isLook, errors.internalServerError, { times: 1 });
    await expect(orm.session.create({ data })).rejects.toMatchObject(REFUSED);
    faults.stop();
  });

  it("leaves the client's own retries as they are, also where it keeps its chains of middleware", async () => {
    const { tablePrefix } = await tablesOfFormat(operator, CURRENT);
    const { endpoint } = engine;
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const client = new DynamoDBClient({ endpoint, credentials, region: "us-east-1", cacheMiddleware: true });
    const faults = injectFaults(client);
    const told: RequestEvent[] = [];
    const onRequest = (event: RequestEvent) => void told.push(event);
    const orm = createOrm({ schema, driver: createDynamodbDriver({ client, tablePrefix, onRequest }) });
    await orm.session.findMany({ where: { id: { in: ["1", "2"] } } });
    faults.failBefore("BatchGetItem", errors.throttling, { times: 1 });
    await orm.session.findMany({ where: { id: { in: ["1", "2"] } } });
    expect(told.map(({ operation, attempt, error }) => [operation, attempt, error])).toEqual(
      told.map(() => ["BatchGetItem", 1, undefined]),
    );
    expect(told).toHaveLength(3);
    client.destroy();
  });

  it("works where the look never ends", async () => {
    const { tablePrefix } = await tablesOfFormat(operator, NEWER);
    const { client, orm } = start(tablePrefix);
    const faults = injectFaults(client);
    faults.delay(isLook, () => new Promise(() => {}), { level: "call" });
    await Promise.all(["a", "b"].map((id) => orm.session.create({ data: { id, token: id } })));
    faults.stop();
  });

  it("looks at tables beside one that is missing", async () => {
    const { tablePrefix, users } = await tablesOfFormat(operator, NEWER);
    await operator.send(new DeleteTableCommand({ TableName: users }));
    const { orm } = start(tablePrefix);
    await expect(orm.user.findUnique({ where: { id: "1" } })).rejects.toMatchObject(REFUSED);
  });

  it("tells of a table that is missing as ever", async () => {
    const { orm } = start(uniquePrefix("format"));
    await expect(orm.session.create({ data })).rejects.toMatchObject({ code: "MISSING_TABLE" });
  });
});
