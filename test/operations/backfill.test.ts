import { DeleteItemCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  createDynamodbDriver,
  createOrm,
  datetime,
  defineSchema,
  id,
  isOrmError,
  model,
  string,
  type Schema,
} from "auth-dynamodb";
import { pushSchema, type BackfillProgress } from "auth-dynamodb/setup";
import { describe, expect, it } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";
import { seed } from "../support/seed.ts";
import { itemsOf, strayItems } from "./stored-items.ts";

const fields = {
  id: id(),
  email: string().unique(),
  username: string().nullable(),
  company: string().nullable(),
  createdAt: datetime().nullable(),
};
const expiring = {
  id: id(),
  userId: string().references("user.id"),
  device: string().nullable(),
  expiresAt: datetime(),
};
const before = defineSchema({
  user: model({ table: "users", fields }),
  // Without any entry at first.
  visit: model({ table: "visits", fields: { ...expiring, userId: string() }, expires: "expiresAt" }),
});
const after = defineSchema({
  user: model({
    table: "users",
    fields: { ...fields, username: string().unique().nullable() },
    constraints: { indexes: [["company"], { on: [], orderBy: "createdAt" }] },
  }),
  visit: model({
    table: "visits",
    fields: expiring,
    constraints: { unique: [["device", "userId"]] },
    expires: "expiresAt",
  }),
});

const users = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    model: "user",
    data: {
      id: `u${i}`,
      email: `${i}@example.com`,
      username: i % 3 === 0 ? null : `name-${i}`,
      company: `c${i % 5}`,
      createdAt: new Date(1_700_000_000_000 + i * 1000),
    },
  }));

