import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteItemCommand, PutItemCommand, ScanCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { createDynamodbDriver, createOrm, defineSchema, id, model, string } from "auth-dynamodb";
import { createAuthJsSchema, DynamoDBAdapter } from "auth-dynamodb/authjs";
import { pushSchema } from "auth-dynamodb/setup";
import { describe, expect, it } from "vitest";
import { engineNamed, engines, uniquePrefix } from "../support/engines.ts";
import { startProxy } from "../support/proxy.ts";
import { seed } from "../support/seed.ts";
import { run, start, useCommandLine } from "./cli.ts";
import { ADVICE, NEWER, setFormat } from "./format-tables.ts";
import { itemsOf } from "./stored-items.ts";

const engine = engineNamed("dynoxide") ?? engines[0]!;
const client = engine.createClient();
const better = ["--config", "test/operations/apps/better-auth.ts"];
const authJs = ["--config", "test/operations/apps/authjs.ts"];
const own = ["--config", "test/operations/apps/own-schema.ts"];
const env = (more: Record<string, string> = {}) => ({ TEST_ENDPOINT: engine.endpoint, ...more });

const before = defineSchema({
  user: model({
    table: "users",
    fields: { id: id(), email: string().unique(), username: string().nullable(), company: string().nullable() },
  }),
});

useCommandLine();

describe("auth-dynamodb", () => {
  it("tells its version and its usage, and refuses what it does not know", async () => {
    const [version, help, unknown, option, nothing] = await Promise.all([
      run(["--version"]),
      run(["push", "--help"]),
      run(["pusch"]),
      run(["push", "--colour"]),
      run(["stats", "--config", "nowhere.ts"]),
    ]);
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as unknown });
    expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining("--point-in-time-recovery") as unknown });
    expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining("unknown command 'pusch'") as unknown });
    expect(option.code).toBe(2);
    expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining("nowhere.ts") as unknown });
  });

  it("says what it looked for, where no file is given and none is there", async () => {
    const folder = mkdtempSync(join(tmpdir(), "empty-"));
    const ended = await run(["plan"], {}, folder);
    rmSync(folder, { recursive: true });
    expect(ended).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/No auth\.ts was found.*--config/) as unknown,
    });
  });

  it("fails with 3 where the database cannot be reached", async () => {
    const ended = await run(["stats", "--schema", "authjs", "--table", "auth", "--endpoint", "http://127.0.0.1:9"]);
    expect(ended).toMatchObject({ code: 3, stdout: "" });
    expect(ended.stderr).not.toBe("");
  });
});

