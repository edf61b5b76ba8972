import { createDynamodbDriver, createOrm, defineSchema, id, model, string } from "auth-dynamodb";
import { auditStorage, copyTables, pushSchema, storageStats, type JobProgress } from "auth-dynamodb/setup";
import { beforeAll, describe, expect, it } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";
import { seed } from "../support/seed.ts";

const schema = defineSchema({
  user: model({ table: "users", fields: { id: id(), email: string().unique(), name: string() } }),
  team: model({ table: "teams", fields: { id: id(), name: string() } }),
});
/** More items than one page of a copy has. */
const USERS = 260;
const ITEMS = USERS * 2 + 3;

// Push, audit, copy, import and count tell how far they came in the same words.
describe.each(engines)("long jobs on $name", (engine) => {
  const client = engine.createClient();
  const tablePrefix = uniquePrefix("jobs");
  const source = { schema, client, tablePrefix };

  beforeAll(async () => {
    await pushSchema(source);
    await seed(client, schema, { tablePrefix }, [
      ...Array.from({ length: USERS }, (_, i) => ({
        model: "user",
        data: { id: `u${i}`, email: `${i}@example.com`, name: `n${i}` },
      })),
      { model: "team", data: { id: "t1", name: "red" } },
    ]);
  });

  async function destination() {
    const to = { client, table: `${uniquePrefix("copy")}auth` };
    await pushSchema({ schema, ...to });
    return { to, orm: createOrm({ schema, driver: createDynamodbDriver({ ...to, scans: "allow" }) }) };
  }

  it("an audit tells what it has done, and is stopped by a signal and taken up again", async () => {
    const stop = new AbortController();
    const pages: JobProgress[] = [];
    for await (const page of auditStorage({ ...source, pageSize: 250, signal: stop.signal })) {
      pages.push(page);
      if (pages.length === 2) stop.abort();
    }
    expect(pages).toMatchObject([
      { done: 250, complete: false, resume: expect.any(String) as unknown },
      { done: 500, complete: false, resume: expect.any(String) as unknown },
    ]);
    const rest: JobProgress[] = [];
    for await (const page of auditStorage({ ...source, pageSize: 250, resume: pages[1]!.resume })) rest.push(page);
    expect(rest.at(-1)).toMatchObject({ done: ITEMS - 500, complete: true, resume: undefined });
  });

  it("a copy likewise, to the same end", async () => {
    const { to, orm } = await destination();
    const copy = (options: Partial<Parameters<typeof copyTables>[0]> = {}) =>
      copyTables({ schema, from: { client, tablePrefix }, to, ...options });
    const stop = new AbortController();
    const first = await copy({ signal: stop.signal, onProgress: () => stop.abort() });
    expect(first).toMatchObject({ done: 250, complete: false, duplicates: [] });
    const second = await copy({ resume: first.resume });
    expect(second).toMatchObject({ done: ITEMS - 250, complete: true, resume: undefined, imported: { team: 1 } });
    expect((first.imported["user"] ?? 0) + (second.imported["user"] ?? 0)).toBe(USERS);
    expect(await orm.user.count({})).toBe(USERS);
    expect(await copy()).toMatchObject({ done: ITEMS, imported: {}, present: { user: USERS, team: 1 } });
  });

  it("a copy names both records of one unique value", async () => {
    const { to, orm } = await destination();
    await orm.user.create({ data: { id: "owner", email: "7@example.com", name: "Owner" } });
    const report = await copyTables({ schema, from: { client, tablePrefix }, to });
    expect(report.duplicates).toEqual([{ model: "user", fields: ["email"], ids: ["owner", "u7"] }]);
    expect(report.imported).toEqual({ user: USERS - 1, team: 1 });
    expect(await orm.user.findUnique({ where: { email: "7@example.com" } })).toMatchObject({ id: "owner" });
  });

  it("a count likewise, of tables that are there", async () => {
    const counts = await storageStats(source);
    expect(counts).toMatchObject({
      ...{ done: ITEMS, complete: true, resume: undefined },
      tables: [
        { exists: true, models: [{ model: "user", records: USERS, uniqueEntries: USERS, indexEntries: 0 }] },
        { exists: true, models: [{ model: "team", records: 1, uniqueEntries: 0, indexEntries: 0 }] },
      ],
    });
    const stop = new AbortController();
    const first = await storageStats({ ...source, signal: stop.signal, onProgress: () => stop.abort() });
    expect(first).toMatchObject({ complete: false, tables: [{ table: `${tablePrefix}users` }, { models: undefined }] });
    const second = await storageStats({ ...source, resume: first.resume });
    expect(first.done + second.done).toBe(ITEMS);
    expect(await storageStats({ ...source, tablePrefix: uniquePrefix("none") })).toMatchObject({
      ...{ done: 0, total: 0, complete: true },
      tables: [{ exists: false, models: undefined }, { exists: false }],
    });
  });

  it("a push likewise: its tables know where it goes on", async () => {
    const wider = defineSchema({
      ...schema.models,
      user: model({ table: "users", fields: schema.models.user.fields, constraints: { indexes: [["name"]] } }),
    });
    const progress: JobProgress[] = [];
    const [users, teams] = await pushSchema({ ...source, schema: wider, onProgress: (state) => progress.push(state) });
    expect(users).toMatchObject({ complete: true, resume: undefined, written: USERS * 2 });
    // It meets some of the entries that it writes.
    expect(users!.done).toBeGreaterThanOrEqual(ITEMS - 2);
    expect(users!.done).toBeLessThanOrEqual(ITEMS - 2 + users!.written);
    expect(teams).toMatchObject({ done: 0, complete: true, resume: undefined, written: 0 });
    expect(progress.at(-1)).toMatchObject({ complete: false, resume: undefined });
    await pushSchema({ ...source, drop: "all" });
  });

  it("refuses what is no token, and that of other tables, and names both", async () => {
    const { to } = await destination();
    const stop = new AbortController();
    const { resume } = await storageStats({ ...source, signal: stop.signal, onProgress: () => stop.abort() });
    const audit = (token: string | undefined) => auditStorage({ schema, ...to, resume: token }).next();
    await expect(audit(resume)).rejects.toMatchObject({
      code: "INVALID_QUERY",
      message: expect.stringContaining(`"${tablePrefix}teams"`) as unknown,
    });
    for (const token of ["nonsense", "", Buffer.from("null").toString("base64url")])
      await expect(audit(token)).rejects.toMatchObject({ code: "INVALID_QUERY" });
  });
});

