import { importFromBetterAuth, verifyAgainstBetterAuth } from "auth-dynamodb/setup";
import { PGlite } from "@electric-sql/pglite";
import { betterAuth, type BetterAuthOptions } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { getMigrations } from "better-auth/db/migration";
import { PGliteDialect } from "kysely-pglite-dialect";
import { describe, expect, it, onTestFinished } from "vitest";
import { engineNamed, engines } from "../support/engines.ts";
import { appOptions, crowdOf, expectMoved, newApp, sqliteApp, unpushedDatabase, useApp } from "./old-app.ts";

function memoryApp(more: Partial<BetterAuthOptions> = {}) {
  const options = appOptions(more);
  const rows: Record<string, Record<string, unknown>[]> = {};
  for (const name of ["user", "session", "account", "verification", "organization", "member", "invitation"])
    rows[name] = [];
  return { auth: betterAuth({ ...options, database: memoryAdapter(rows) }), rows };
}

const nothingLeftOut = { duplicates: [], leftOut: [], unknownFields: {}, unknownModels: {}, complete: true };

describe.each(engines)("moving in, to $name", (engine) => {
  const client = engine.createClient();

  it("from SQLite: password, session cookie, OAuth account and organization go on; then all is the same", async () => {
    const old = await sqliteApp();
    const people = await useApp(old.auth);
    const { auth } = await newApp(client);
    const report = await importFromBetterAuth({ from: old.auth, to: auth });
    expect(report).toMatchObject({
      ...nothingLeftOut,
      imported: { user: 2, account: 2, session: 2, organization: 1, member: 1 },
      done: 8,
      total: 8,
    });
    const verified = await verifyAgainstBetterAuth({ from: old.auth, to: auth });
    expect(verified).toMatchObject({
      complete: true,
      same: { user: 2, session: 2 },
      missing: {},
      different: {},
      extra: {},
    });
    expect(verified.differences).toEqual([]);
    await expectMoved(auth, people);
  });

  it("from Better Auth's memory adapter", async () => {
    const old = memoryApp();
    const people = await useApp(old.auth);
    const { auth } = await newApp(client);
    expect(await importFromBetterAuth({ from: old.auth, to: auth, pageSize: 1 })).toMatchObject(nothingLeftOut);
    expect((await verifyAgainstBetterAuth({ from: old.auth, to: auth })).differences).toEqual([]);
    await expectMoved(auth, people);
  });
});

const engine = engineNamed("dynoxide") ?? engines[0]!;