describe("plan and push", () => {
  it("plans, creates, and has nothing left to do; then plugins are added without touching the table", async () => {
    const settings = env({ TEST_TABLE: `${uniquePrefix("cli")}auth` });
    const planned = await run(["plan", ...better], settings);
    expect(planned).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("would be created (user, session, account, verification)") as unknown,
    });
    const pushed = await run(["push", ...better, "--tags", "team=identity", "--json"], settings);
    expect(pushed.code).toBe(0);
    expect(pushed.json().tables).toMatchObject([
      { table: settings["TEST_TABLE" as never], created: true, schema: "recorded" },
    ]);
    expect(await run(["plan", ...better, "--tags", "team=identity"], settings)).toMatchObject({ code: 0 });

    const more = { ...settings, TEST_PLUGINS: "more" };
    expect(await run(["plan", ...better], more)).toMatchObject({ code: 1 });
    const again = await run(["push", ...better, "--json"], more);
    expect(again.json().tables).toMatchObject([{ created: false, schema: "recorded", written: 0 }]);
    expect(await run(["plan", ...better], more)).toMatchObject({ code: 0 });
  });

  it("back-fills, is stopped by Ctrl-C, and goes on", async () => {
    const tablePrefix = uniquePrefix("stop");
    const settings = env({ TEST_PREFIX: tablePrefix });
    expect(await run(["push", ...own], settings)).toMatchObject({ code: 0 });
    const users = Array.from({ length: 2000 }, (_, i) => ({
      model: "user",
      data: { email: `${i}@example.com`, username: `user-${i}`, company: `c${i % 10}` },
    }));
    await seed(client, before, { tablePrefix }, users);

    const changed = { ...settings, TEST_SCHEMA: "changed" };
    const planned = await run(["plan", ...own], changed);
    expect(planned).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("would be given entries of index:company, unique:username") as unknown,
    });
    // A page takes several writes: it is under way at the tenth.
    const stopped = await stopAt(10, "TransactWriteItems", ["push", ...own, "--json"], changed);
    expect(stopped.code).toBe(130);
    const first = stopped.json().tables[0] as { written: number };
    expect(first.written).toBeLessThan(6000);
    const second = (await run(["push", ...own, "--json"], changed)).json().tables[0] as {
      written: number;
      complete: boolean;
    };
    expect(second.complete).toBe(true);
    expect(first.written + second.written).toBe(6000);
    expect(await run(["plan", ...own], changed)).toMatchObject({ code: 0 });
    const stats = await run(["stats", ...own, "--json"], changed);
    expect(stats.json().tables[0].models).toEqual([
      { model: "user", records: 2000, uniqueEntries: 4000, indexEntries: 2000 },
    ]);
  });

  it("keeps what the schema does not have any more, tells of it, and drops it when asked", async () => {
    const settings = env({ TEST_PREFIX: uniquePrefix("less") });
    await run(["push", ...own], { ...settings, TEST_SCHEMA: "changed" });
    const planned = await run(["plan", ...own], settings);
    expect(planned).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(
        /user\.unique:username .*would be kept.*push --drop user\.unique:username/,
      ) as unknown,
    });
    const kept = ["user.index:company", "user.unique:username"];
    const pushed = await run(["push", ...own, "--json"], settings);
    expect(pushed.json().tables).toMatchObject([{ kept, changes: [], schema: "recorded" }]);
    expect(await run(["plan", ...own], settings)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("user.unique:username") as unknown,
    });
    const drop = ["--drop", "unique:username", "--drop", "user.index:company"];
    expect(await run(["plan", ...own, ...drop], settings)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("entries of index:company, unique:username would be removed") as unknown,
    });
    expect((await run(["push", ...own, "--drop", "unique:username", "--json"], settings)).json().tables).toMatchObject([
      { kept: ["user.index:company"], changes: [{ dropped: ["unique:username"] }] },
    ]);
    expect((await run(["push", ...own, "--drop", "all", "--json"], settings)).json().tables).toMatchObject([
      { kept: [], changes: [{ dropped: ["index:company"] }] },
    ]);
    expect(await run(["push", ...own, "--drop", "unique:email"], settings)).toMatchObject({ code: 2 });
  });

  it("announces duplicates of a new unique field, and reports them, with 1", async () => {
    const tablePrefix = uniquePrefix("twins");
    const settings = env({ TEST_PREFIX: tablePrefix });
    await run(["push", ...own], settings);
    await seed(
      client,
      before,
      { tablePrefix },
      ["a", "b", "c"].map((name) => ({
        model: "user",
        data: { id: name, email: `${name}@example.com`, username: name === "c" ? "c" : "twin" },
      })),
    );
    const same = /duplicate: user (a and b|b and a) have the same username/;
    for (const [command, state] of [
      ["plan", "would be left without entries, for 1 duplicate: change or delete it, and push"],
      ["push", "has no entries yet, for 1 duplicate: change or delete it, and push again"],
    ] as const) {
      const ended = await run([command, ...own], { ...settings, TEST_SCHEMA: "changed" });
      expect(ended).toMatchObject({ code: 1, stdout: expect.stringMatching(same) as unknown });
      expect(ended.stdout).toContain(`user.unique:username ${state}\n`);
      // Nor is it said to have been given any.
      expect(ended.stdout).toMatch(/user: (would be )?given entries of index:company\n/);
    }
  });
});

