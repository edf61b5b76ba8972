import { createDynamodbDriver, createOrm, defineSchema, id, model, string, type Schema } from "auth-dynamodb";
import { createAuthSchema, dynamodbAdapter } from "auth-dynamodb/better-auth";
import { auditStorage, pushSchema, type AuditOptions, type Finding } from "auth-dynamodb/setup";
import { betterAuth } from "better-auth";
import { username } from "better-auth/plugins";
import { afterEach, describe, expect, it, vi } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";
import { itemsOf, strayItems } from "./stored-items.ts";

const fields = { id: id(), email: string().unique() };
const team = { table: "teams", fields: { id: id(), name: string() } };
/** Without what a plugin adds, with the plugin's columns only, and with all of it. */
const less = defineSchema({ user: model({ table: "users", fields }) });
const columns = defineSchema({
  user: model({ table: "users", fields: { ...fields, username: string().nullable(), company: string().nullable() } }),
});
const more = defineSchema({
  user: model({
    table: "users",
    fields: { ...fields, username: string().unique().nullable(), company: string().nullable() },
    constraints: { indexes: [["company"], { on: [], orderBy: "username" }] },
  }),
  team: model({ ...team, constraints: { indexes: [["name"]] } }),
});
const EXTRA = ["user.index:>username#4", "user.index:company", "user.unique:username"];