describe.each(engines)("duplicates on $name", (engine) => {
  it("of one key, however many, do not hide those of another", async () => {
    const client = engine.createClient();
    const table = `${uniquePrefix("many")}auth`;
    const fields = { id: id(), name: string(), alias: string() };
    const before = defineSchema({ user: model({ table: "users", fields }) });
    const after = defineSchema({
      user: model({ table: "users", fields: { ...fields, name: string().unique(), alias: string().unique() } }),
    });
    await pushSchema({ schema: before, client, table });
    const users = Array.from({ length: 250 }, (_, i) => ({
      model: "user",
      data: { id: `u${i}`, name: `n${i % 100}`, alias: i > 247 ? "twin" : `a${i}` },
    }));
    await seed(client, before, { table }, users);
    const [report] = await pushSchema({ schema: after, client, table, onDuplicates: "report" });
    expect(report).toMatchObject({ schema: "not recorded", written: 0, duplicateCount: 151 });
    expect(new Set(report!.duplicates.flatMap((one) => one.fields))).toEqual(new Set(["name", "alias"]));
    const { tables } = await storageStats({ schema: after, client, table });
    expect(tables[0]!.models).toEqual([{ model: "user", records: 250, uniqueEntries: 0, indexEntries: 0 }]);
  });
});