describe("tables of a newer release", () => {
  it("are refused by every command that opens them, with 3, and nothing is written", async () => {
    const tablePrefix = uniquePrefix("newer");
    const settings = env({ TEST_PREFIX: tablePrefix });
    await run(["push", ...own], settings);
    await seed(client, before, { tablePrefix }, [{ model: "user", data: { id: "u1", email: "ada@example.com" } }]);
    const table = `${tablePrefix}users`;
    await setFormat(client, table, NEWER);
    const folder = mkdtempSync(join(tmpdir(), "newer-"));
    writeFileSync(join(folder, "user.jsonl"), '{"id":"u2","email":"eva@example.com"}\n');
    const stored = await itemsOf(client, table);
    const commands = [
      ["plan"],
      ["push", "--backfill"],
      ["audit"],
      ["repair"],
      ["stats"],
      ["find", "user", "email=ada@example.com"],
      ["export", "--to-json", join(folder, "export")],
      ["import", "--from-json", folder],
      ["import", "--from-prefix", "none_"],
      ["studio"],
    ];
    for (const [command = "", ...rest] of commands) {
      const ended = await run([command, ...own, ...rest], { ...settings, TEST_SCHEMA: "changed" });
      expect({ command, ...ended }).toMatchObject({ command, code: 3, stdout: "" });
      expect(ended.stderr).toMatch(ADVICE);
    }
    expect(await itemsOf(client, table)).toEqual(stored);
    expect(readdirSync(folder)).toEqual(["user.jsonl"]);
    rmSync(folder, { recursive: true });
  });
});

describe("audit and repair", () => {
  it("find damage with 1, put it right, and are clean afterwards", async () => {
    const tablePrefix = uniquePrefix("audit");
    const settings = env({ TEST_PREFIX: tablePrefix });
    await run(["push", ...own], settings);
    await seed(
      client,
      before,
      { tablePrefix },
      Array.from({ length: 250 }, (_, i) => ({ model: "user", data: { id: `u${i}`, email: `${i}@example.com` } })),
    );
    expect(await run(["audit", ...own], settings)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("501 items looked at: nothing found") as unknown,
    });
    const TableName = `${tablePrefix}users`;
    await client.send(new DeleteItemCommand({ TableName, Key: { _pk: { S: "user|id|u1" }, _sk: { S: "#" } } }));
    const { Items = [] } = await client.send(
      new ScanCommand({
        TableName,
        FilterExpression: "#r.#pk = :u2",
        ExpressionAttributeNames: { "#r": "_ref", "#pk": "_pk" },
        ExpressionAttributeValues: { ":u2": { S: "user|id|u2" } },
      }),
    );
    await client.send(new DeleteItemCommand({ TableName, Key: { _pk: Items[0]!["_pk"]!, _sk: Items[0]!["_sk"]! } }));
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key: { _pk: await danglingKey(TableName), _sk: { S: "#" } },
        UpdateExpression: "SET #at = :old",
        ExpressionAttributeNames: { "#at": "_at" },
        ExpressionAttributeValues: { ":old": { N: "1" } },
      }),
    );

    const found = await run(["audit", ...own, "--json"], settings);
    expect(found.code).toBe(1);
    expect(found.json()).toMatchObject({
      kinds: { danglingEntry: { found: 1 }, missingEntry: { found: 1 } },
      open: 2,
      broken: 1,
      complete: true,
    });
    expect(await run(["repair", ...own], settings)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 missingEntry (1 repaired)") as unknown,
    });
    expect(await run(["audit", ...own], settings)).toMatchObject({ code: 0 });

    // What is harmless is told, and is no alarm.
    await client.send(new DeleteItemCommand({ TableName, Key: { _pk: { S: "user|id|u3" }, _sk: { S: "#" } } }));
    expect(await run(["audit", ...own], settings)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 danglingEntry") as unknown,
    });
  });

  it("stop at Ctrl-C and tell how to go on", async () => {
    const tablePrefix = uniquePrefix("halt");
    const settings = env({ TEST_PREFIX: tablePrefix });
    await run(["push", ...own], settings);
    await seed(
      client,
      before,
      { tablePrefix },
      Array.from({ length: 3000 }, (_, i) => ({ model: "user", data: { email: `${i}@example.com` } })),
    );
    const stopped = await stopAt(3, "Scan", ["audit", ...own], settings);
    expect(stopped).toMatchObject({
      code: 130,
      stderr: expect.stringContaining("Stopping after the page under way") as unknown,
    });
    const token = /--resume (\S+)/.exec(stopped.stdout)![1]!;
    const [first] = /^\d+(?= items looked at)/m.exec(stopped.stdout)!;
    const rest = await run(["audit", ...own, "--resume", token, "--json"], settings);
    expect(rest.code).toBe(0);
    expect(Number(first) + (rest.json().done as number)).toBe(6001);
    expect(await run(["audit", ...own, "--resume", "nonsense"], settings)).toMatchObject({ code: 2 });
  });
});