describe("moving in", () => {
  const client = engine.createClient();

  it("from PostgreSQL, where the old tables and columns have other names", async () => {
    const database = await PGlite.create();
    onTestFinished(() => database.close());
    const renamed = { fields: { emailVerified: "email_verified" }, modelName: "people" };
    const options = {
      ...appOptions(),
      user: { ...appOptions().user, ...renamed },
      session: { fields: { userId: "user_id", expiresAt: "expires_at" } },
      database: { dialect: new PGliteDialect(database), type: "postgres" as const },
    };
    await (await getMigrations(options)).runMigrations();
    const old = betterAuth(options);
    const people = await useApp(old);
    const { auth } = await newApp(client, { account: { fields: { accountId: "account_id", userId: "owner_id" } } });
    expect(await importFromBetterAuth({ from: old, to: auth })).toMatchObject(nothingLeftOut);
    expect((await verifyAgainstBetterAuth({ from: old, to: auth })).differences).toEqual([]);
    await expectMoved(auth, people);
  });

  it("numeric ids become text, in references too, and so do those along a circle", async () => {
    const old = await sqliteApp({ advanced: { database: { generateId: "serial" } } });
    const people = await useApp(old.auth);
    // Each the other's manager, and her own.
    old.database.exec("update user set managerId = 3 - id");
    old.database.exec(
      "insert into user (id, name, email, emailVerified, createdAt, updatedAt, managerId) " +
        "select 3, name, 'own@example.com', emailVerified, createdAt, updatedAt, 3 from user where id = 1",
    );
    const { auth } = await newApp(client);
    const report = await importFromBetterAuth({ from: old.auth, to: auth });
    expect(report).toMatchObject({ ...nothingLeftOut, imported: { user: 3 } });
    expect((await verifyAgainstBetterAuth({ from: old.auth, to: auth })).differences).toEqual([]);
    const { user } = await expectMoved(auth, people);
    const { adapter } = await auth.$context;
    const managers = await adapter.findMany({ model: "user", where: [{ field: "managerId", value: user.id }] });
    expect({ user, managers }).toMatchObject({ user: { id: "1", managerId: "2" }, managers: [{ id: "2" }] });
  });

  it("a second run brings what has changed, and keeps what was changed here since", async () => {
    const old = await sqliteApp();
    await useApp(old.auth);
    const { auth } = await newApp(client, {
      user: { ...appOptions().user, fields: { updatedAt: "changed_at", name: "full_name" } },
    });
    const first = await importFromBetterAuth({ from: old.auth, to: auth });
    old.database
      .prepare("update user set name = 'Countess', updatedAt = ? where email = 'ada@example.com'")
      .run(new Date().toISOString());
    const second = await importFromBetterAuth({ from: old.auth, to: auth, since: first.since });
    expect(second).toMatchObject({ ...nothingLeftOut, imported: {}, updated: { user: 1 } });
    // Rows that did not change were not read, but of models that cannot tell.
    expect(second.present).toEqual({ organization: 1, member: 1 });

    const { adapter } = await auth.$context;
    await adapter.update({
      model: "user",
      where: [{ field: "email", value: "ada@example.com" }],
      update: { name: "Later" },
    });
    const third = await importFromBetterAuth({ from: old.auth, to: auth });
    expect(third).toMatchObject({
      ...nothingLeftOut,
      imported: {},
      updated: {},
      newer: { user: 1 },
      present: { user: 1 },
    });
    const { differences } = await verifyAgainstBetterAuth({ from: old.auth, to: auth });
    expect(differences).toMatchObject([{ model: "user", kind: "different", fields: ["full_name", "changed_at"] }]);
  });

  it("what the old database has no more is deleted when asked, once that is agreed to", async () => {
    const old = await sqliteApp();
    const { grace } = await useApp(old.auth);
    const { auth } = await newApp(client);
    await importFromBetterAuth({ from: old.auth, to: auth });
    old.database.exec("delete from session where userId = (select id from user where name = 'Grace')");
    const asked: unknown[] = [];
    const agree = (answer: boolean) => (counts: unknown) => {
      asked.push(counts);
      return answer;
    };
    const session = () => grace.on({ auth }).get("/get-session");
    const move = { from: old.auth, to: auth };
    expect(await importFromBetterAuth({ ...move, deleteMissing: agree(false) })).toMatchObject({ deleted: {} });
    expect(await importFromBetterAuth({ ...move, deleteMissing: true, dryRun: true })).toMatchObject({
      deleted: { session: 1 },
    });
    expect((await session()).body?.user.name).toBe("Grace");
    const { differences } = await verifyAgainstBetterAuth(move);
    expect(differences).toMatchObject([{ model: "session", kind: "extra" }]);
    expect(await importFromBetterAuth({ ...move, deleteMissing: agree(true) })).toMatchObject({
      deleted: { session: 1 },
    });
    expect((await session()).body?.user).toBeUndefined();
    expect(asked).toEqual([{ session: 1 }, { session: 1 }]);
  });

  it("conflicts are listed by a dry run, which writes nothing and needs no tables, and by the run alike", async () => {
    const { auth: old, rows } = memoryApp();
    const [a, b, c] = crowdOf(3);
    rows["user"]!.push(
      { ...a!.user, email: "Twin@Example.com" },
      { ...b!.user, email: "twin@example.com" },
      { ...c!.user, name: "x".repeat(420_000) },
    );
    rows["account"]!.push(a!.account, b!.account, { ...c!.account, userId: "ghost" });
    rows["session"]!.push({ ...a!.session, expiresAt: new Date(0) });
    rows["invitation"]!.push({ id: "odd", organizationId: "nowhere", email: "x@example.com", expiresAt: "never" });
    const { auth } = await newApp(client);
    const unpushed = betterAuth({ ...auth.options, database: unpushedDatabase(client) });
    const expected = {
      imported: { user: 1, account: 1 },
      expired: { session: 1 },
      duplicates: [{ model: "user", fields: ["email"], ids: [a!.user.id, b!.user.id] }],
      leftOut: [
        { model: "user", id: c!.user.id, reason: "tooLarge", fields: ["name"] },
        { model: "account", id: b!.account.id, reason: "dangling", fields: ["userId"] },
        { model: "account", id: c!.account.id, reason: "dangling", fields: ["userId"] },
        { model: "invitation", id: "odd", reason: "invalid", fields: ["expiresAt"] },
      ],
    };
    for (const to of [unpushed, auth])
      expect(await importFromBetterAuth({ from: old, to, dryRun: true })).toMatchObject({ ...expected, dryRun: true });
    await expect(importFromBetterAuth({ from: old, to: unpushed })).rejects.toMatchObject({ code: "MISSING_TABLE" });
    expect(await importFromBetterAuth({ from: old, to: auth })).toMatchObject({ ...expected, dryRun: false });
    const { adapter } = await auth.$context;
    const found = await adapter.findOne({ model: "user", where: [{ field: "email", value: "twin@example.com" }] });
    expect(found).toMatchObject({ id: a!.user.id });
  });

  it("stopped anywhere and gone on, or failed and gone on, it comes to the same", async () => {
    const { auth: old, rows } = memoryApp();
    for (const { user, account, session } of crowdOf(10)) {
      rows["user"]!.push({ ...user, managerId: "crowd-3" });
      rows["account"]!.push(account);
      rows["session"]!.push(session);
    }
    const { auth } = await newApp(client);
    let runs = 0;
    let resume: string | undefined;
    do {
      const stop = new AbortController();
      const onProgress = () => stop.abort();
      const report = await importFromBetterAuth({
        from: old,
        to: auth,
        resume,
        pageSize: 4,
        signal: stop.signal,
        onProgress,
      });
      expect(report.complete).toBe(report.resume === undefined);
      resume = report.resume;
      runs += 1;
    } while (resume !== undefined);
    expect(runs).toBeGreaterThan(10);
    expect(await verifyAgainstBetterAuth({ from: old, to: auth })).toMatchObject({
      same: { user: 10, account: 10, session: 10 },
      differences: [],
    });
    await expect(importFromBetterAuth({ from: old, to: auth, resume: "nonsense" })).rejects.toMatchObject({
      code: "INVALID_QUERY",
    });
  });

  it("a database that orders ids in another way than it compares them is read whole all the same", async () => {
    const { auth: old, rows } = memoryApp();
    const ids = ["a", "B", "c", "D", "e", "F", "g"];
    const [one] = crowdOf(1);
    for (const id of ids) rows["user"]!.push({ ...one!.user, id, email: `${id}@example.com` });
    const context = await old.$context;
    // Under its own name it is known to be one.
    const odd = { ...old, $context: Promise.resolve({ ...context, adapter: { ...context.adapter, id: "odd" } }) };
    for (const pageSize of [1, 2, 3, 7, 8]) {
      const { auth } = await newApp(client);
      await importFromBetterAuth({ from: odd, to: auth, pageSize });
      const { adapter } = await auth.$context;
      const where = [{ field: "id", operator: "in" as const, value: ids }];
      expect(await adapter.findMany({ model: "user", where })).toHaveLength(ids.length);
    }
  });

  it("what the new configuration lacks is told: models with rows, fields with values", async () => {
    const old = await sqliteApp();
    await useApp(old.auth);
    const { auth } = await newApp(client, { plugins: [], user: {} });
    const report = await importFromBetterAuth({ from: old.auth, to: auth });
    expect(report).toMatchObject({ unknownModels: { organization: 1, member: 1 }, complete: true });
    expect(report.unknownFields).toMatchObject({ user: ["username", "displayUsername"] });
  });

  it("only an application on dynamodbAdapter is moved to", async () => {
    const { auth } = memoryApp();
    await expect(importFromBetterAuth({ from: auth, to: auth })).rejects.toMatchObject({
      code: "INVALID_OPTION",
      meta: { target: ["to"] },
    });
    const { auth: ours } = await newApp(client);
    await expect(importFromBetterAuth({ from: ours, to: ours })).rejects.toMatchObject({ meta: { target: ["from"] } });
    const misspelt = { from: auth, to: auth, dryrun: true };
    await expect(importFromBetterAuth(misspelt)).rejects.toMatchObject({
      code: "INVALID_OPTION",
      meta: { target: ["dryrun"] },
    });
  });
});
