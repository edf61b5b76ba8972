import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  bigint,
  boolean,
  createDynamodbDriver,
  createOrm,
  datetime,
  decimal,
  defineSchema,
  id,
  json,
  model,
  number,
  string,
} from "auth-dynamodb";
import { createAuthSchema } from "auth-dynamodb/better-auth";
import { exportToJson, importFromJson, placeOfRecords, pushSchema, verifyAgainstJson } from "auth-dynamodb/setup";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { describe, expect, it, onTestFinished } from "vitest";
import { engineNamed, engines, uniquePrefix } from "../support/engines.ts";
import { appOptions, crowdOf, expectMoved, newApp, useApp } from "./old-app.ts";

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "export-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const linesIn = (file: string) =>
  readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe.each(engines)("export and import of JSON, on $name", (engine) => {
  const client = engine.createClient();

  it("every kind of value comes back as it was", async () => {
    const schema = defineSchema({
      thing: model({
        table: "things",
        fields: {
          id: id(),
          text: string().nullable(),
          when: datetime(),
          big: bigint(),
          exact: decimal(),
          amount: number(),
          flag: boolean(),
          data: json<unknown>(),
          parentId: string().references("thing.id", { onDelete: "set null" }).nullable(),
        },
      }),
    });
    const [from, to] = [uniquePrefix("from"), uniquePrefix("to")];
    for (const tablePrefix of [from, to]) await pushSchema({ schema, client, tablePrefix });
    const open = (tablePrefix: string) => createOrm({ schema, driver: createDynamodbDriver({ client, tablePrefix }) });
    const first = await open(from).thing.create({
      data: {
        ...{ text: "line\n\u2028 and 😀", when: new Date("2024-01-02T03:04:05.678Z"), big: 2n ** 70n, exact: "10.50" },
        ...{ amount: 1e-7, flag: false, data: { list: [1, null, "2024-01-02T03:04:05.678Z"] } },
      },
    });
    const second = await open(from).thing.create({ data: { ...first, id: "0", text: null, parentId: first.id } });
    const folder = newFolder();
    expect(await exportToJson({ schema, client, tablePrefix: from, folder: join(folder, "new") })).toMatchObject({
      exported: { thing: 2 },
      complete: true,
    });
    const file = join(folder, "new", "thing.jsonl");
    expect(statSync(file).mode & 0o077).toBe(0);
    const place = { schema, client, tablePrefix: to, folder: join(folder, "new") };
    expect(await importFromJson({ ...place, pageSize: 1 })).toMatchObject({ imported: { thing: 2 }, leftOut: [] });
    expect(await verifyAgainstJson(place)).toMatchObject({ same: { thing: 2 }, differences: [], complete: true });
    for (const thing of [first, second])
      expect(await open(to).thing.findUnique({ where: { id: thing.id } })).toEqual(thing);
    await expect(exportToJson({ ...place })).rejects.toMatchObject({ code: "INVALID_OPTION" });
  });

  it("a backup of an application is that application, also where columns have other names", async () => {
    const renamed = { user: { ...appOptions().user, fields: { name: "full_name" } } };
    const first = await newApp(client, renamed);
    const people = await useApp(first.auth);
    const folder = newFolder();
    await exportToJson({ ...(await placeOfRecords(first.auth)), folder });
    expect(
      linesIn(join(folder, "user.jsonl"))
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["Ada 😀", "Grace"]);

    const second = await newApp(client);
    expect(await importFromJson({ ...(await placeOfRecords(second.auth)), folder })).toMatchObject({
      imported: { user: 2, session: 2, account: 2 },
      leftOut: [],
    });
    await expectMoved(second.auth, people);
  });
});

describe("the way back", () => {
  const client = (engineNamed("dynoxide") ?? engines[0]!).createClient();

  it("another database takes the lines as Better Auth's own adapter does", async () => {
    const { auth } = await newApp(client);
    const people = await useApp(auth);
    const folder = newFolder();
    await exportToJson({ ...(await placeOfRecords(auth)), folder });
    const rows: Record<string, Record<string, unknown>[]> = {};
    for (const name of readdirSync(folder)) rows[name.replace(/\.jsonl$/, "")] = [];
    const back = betterAuth({ ...appOptions(), database: memoryAdapter(rows) });
    const { adapter } = await back.$context;
    for (const model of Object.keys(rows))
      for (const data of readFileSync(join(folder, `${model}.jsonl`), "utf8")
        .split("\n")
        .filter(Boolean))
        await adapter.create({ model, data: JSON.parse(data) as Record<string, unknown>, forceAllowId: true });
    await expectMoved(back, people);
  });
});

describe("files of another origin", () => {
  const client = (engineNamed("dynoxide") ?? engines[0]!).createClient();

  it("are read whatever their endings and line ends; a line that is no object ends the import", async () => {
    const { auth, tablePrefix } = await newApp(client);
    const place = { schema: createAuthSchema(auth.options), client, tablePrefix };
    const folder = newFolder();
    await expect(importFromJson({ ...place, folder })).rejects.toMatchObject({ code: "INVALID_OPTION" });
    const [one, two] = crowdOf(2);
    const lines = [one!.user, { ...two!.user, id: 7, emailVerified: 1, updatedAt: "2020-01-01T00:00:00Z" }];
    writeFileSync(join(folder, "user.ndjson"), `${lines.map((line) => JSON.stringify(line)).join("\r\n\r\n")}\r\n`);
    expect(await importFromJson({ ...place, folder, since: new Date("2024-01-01") })).toMatchObject({
      imported: { user: 1 },
    });
    expect(await importFromJson({ ...place, folder })).toMatchObject({ imported: { user: 1 }, present: { user: 1 } });
    const { adapter } = await auth.$context;
    const found = await adapter.findOne({ model: "user", where: [{ field: "id", value: "7" }] });
    expect(found).toMatchObject({ emailVerified: true, updatedAt: new Date("2020-01-01") });
    writeFileSync(join(folder, "account.jsonl"), '{"id":"1"}\n[]\n');
    await expect(importFromJson({ ...place, folder })).rejects.toMatchObject({
      code: "INVALID_QUERY",
      message: expect.stringContaining("Line 2") as unknown,
    });
  });
});