describe("stats", () => {
  it("counts records and entries, and tells of missing tables", async () => {
    const tablePrefix = uniquePrefix("stats");
    const settings = env({ TEST_PREFIX: tablePrefix });
    expect(await run(["stats", ...own], settings)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining("npx auth-dynamodb push") as unknown,
    });
    await run(["push", ...own], settings);
    await seed(client, before, { tablePrefix }, [{ model: "user", data: { email: "ada@example.com" } }]);
    expect(await run(["stats", ...own], settings)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("user: 1 record, 1 unique entry, 0 index entries") as unknown,
    });
    expect((await run(["stats", ...own, "--no-count", "--json"], settings)).json().tables[0].models).toBeUndefined();
  });
});

describe("sweep", () => {
  it("tells of each table, in words and as JSON", async () => {
    const tablePrefix = uniquePrefix("sweep");
    const settings = env({ TEST_PREFIX: tablePrefix });
    await run(["push", ...own], settings);
    expect(await run(["sweep", ...own], settings)).toMatchObject({
      code: 0,
      stdout: `${tablePrefix}users: 0 committed, 0 aborted, 0 pending, 0 removed\n`,
    });
    expect((await run(["sweep", ...own, "--json"], settings)).json()).toMatchObject({
      pending: 0,
      tables: [{ table: `${tablePrefix}users`, committed: 0 }],
    });
  });
});

describe("template", () => {
  it("writes each format, to stdout or to a file", async () => {
    const folder = mkdtempSync(join(tmpdir(), "template-"));
    const settings = env({ TEST_TABLE: "auth" });
    try {
      const terraform = await run(["template", ...better, "--format", "terraform"], settings);
      expect(terraform).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('resource "aws_dynamodb_table" "auth"') as unknown,
      });
      const file = join(folder, "auth.yaml");
      expect(await run(["template", ...better, "--out", file, "--allow-scan"], settings)).toMatchObject({ code: 0 });
      expect(readFileSync(file, "utf8")).toContain("- dynamodb:Scan");
      const sam = await run(["template", ...better, "--format", "sam", "--json", "--no-deletion-protection"], settings);
      expect(sam.json()).toMatchObject({
        Transform: "AWS::Serverless-2016-10-31",
        Resources: { AuthTable: { Properties: { DeletionProtectionEnabled: false } } },
      });
      expect(await run(["template", ...better, "--format", "cdk"], settings)).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("class AuthTables") as unknown,
      });
      expect(await run(["template", ...better], settings)).toMatchObject({ code: 2 });
      expect(await run(["template", ...better, "--format", "pulumi"], settings)).toMatchObject({ code: 2 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("import", () => {
  it("copies from another prefix to one table, and finds everything there the second time", async () => {
    const from = uniquePrefix("from");
    const settings = env({ TEST_PREFIX: from });
    await run(["push", ...own], settings);
    await seed(
      client,
      before,
      { tablePrefix: from },
      Array.from({ length: 300 }, (_, i) => ({ model: "user", data: { email: `${i}@example.com` } })),
    );
    const table = `${uniquePrefix("to")}auth`;
    await run(["push", ...own, "--table", table], settings);
    const args = ["import", ...own, "--from-prefix", from, "--table", table, "--json"];
    expect((await run([...args, "--dry-run"], settings)).json()).toMatchObject({
      dryRun: true,
      imported: { user: 300 },
    });
    const first = await run(args, settings);
    expect(first).toMatchObject({ code: 0 });
    expect(first.json()).toMatchObject({ imported: { user: 300 }, present: {}, complete: true });
    expect((await run(args, settings)).json()).toMatchObject({ imported: {}, present: { user: 300 } });
    const orm = createOrm({ schema: before, driver: createDynamodbDriver({ client, table }) });
    expect(await orm.user.findUnique({ where: { email: "7@example.com" } })).not.toBeNull();
    expect(await run(["import", ...own], settings)).toMatchObject({ code: 2 });
  });

  it("copies from the layout of @auth/dynamodb-adapter", async () => {
    const from = `${uniquePrefix("nextauth")}users`;
    const { CreateTableCommand } = await import("@aws-sdk/client-dynamodb");
    await client.send(
      new CreateTableCommand({
        TableName: from,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        KeySchema: [
          { AttributeName: "pk", KeyType: "HASH" },
          { AttributeName: "sk", KeyType: "RANGE" },
        ],
      }),
    );
    const Item = {
      pk: "USER#1",
      sk: "USER#1",
      id: "1",
      type: "USER",
      email: "ada@example.com",
      company: "Babbage",
      GSI1PK: "USER#ada@example.com",
      GSI1SK: "USER#ada@example.com",
    };
    await client.send(
      new PutItemCommand({
        TableName: from,
        Item: Object.fromEntries(Object.entries(Item).map(([name, S]) => [name, { S }])),
      }),
    );
    const table = `${uniquePrefix("authjs")}auth`;
    await pushSchema({ schema: createAuthJsSchema(), client, table });
    const target = ["--schema", "authjs", "--table", table, "--endpoint", engine.endpoint];
    const ended = await run(["import", ...target, "--from-authjs", from], {});
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining("imported: 1 user") as unknown });
    expect(await DynamoDBAdapter({ client, table }).getUserByEmail("ada@example.com")).toMatchObject({ id: "1" });
    // An adapter with fields of its own has a column for them.
    const owned = `${uniquePrefix("authjs")}auth`;
    expect(await run(["push", ...authJs], env({ TEST_TABLE: owned }))).toMatchObject({ code: 0 });
    expect(await run(["import", ...authJs, "--from-authjs", from], env({ TEST_TABLE: owned }))).toMatchObject({
      code: 0,
    });
    const { Items } = await client.send(new ScanCommand({ TableName: owned }));
    expect(Items?.find((item) => item["_kind"]?.S === "record")).toMatchObject({ company: { S: "Babbage" } });
    const wrong = await run(["import", ...own, "--from-authjs", from], env({ TEST_PREFIX: uniquePrefix("own") }));
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("not laid out for Auth.js") as unknown });
    // Into Better Auth's tables, what has no place there is told.
    const auth = env({ TEST_TABLE: `${uniquePrefix("better")}auth` });
    const moved = await run(["import", ...better, "--from-authjs", from, "--dry-run"], auth);
    expect(moved).toMatchObject({ code: 0, stdout: expect.stringContaining("would be imported: 1 user") as unknown });
    expect(moved.stdout).toContain("user has no company here");
  });
});

