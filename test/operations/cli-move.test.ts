import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { engineNamed, engines, uniquePrefix } from "../support/engines.ts";
import { applicationFolder } from "./application-folder.ts";
import { run, useCommandLine } from "./cli.ts";

const engine = engineNamed("dynoxide") ?? engines[0]!;

const SHARED = `
import { organization } from "better-auth/plugins";
export const shared = {
  baseURL: "http://localhost:3000",
  secret: "a secret for tests that is long enough",
  emailAndPassword: { enabled: true },
  plugins: [organization()],
};
`;

const OLD_AUTH = `
import Database from "better-sqlite3";
import { betterAuth } from "better-auth";
import { shared } from "./shared.ts";
export const auth = betterAuth({ ...shared, database: new Database("old.db") });
`;

const AUTH = `
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamodbAdapter } from "auth-dynamodb/better-auth";
import { betterAuth } from "better-auth";
import { shared } from "./shared.ts";
const client = new DynamoDBClient({
  endpoint: process.env["TEST_ENDPOINT"],
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
export const auth = betterAuth({
  ...shared,
  user: { fields: { name: "full_name" } },
  database: dynamodbAdapter({ client, tablePrefix: process.env["TEST_PREFIX"] }),
});
`;

/** Makes the old database: a user who has signed up, and one behind all others with the same e-mail in another case. */
const FILL = `
import Database from "better-sqlite3";
import { getMigrations } from "better-auth/db/migration";
import { auth } from "./old-auth.ts";
await (await getMigrations(auth.options)).runMigrations();
await auth.api.signUpEmail({ body: { email: "ada@example.com", password: "correct horse", name: "Ada" } });
new Database("old.db").exec("insert into user (id, name, email, emailVerified, createdAt, updatedAt) values " +
  "('zzzz twin', 'Twin', 'ADA@example.com', 0, '2024-01-01', '2024-01-01')");
export const schema = { models: {} };
`;

useCommandLine();

function openFolder() {
  const folder = applicationFolder({ "shared.ts": SHARED, "old-auth.ts": OLD_AUTH, "auth.ts": AUTH, "fill.ts": FILL });
  const env = { TEST_ENDPOINT: engine.endpoint, TEST_PREFIX: uniquePrefix("climove") };
  return { folder, env, command: (...args: string[]) => run(args, env, folder) };
}

describe("moving in by the command line", () => {
  it("from the old auth file: dry run, import, verify, export, import of the export, and what has gone", async () => {
    const { folder, env, command } = openFolder();
    // The loader runs the file; that it exports no schema to work with is no matter here.
    await command("plan", "--config", "fill.ts");
    expect(existsSync(join(folder, "old.db"))).toBe(true);
    expect(await command("push")).toMatchObject({ code: 0 });
    const move = ["import", "--from-better-auth", "old-auth.ts"];

    const rehearsed = await command(...move, "--dry-run");
    expect(rehearsed).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/would be imported: 1 user, 1 session/) as unknown,
    });
    expect(rehearsed.stdout).toMatch(/duplicate: user .* and .* have the same email/);
    const imported = await command(...move, "--json");
    expect(imported.code).toBe(1);
    expect(imported.json()).toMatchObject({
      imported: { user: 1, account: 1, session: 1 },
      duplicates: [{ model: "user" }],
    });
    const verified = await command(...move, "--verify");
    expect(verified).toMatchObject({ code: 1, stdout: expect.stringMatching(/missing: user/) as unknown });

    const [later, exported, ...refused] = await Promise.all([
      command(...move, "--since", imported.json().since, "--json"),
      command("export", "--to-json", "backup"),
      command(...move, "--since", "yesterday"),
      command(...move, "--from-json", "backup"),
      command("import", "--from-table", "other", "--verify"),
      command("import", "--from-better-auth", "shared.ts"),
    ]);
    expect(later.json()).toMatchObject({ imported: {}, updated: {}, done: 0 });
    expect(refused.map(({ code }) => code)).toEqual([2, 2, 2, 2]);

    expect(exported).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("1 user, 1 session, 1 account") as unknown,
    });
    // By Better Auth's names, whatever the columns are called.
    expect(JSON.parse(readFileSync(join(folder, "backup/user.jsonl"), "utf8"))).toMatchObject({ name: "Ada" });
    expect(await command("export", "--to-json", "backup")).toMatchObject({ code: 2 });

    const second = { ...env, TEST_PREFIX: uniquePrefix("climove") };
    expect(await run(["push"], second, folder)).toMatchObject({ code: 0 });
    expect(await run(["import", "--from-json", "backup"], second, folder)).toMatchObject({ code: 0 });
    expect(await run(["import", "--from-json", "backup", "--verify"], second, folder)).toMatchObject({ code: 0 });

    const old = new Database(join(folder, "old.db"));
    old.exec("delete from session; delete from user where id = 'zzzz twin'");
    old.close();
    const unasked = await command(...move, "--delete-missing");
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining("would delete 1 session") as unknown });
    const deleted = await command(...move, "--delete-missing", "--yes");
    expect(deleted).toMatchObject({ code: 0, stdout: expect.stringContaining("deleted: 1 session") as unknown });
  });
});