describe.each(engines)("back-fill on $name", (engine) => {
  const client = engine.createClient();
  const open = (schema: Schema, table: string) =>
    createOrm({ schema, driver: createDynamodbDriver({ client, table, scans: "refuse" }) });
  const prepare = async (count = 60) => {
    const table = `${uniquePrefix("fill")}auth`;
    await pushSchema({ schema: before, client, table });
    const expiresAt = new Date(Date.now() + 3_600_000);
    const visits = Array.from({ length: 20 }, (_, i) => ({
      model: "visit",
      data: { userId: `u${i}`, device: `d${i}`, expiresAt },
    }));
    await seed(client, before, { table }, [...users(count), ...visits]);
    return table;
  };

  it("gives records the entries of added unique fields and indexes, and takes those of dropped ones away", async () => {
    const table = await prepare();
    const plan = await pushSchema({ schema: after, client, table, dryRun: true });
    expect(plan[0]!.changes).toEqual([
      {
        model: "user",
        added: ["index:>createdAt#4", "index:company", "unique:username"],
        dropped: [],
        refresh: true,
        expiry: false,
      },
      { model: "visit", added: ["index:userId", "unique:device+userId"], dropped: [], refresh: true, expiry: false },
    ]);
    const progress: BackfillProgress[] = [];
    const [filled] = await pushSchema({ schema: after, client, table, onProgress: (state) => progress.push(state) });
    expect(filled).toMatchObject({
      schema: "recorded",
      complete: true,
      written: 60 + 60 + 60 + 40 + 40,
      removed: 0,
      duplicateCount: 0,
    });
    expect(progress.at(-1)).toMatchObject({ table, done: expect.any(Number) as unknown, written: 260 });
    expect(await strayItems(client, after, table)).toEqual([]);
    const orm = open(after, table);
    expect(await orm["user"]!.findUnique({ where: { username: "name-7" } })).toMatchObject({ id: "u7" });
    expect(await orm["user"]!.findMany({ where: { company: "c2" } })).toHaveLength(12);
    expect((await orm["user"]!.findMany({ orderBy: { createdAt: "desc" }, take: 1 }))[0]).toMatchObject({ id: "u59" });
    expect(await orm["visit"]!.findMany({ where: { userId: "u3" } })).toHaveLength(1);
    await expect(orm["user"]!.create({ data: { email: "new@example.com", username: "name-7" } })).rejects.toThrow(
      /Unique/,
    );

    // And back: what the older schema does not know is removed where that is asked for.
    const [emptied] = await pushSchema({ schema: before, client, table, drop: "all" });
    expect(emptied).toMatchObject({ schema: "recorded", written: 0, removed: 200 });
    expect(await strayItems(client, before, table)).toEqual([]);
  });

  it("keeps entries that the schema does not have any more, and fills them again when they come back", async () => {
    const table = await prepare(10);
    await pushSchema({ schema: after, client, table });
    expect((await pushSchema({ schema: before, client, table }))[0]).toMatchObject({ removed: 0 });
    await open(before, table)["user"]!.create({ data: { id: "late", email: "late@example.com", username: "late" } });
    expect((await pushSchema({ schema: after, client, table }))[0]!.changes[0]).toMatchObject({
      model: "user",
      added: expect.arrayContaining(["unique:username"]) as unknown,
    });
    expect(await open(after, table)["user"]!.findUnique({ where: { username: "late" } })).toMatchObject({ id: "late" });
    await pushSchema({ schema: before, client, table });
    expect((await pushSchema({ schema: before, client, table, drop: "all" }))[0]!.removed).toBeGreaterThan(0);
    expect(await strayItems(client, before, table)).toEqual([]);
  });

  it("lets records expire that did not, and keeps those that are not to expire any more", async () => {
    const table = `${uniquePrefix("expire")}auth`;
    const note = { table: "notes", fields: { id: id(), at: datetime() } };
    const ticket = { table: "tickets", fields: { id: id(), code: string().unique(), at: datetime().nullable() } };
    const kept = defineSchema({ note: model(note), ticket: model(ticket) });
    const expires = defineSchema({
      note: model({ ...note, expires: "at" }),
      ticket: model({ ...ticket, expires: "at" }),
    });
    const at = new Date(Date.now() + 86_400_000);
    await pushSchema({ schema: kept, client, table });
    const orm = open(kept, table);
    await orm["note"]!.create({ data: { id: "n", at } });
    for (const [code, when] of [
      ["a", at],
      ["b", at],
      ["c", null],
    ] as const)
      await orm["ticket"]!.create({ data: { id: code, code, at: when } });
    const ttls = async () => {
      const items = await itemsOf(client, table);
      return Object.fromEntries(
        items.flatMap(({ _pk, _kind, _ttl, id }) =>
          _kind?.S === "schema" ? [] : [[`${_pk?.S?.split("|")[0]} ${_kind?.S} ${id?.S}`, Number(_ttl?.N)]],
        ),
      );
    };
    const none = {
      "note record n": NaN,
      "ticket record a": NaN,
      "ticket unique a": NaN,
      "ticket record b": NaN,
      "ticket unique b": NaN,
      "ticket record c": NaN,
      "ticket unique c": NaN,
    };
    expect(await ttls()).toEqual(none);

    const [pushed] = await pushSchema({ schema: expires, client, table });
    expect(pushed).toMatchObject({
      complete: true,
      schema: "recorded",
      changes: [
        { model: "note", expiry: true },
        { model: "ticket", expiry: true },
      ],
    });
    const seconds = Math.ceil(at.getTime() / 1000);
    const after = await ttls();
    expect(after).toMatchObject({
      "note record n": seconds,
      "ticket record a": seconds,
      "ticket record b": seconds,
      "ticket record c": NaN,
      "ticket unique c": NaN,
    });
    expect(after["ticket unique a"]).toBeGreaterThan(seconds);
    expect((await pushSchema({ schema: expires, client, table }))[0]!.schema).toBe("already recorded");

    await pushSchema({ schema: kept, client, table });
    expect(await ttls()).toEqual(none);

    // Duplicates of a key that becomes unique at the same time are told, as ever.
    const unique = defineSchema({
      note: model({ ...note, expires: "at" }),
      ticket: model({ ...ticket, fields: { ...ticket.fields, at: ticket.fields.at.unique() }, expires: "at" }),
    });
    const error = await pushSchema({ schema: unique, client, table }).catch((caught: unknown) => caught);
    expect(isOrmError(error, "UNIQUE_CONSTRAINT_VIOLATION") && error.meta.target).toEqual(["at"]);
    expect(await open(expires, table)["ticket"]!.findUnique({ where: { code: "a" } })).toMatchObject({ at });
  });

  it("finds what instances with the older schema wrote after the push", async () => {
    const table = await prepare(5);
    await pushSchema({ schema: after, client, table });
    const old = open(before, table);
    await old["user"]!.create({ data: { id: "late", email: "late@example.com", username: "late", company: "c9" } });
    await old["user"]!.update({ where: { id: "u1" }, data: { username: "renamed" } });
    expect((await pushSchema({ schema: after, client, table }))[0]).toMatchObject({
      schema: "already recorded",
      written: 0,
    });
    expect((await pushSchema({ schema: after, client, table, backfill: "all" }))[0]).toMatchObject({ complete: true });
    const orm = open(after, table);
    expect(await orm["user"]!.findUnique({ where: { username: "late" } })).toMatchObject({ id: "late" });
    expect(await orm["user"]!.findUnique({ where: { username: "renamed" } })).toMatchObject({ id: "u1" });
    expect(await orm["user"]!.findMany({ where: { company: "c9" } })).toHaveLength(1);
  });

  it("reports duplicates, leaves nothing half unique, and goes through once they are gone", async () => {
    const table = await prepare(30);
    await seed(client, before, { table }, [
      { model: "user", data: { id: "twin", email: "twin@example.com", username: "name-1" } },
    ]);
    const stored = await itemsOf(client, table);
    const [plan] = await pushSchema({ schema: after, client, table, dryRun: true });
    expect(plan).toMatchObject({ schema: "would be recorded", complete: true, written: 0, duplicateCount: 1 });
    expect(plan!.duplicates.map(({ model, fields, ids }) => [model, fields, [...ids].sort()])).toEqual([
      ["user", ["username"], ["twin", "u1"]],
    ]);
    expect(await itemsOf(client, table)).toEqual(stored);
    const error = await pushSchema({ schema: after, client, table }).catch((caught: unknown) => caught);
    expect(isOrmError(error, "UNIQUE_CONSTRAINT_VIOLATION") && error.meta).toMatchObject({
      model: "user",
      target: ["username"],
      table,
    });
    expect(String(error)).toMatch(/(u1 and twin|twin and u1) have the same username/);
    expect((await itemsOf(client, table)).filter(({ _pk }) => _pk?.S?.startsWith("user|username|"))).toEqual([]);
    const [report] = await pushSchema({ schema: after, client, table, onDuplicates: "report" });
    expect(report).toMatchObject({ schema: "not recorded", duplicateCount: 1 });
    await open(after, table)["user"]!.delete({ where: { id: "twin" } });
    expect((await pushSchema({ schema: after, client, table }))[0]).toMatchObject({
      schema: "recorded",
      duplicateCount: 0,
    });
    expect(await strayItems(client, after, table)).toEqual([]);
  });

  it("tells records apart that one write has made", async () => {
    const table = await prepare(0);
    const twins = ["one", "two"].map((id) => ({ id, email: `${id}@example.com`, username: "twin" }));
    await open(before, table)["user"]!.createMany({ data: twins });
    const [report] = await pushSchema({ schema: after, client, table, onDuplicates: "report" });
    expect(report).toMatchObject({ schema: "not recorded", duplicateCount: 1 });
  });

  it("takes a dangling entry over", async () => {
    const table = await prepare(3);
    await pushSchema({ schema: after, client, table });
    const entry = (await itemsOf(client, table)).find(({ _pk }) => _pk?.S?.startsWith("user|username|"))!;
    await client.send(
      new PutItemCommand({
        TableName: table,
        Item: {
          ...entry,
          _born: { S: "gone" },
          _at: { N: "1" },
          _ref: { M: { _pk: { S: "user|id|gone" }, _sk: { S: "#" } } },
        },
      }),
    );
    await pushSchema({ schema: after, client, table, backfill: "all" });
    expect(await strayItems(client, after, table)).toEqual([]);
  });

  // It takes more records than a first page has.
  it("stops at a signal and goes on from there", async () => {
    const table = await prepare(750);
    const stop = new AbortController();
    const [first] = await pushSchema({
      schema: after,
      client,
      table,
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(first).toMatchObject({ complete: false, schema: "not recorded" });
    let done = 0;
    const [second] = await pushSchema({ schema: after, client, table, onProgress: (state) => (done = state.done) });
    expect(second).toMatchObject({ complete: true, schema: "recorded" });
    expect(first!.written + second!.written).toBe(750 + 750 + 750 + 500 + 40);
    // Not from the start again: it went on behind the first pages.
    expect(done).toBeLessThan((await itemsOf(client, table)).length);
  });

  it("refuses another clusterBy before anything is written", async () => {
    const table = await prepare(3);
    const moved = defineSchema({ ...before.models, user: model({ table: "users", fields, clusterBy: "email" }) });
    const stored = await itemsOf(client, table);
    await expect(pushSchema({ schema: moved, client, table })).rejects.toThrow(
      /clusterBy of "user" is "email" now.*import/s,
    );
    expect(await itemsOf(client, table)).toEqual(stored);
  });

  it("looks at every record of a table that nothing was recorded of", async () => {
    const table = await prepare(10);
    await client.send(new DeleteItemCommand({ TableName: table, Key: { _pk: { S: "|schema" }, _sk: { S: "#" } } }));
    expect((await pushSchema({ schema: after, client, table }))[0]).toMatchObject({
      created: false,
      schema: "recorded",
    });
    expect(await strayItems(client, after, table)).toEqual([]);
    expect((await client.send(new ScanCommand({ TableName: table, Select: "COUNT" }))).Count).toBeGreaterThan(30);
  });
});