describe.each(engines)("push and repair on $name with a smaller schema than the recorded one", (engine) => {
  const client = engine.createClient();
  afterEach(() => vi.useRealTimers());

  const open = (schema: Schema, table: string) =>
    createOrm({
      schema,
      driver: createDynamodbDriver({ client, table, scans: "refuse", transactions: "atomic" }),
    });

  async function prepare() {
    const table = `${uniquePrefix("less")}auth`;
    await pushSchema({ schema: more, client, table });
    const orm = open(more, table);
    await orm["user"]!.create({ data: { id: "u1", email: "1@example.com", username: "admin", company: "c" } });
    await orm["user"]!.create({ data: { id: "u2", email: "2@example.com", username: "bob", company: "c" } });
    await orm["team"]!.create({ data: { id: "t1", name: "red" } });
    return { table, orm, push: pushing(table), audit: auditing(table) };
  }

  const pushing =
    (table: string) =>
    async (schema: Schema, options: Partial<Parameters<typeof pushSchema>[0]> = {}) =>
      (await pushSchema({ schema, client, table, ...options }))[0]!;

  const auditing =
    (table: string) =>
    async (schema: Schema, options: Partial<AuditOptions> = {}): Promise<Finding[]> => {
      // Later than any write that could be under way.
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 120_000 });
      const findings: Finding[] = [];
      for await (const page of auditStorage({ schema, client, table, ...options })) findings.push(...page.findings);
      vi.useRealTimers();
      return findings;
    };

  const entriesOf = async (table: string) =>
    (await itemsOf(client, table))
      .filter(({ _kind }) => _kind?.S === "unique" || _kind?.S === "index")
      .map(({ _kind, _pk }) => `${_pk!.S!.split("|")[0]}.${_kind!.S}:${_pk!.S!.split("|")[1]}`)
      .sort();

  it("keeps entries of keys that the recorded schema knows, tells of them, and goes on knowing them", async () => {
    const { table, orm, push } = await prepare();
    const stored = await entriesOf(table);
    const plan = await push(less, { dryRun: true });
    expect(plan).toMatchObject({ kept: EXTRA, changes: [], schema: "would be recorded" });
    expect(await push(less)).toMatchObject({ kept: EXTRA, changes: [], removed: 0, schema: "recorded" });
    expect(await push(less)).toMatchObject({ kept: EXTRA, changes: [], removed: 0, schema: "already recorded" });
    expect(await push(less, { backfill: "all" })).toMatchObject({ kept: EXTRA, removed: 0 });
    expect(await entriesOf(table)).toEqual(stored);

    await expect(orm["user"]!.create({ data: { email: "3@example.com", username: "admin" } })).rejects.toMatchObject({
      code: "UNIQUE_CONSTRAINT_VIOLATION",
    });
    expect(await orm["user"]!.findUnique({ where: { username: "bob" } })).toMatchObject({ id: "u2" });
    // What instances with the smaller schema wrote meanwhile is filled in when the keys come back.
    await open(columns, table)["user"]!.create({ data: { id: "u3", email: "3@example.com", username: "eve" } });
    expect(await push(more)).toMatchObject({ kept: [], changes: [{ model: "user", dropped: [] }], schema: "recorded" });
    expect(await orm["user"]!.findUnique({ where: { username: "eve" } })).toMatchObject({ id: "u3" });
    expect(await strayItems(client, more, table)).toEqual([]);
  });

  it("drops what it is asked to: one key, of one model or of each, or all of them", async () => {
    const { table, push } = await prepare();
    const drop = ["unique:username", "user.index:company"];
    const plan = await push(less, { dryRun: true, drop });
    expect(plan).toMatchObject({
      kept: ["user.index:>username#4"],
      changes: [{ model: "user", added: [], dropped: ["index:company", "unique:username"] }],
    });
    expect(await entriesOf(table)).toContain("user.unique:username");
    expect(await push(less, { drop })).toMatchObject({ kept: ["user.index:>username#4"], removed: 4 });
    expect(await entriesOf(table)).toEqual([
      "team.index:name",
      ...Array.from({ length: 2 }, () => "user.index:>username"),
      ...Array.from({ length: 2 }, () => "user.unique:email"),
    ]);
    // Again, there is nothing of it.
    expect(await push(less, { drop })).toMatchObject({ changes: [], removed: 0, schema: "already recorded" });
    expect(await push(less, { drop: "all" })).toMatchObject({ kept: [], removed: 2, schema: "recorded" });
    // Another schema's model shares the table: it is no business of this one.
    expect(await entriesOf(table)).toEqual(["team.index:name", "user.unique:email", "user.unique:email"]);
    expect((await push(more)).changes).toMatchObject([
      { model: "user", added: expect.arrayContaining(["unique:username"]) as unknown },
    ]);
    expect(await strayItems(client, more, table)).toEqual([]);
  });

  it.each([
    ["what is no key", ["username"], /"username".*unique:username/s],
    ["a key of the schema itself", ["unique:email"], /"unique:email".*schema/s],
    ["a key of the schema itself, with its model", ["user.unique:email"], /"user\.unique:email".*schema/s],
    ["a key of no model of the schema", ["team.index:name"], /"team\.index:name".*user/s],
  ])("refuses to drop %s before anything is written", async (_, drop, message) => {
    const { table, push } = await prepare();
    const stored = await itemsOf(client, table);
    const error: unknown = await push(less, { drop: [...drop, "unique:username"] }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "INVALID_QUERY", message: expect.stringMatching(message) as unknown });
    expect(await itemsOf(client, table)).toEqual(stored);
  });

  it("keeps the entries of another number of shards until they are dropped", async () => {
    const { table, push } = await prepare();
    const { user } = more.models;
    const index = { on: [], orderBy: "username", shards: 1 } as const;
    const narrow = defineSchema({
      user: { ...user, constraints: { ...user.constraints, indexes: [["company"], index] } },
    });
    expect(await push(narrow as Schema)).toMatchObject({ kept: ["user.index:>username#4"], removed: 0 });
    await push(narrow as Schema, { drop: ["index:>username#4"] });
    expect((await strayItems(client, narrow as Schema, table)).filter((text) => text.includes("|>"))).toEqual([]);
  });

  it.each([
    ["before", false],
    ["after", true],
  ])("repair finds nothing wrong with them, %s a push of the smaller schema", async (_, pushed) => {
    const { table, push, audit } = await prepare();
    if (pushed) await push(less);
    const stored = await itemsOf(client, table);
    expect(await audit(less, { repair: true, pageSize: 2 })).toEqual([]);
    expect(await audit(columns, { repair: true })).toEqual([]);
    expect(await itemsOf(client, table)).toEqual(stored);
    // Nor is there anything wrong for who knows them.
    expect(await audit(more)).toEqual([]);
  });

  it("tells of one that leads nowhere, or to another value, and leaves it to who knows its key", async () => {
    const { table, push, audit } = await prepare();
    await push(less);
    await open(less, table)["user"]!.delete({ where: { id: "u1" } });
    await open(columns, table)["user"]!.update({ where: { id: "u2" }, data: { username: "rob" } });
    for (const repair of [false, true]) {
      const found = await audit(less, { repair });
      expect(found.map(({ kind, severity }) => `${kind} ${severity}`).sort()).toEqual([
        ...Array.from({ length: 3 }, () => "danglingEntry harmless"),
        ...Array.from({ length: 2 }, () => "staleEntry harmless"),
      ]);
      for (const finding of found) {
        expect(finding.detail).toMatch(/user\.(unique|index):/);
        expect(finding.repaired).toBe(repair ? false : undefined);
      }
    }
    expect((await entriesOf(table)).filter((entry) => EXTRA.some((name) => name.startsWith(entry)))).toHaveLength(6);
    // The larger schema's own push and repair put it right; the free value can be taken then, and before.
    await push(more, { backfill: "all" });
    await audit(more, { repair: true });
    expect(await audit(more)).toEqual([]);
    expect(await strayItems(client, more, table)).toEqual([]);
    expect(await open(more, table)["user"]!.findUnique({ where: { username: "rob" } })).toMatchObject({ id: "u2" });
  });

  it("repair still removes the entries of keys that nobody knows", async () => {
    const { table, push, audit } = await prepare();
    await push(less, { drop: "all" });
    // An instance of the larger schema that still runs.
    await open(more, table)["user"]!.create({ data: { id: "u4", email: "4@example.com", username: "dan" } });
    const found = await audit(less, { repair: true });
    expect(found.map(({ kind, repaired }) => `${kind} ${repaired}`)).toEqual(["staleEntry true", "staleEntry true"]);
    expect(await strayItems(client, less, table)).toEqual(
      ["stray team|name|"].map((text) => expect.stringContaining(text) as unknown),
    );
  });
});