it("says that a configuration cannot be loaded", async () => {
  const folder = mkdtempSync(join(tmpdir(), "broken-"));
  writeFileSync(join(folder, "auth.ts"), "export const auth: number = missing();");
  const ended = await run(["plan"], {}, folder);
  rmSync(folder, { recursive: true });
  expect(ended).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("cannot be loaded: missing is not defined") as unknown,
  });
});

/** The partition of the one entry whose record is gone. */
async function danglingKey(TableName: string): Promise<{ S: string }> {
  const { Items = [] } = await client.send(
    new ScanCommand({
      TableName,
      FilterExpression: "#r.#pk = :u1",
      ExpressionAttributeNames: { "#r": "_ref", "#pk": "_pk" },
      ExpressionAttributeValues: { ":u1": { S: "user|id|u1" } },
    }),
  );
  return { S: Items[0]!["_pk"]!.S! };
}

/** Runs a command and presses Ctrl-C at its nth request of a kind, which is answered when the command has seen that. */
async function stopAt(nth: number, operation: string, args: string[], settings: Record<string, string>) {
  let sent = 0;
  const seen: { stop: () => Promise<unknown> } = { stop: () => Promise.resolve() };
  const proxy = await startProxy(engine.endpoint, async (request, forward) => {
    if (request.operation === operation && ++sent === nth) await seen.stop();
    return forward();
  });
  try {
    const { child, ended } = start(args, { ...settings, TEST_ENDPOINT: proxy.endpoint });
    const told = new Promise<void>((resolve) => {
      let text = "";
      child.stderr?.on("data", (data: Buffer) => {
        text += String(data);
        if (text.includes("Stopping")) resolve();
      });
    });
    seen.stop = () => {
      child.kill("SIGINT");
      return Promise.race([told, ended]);
    };
    return await ended;
  } finally {
    await proxy.stop();
  }
}
