import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createDynamodbDriver, createOrm, isOrmError, type DynamodbDriverOptions } from "auth-dynamodb";
import { createAuthJsSchema, DynamoDBAdapter } from "auth-dynamodb/authjs";
import { createAuthSchema, dynamodbAdapter } from "auth-dynamodb/better-auth";
import { createOrmFromRuntime } from "auth-dynamodb/runtime";
import { auditStorage, pushSchema, sweepTransactions } from "auth-dynamodb/setup";
import { createStorageSchema, dynamodbRateLimit, dynamodbSecondaryStorage } from "auth-dynamodb/storage";
import { betterAuth, type BetterAuthOptions } from "better-auth";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { faultSchema as schema, type FaultClient } from "../fault/schema.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";

const HOME = "eu-west-1";
const AWAY = "us-east-1";
const REFUSED = {
  code: "WRITE_OUTSIDE_HOME_REGION",
  retryable: false,
  message: expect.stringMatching(
    /us-east-1.*homeRegion is eu-west-1.*before it was sent.*region: "eu-west-1"/,
  ) as unknown,
};
const user = (id: string) => ({ id, email: `${id}@example.com`, handle: id });

describe.each(engines)("homeRegion on $name", (engine) => {
  const table = `${uniquePrefix("home")}auth`;
  const [here, away] = [engine.createClient({ region: HOME }), engine.createClient({ region: AWAY })];
  const open = (options: Partial<DynamodbDriverOptions> & Pick<DynamodbDriverOptions, "client">): FaultClient =>
    createOrm({ schema, driver: createDynamodbDriver({ table, homeRegion: HOME, ...options }) });

  beforeAll(async () => {
    await pushSchema({ schema, client: here, table });
    await open({ client: here }).user.create({ data: user("ada") });
  });

  it("lets a client of that region write, which is asked for its region once", async () => {
    const client = engine.createClient({ region: HOME });
    const region = vi.spyOn(client.config, "region");
    const { requireHome } = await import("../../orm/dynamodb/engine/home-region.ts");
    const asked = async () => {
      const home = { region: HOME as string | undefined };
      for (const name of ["GetItem", "PutItem"] as const)
        if (home.region !== undefined) await requireHome(home, client, name, "user");
      return home.region;
    };
    expect(await asked()).toBeUndefined();
    expect(region).toHaveBeenCalledTimes(1);
    await expect(open({ client }).user.create({ data: user("bob") })).resolves.toMatchObject({ id: "bob" });
  });

  it.each([
    ["create", (orm: FaultClient) => orm.user.create({ data: user("eve") })],
    ["createMany", (orm: FaultClient) => orm.user.createMany({ data: [user("eve"), user("mallory")] })],
    ["update", (orm: FaultClient) => orm.user.update({ where: { id: "ada" }, data: { name: "Ada" } })],
    [
      "update of a unique key",
      (orm: FaultClient) => orm.user.update({ where: { id: "ada" }, data: { handle: "countess" } }),
    ],
    ["updateMany", (orm: FaultClient) => orm.user.updateMany({ where: { id: "ada" }, data: { name: "Ada" } })],
    ["delete", (orm: FaultClient) => orm.user.delete({ where: { id: "ada" } })],
    ["deleteMany", (orm: FaultClient) => orm.user.deleteMany({ where: { id: "ada" } })],
    ["consume", (orm: FaultClient) => orm.user.consume({ where: { id: "ada" } })],
    ["increment", (orm: FaultClient) => orm.user.increment({ where: { id: "ada" }, increment: { logins: 1 } })],
    [
      "upsert",
      (orm: FaultClient) => orm.user.upsert({ where: { id: "eve" }, create: user("eve"), update: { name: "Eve" } }),
    ],
    [
      "a transaction",
      (orm: FaultClient) =>
        orm.transaction(async (tx) => {
          await tx.user.create({ data: user("eve") });
          await tx.user.update({ where: { id: "ada" }, data: { name: "Ada" } });
        }),
    ],
    [
      "a transaction of many requests",
      (orm: FaultClient) =>
        orm.transaction(async (tx) => {
          for (let n = 0; n < 60; n++) await tx.user.create({ data: user(`eve${n}`) });
        }),
    ],
  ])("refuses %s elsewhere, and sends no write", async (_, write) => {
    const told: string[] = [];
    const onRequest = ({ operation }: { operation: string }) => void told.push(operation);
    const orm = open({ client: away, transactions: "atomic", onRequest });
    const recording = recordRequests(away);
    await expect(write(orm)).rejects.toMatchObject(REFUSED);
    recording.stop();
    const isRead = (operation: string) => /^(Get|BatchGet|Query|Scan)/.test(operation);
    expect(recording.requests.filter(({ operation }) => !isRead(operation))).toEqual([]);
    expect(told.filter((operation) => !isRead(operation))).toEqual([]);
    expect(await open({ client: here }).user.findUnique({ where: { id: "ada" } })).toMatchObject({
      ...user("ada"),
      logins: 0,
    });
  });

  it("lets reads through, before and after a write was refused", async () => {
    const orm = open({ client: away, scans: "allow" });
    for (let turn = 0; turn < 2; turn++) {
      expect(await orm.user.findUnique({ where: { email: "ada@example.com" } })).toMatchObject(user("ada"));
      expect(await orm.user.findMany({ where: { id: { in: ["ada", "nobody"] } } })).toHaveLength(1);
      expect(await orm.user.count()).toBeGreaterThan(0);
      await expect(orm.user.create({ data: user("eve") })).rejects.toMatchObject(REFUSED);
    }
  });

  it("goes by the client that sends, and refuses where that tells no region", async () => {
    const documentClient = DynamoDBDocumentClient.from(away);
    for (const options of [{ client: documentClient }, { client: here, documentClient }])
      await expect(open(options).user.create({ data: user("eve") })).rejects.toMatchObject(REFUSED);
    // The cast: a client of which nothing is known but that it sends.
    const bare = { send: (command: never) => here.send(command) } as unknown as DynamoDBClient;
    await expect(open({ client: bare }).user.create({ data: user("eve") })).rejects.toMatchObject({
      code: "WRITE_OUTSIDE_HOME_REGION",
      message: expect.stringContaining("does not tell its region") as unknown,
    });
    expect(await open({ client: bare }).user.findUnique({ where: { id: "ada" } })).toMatchObject(user("ada"));
  });

  it("leaves a client without any region to the advice on that", async () => {
    const region = () => Promise.reject(new Error("Region is missing"));
    const error = await open({ client: engine.createClient({ region }) })
      .user.create({ data: user("eve") })
      .catch((caught: unknown) => caught);
    expect(isOrmError(error)).toBe(false);
    expect(String(error)).toMatch(/Region is missing.*AWS_REGION/);
  });

  it("is no matter of set-up, sweep, audit and their like", async () => {
    const configuration = { schema, client: away, table, homeRegion: HOME };
    await expect(pushSchema(configuration)).resolves.toHaveLength(1);
    await expect(pushSchema({ ...configuration, table: `${table}2` })).resolves.toMatchObject([{ created: true }]);
    await expect(sweepTransactions(configuration)).resolves.toBeDefined();
    for await (const { findings } of auditStorage({ ...configuration, repair: true })) expect(findings).toEqual([]);
  });

  it("is an option of createOrmFromRuntime", async () => {
    const orm = await createOrmFromRuntime({ schema, client: away, table, homeRegion: HOME });
    await expect(orm.user.create({ data: user("eve") })).rejects.toMatchObject(REFUSED);
  });

  it("is an option of dynamodbAdapter", async () => {
    const tablePrefix = uniquePrefix("homebetter");
    await pushSchema({ schema: createAuthSchema({}), client: here, tablePrefix });
    const authAt = (client: DynamoDBClient, session: BetterAuthOptions["session"] = {}) =>
      betterAuth({
        session,
        secret: "a secret for tests that is long enough",
        baseURL: "http://localhost",
        emailAndPassword: { enabled: true },
        database: dynamodbAdapter({ client, tablePrefix, homeRegion: HOME }),
        logger: { disabled: true },
      });
    const body = { email: "ada@example.com", password: "correct horse battery", name: "Ada" };
    const { headers, response } = await authAt(here).api.signUpEmail({ body, returnHeaders: true });
    const cookie = headers
      .getSetCookie()
      .map((one) => one.split(";")[0])
      .join("; ");
    const { token } = response;
    const context = await authAt(away).$context;
    expect(await context.internalAdapter.findSession(token!)).toMatchObject({ user: { email: body.email } });
    await expect(context.internalAdapter.deleteSession(token!)).rejects.toMatchObject(REFUSED);
    await expect(authAt(away).api.signInEmail({ body })).rejects.toThrow();
    // A session that is due for its renewal: to read it writes, unless that is left to a request of its own.
    const own = { headers: new Headers({ cookie }) };
    await expect(authAt(away, { updateAge: 0 }).api.getSession(own)).rejects.toThrow();
    const reading = authAt(away, { updateAge: 0, deferSessionRefresh: true });
    expect(await reading.api.getSession(own)).toMatchObject({ session: { token }, user: { email: body.email } });
  });

  it("is an option of DynamoDBAdapter", async () => {
    const tablePrefix = uniquePrefix("homeauthjs");
    await pushSchema({ schema: createAuthJsSchema(), client: here, tablePrefix });
    const adapterAt = (client: DynamoDBClient) => DynamoDBAdapter({ client, tablePrefix, homeRegion: HOME });
    const data = { id: "ada", email: "ada@example.com", emailVerified: null };
    await expect(adapterAt(away).createUser!(data)).rejects.toMatchObject(REFUSED);
    const { id } = await adapterAt(here).createUser!(data);
    expect(await adapterAt(away).getUser!(id)).toMatchObject({ email: data.email });
  });

  it("is an option of both storages", async () => {
    const options = { client: away, table: `${uniquePrefix("homevalues")}values`, homeRegion: HOME };
    await pushSchema({ schema: createStorageSchema(), client: here, table: options.table });
    const values = dynamodbSecondaryStorage(options);
    await dynamodbSecondaryStorage({ ...options, client: here }).set("key", "value");
    expect(await values.get("key")).toBe("value");
    await expect(values.set("key", "other")).rejects.toMatchObject(REFUSED);
    await expect(values.getAndDelete("key")).rejects.toMatchObject(REFUSED);
    const limit = dynamodbRateLimit(options).consume("ip", { window: 10, max: 3 });
    await expect(limit).rejects.toMatchObject(REFUSED);
  });
});