describe.each(engines)(
  "on $name, of an application with a plugin whose configuration was pushed without it",
  (engine) => {
    const client = engine.createClient();
    const optionsWith = (plugins: ReturnType<typeof username>[]) => ({
      baseURL: "http://localhost",
      secret: "a secret for tests that is long enough",
      rateLimit: { enabled: false },
      logger: { disabled: true },
      emailAndPassword: {
        enabled: true,
        password: {
          hash: (password: string) => Promise.resolve(password),
          verify: ({ hash, password }: { hash: string; password: string }) => Promise.resolve(hash === password),
        },
      },
      plugins,
    });

    it.each(["push", "repair"])("nobody gets somebody's user name after a %s", async (how) => {
      const table = `${uniquePrefix("name")}auth`;
      const auth = betterAuth({
        ...optionsWith([username()]),
        database: dynamodbAdapter({ client, table, scans: "refuse" }),
      });
      await pushSchema({ schema: createAuthSchema(auth.options), client, table });
      const call = async (path: string, body: object) => {
        const headers = { "content-type": "application/json", origin: "http://localhost" };
        const request = new Request(`http://localhost/api/auth${path}`, {
          method: "POST",
          headers,
          body: JSON.stringify(body),
        });
        return (await auth.handler(request)).status;
      };
      const owner = { email: "a@example.com", password: "correct horse", name: "A", username: "admin" };
      const signIn = { username: "admin", password: "correct horse" };
      expect(await call("/sign-up/email", owner)).toBe(200);
      expect(await call("/sign-in/username", signIn)).toBe(200);

      const schema = createAuthSchema(optionsWith([]));
      if (how === "push") await pushSchema({ schema, client, table });
      else {
        vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 120_000 });
        for await (const { findings } of auditStorage({ schema, client, table, repair: true }))
          expect(findings).toEqual([]);
        vi.useRealTimers();
      }
      expect(await call("/sign-in/username", signIn)).toBe(200);
      const thief = { email: "m@example.com", password: "mallorys own", name: "M", username: "admin" };
      expect(await call("/sign-up/email", thief)).not.toBe(200);
      expect(await call("/sign-in/username", { username: "admin", password: thief.password })).not.toBe(200);
    });
  },
);
