import { datetime, OrmError, string } from "auth-dynamodb";
import { importFromAuthJsDynamoDB, type ImportOptions, type ImportReport } from "auth-dynamodb/authjs";
import { describe, expect, test } from "vitest";
import { engines, uniquePrefix, type Engine } from "../support/engines.ts";
import { createForeignTable, DEFAULT_KEYS } from "./foreign-table.ts";
import { countItems, DAY, newAccount, newSession, newToken, newUser, openAdapter } from "./open-adapter.ts";

describe.each(engines)("import, on $name", (engine) => {
  test("every record, with its types, and whoever is signed in stays so", async () => {
    const { source, target, run } = await open(engine);
    const user = newUser({
      emailVerified: new Date("2024-01-02T03:04:05.678Z"),
      role: "admin",
      joined: "2024-05-06T07:08:09.000Z",
    });
    const account = newAccount(user.id, { tenant: { id: 1, list: [true, null] }, issued: "2024-05-06T07:08:09.000Z" });
    const session = newSession(user.id, { expires: new Date(Date.now() + DAY), device: "laptop" });
    const token = newToken();
    await source.user(user);
    await source.account(account);
    await source.session(session);
    await source.verificationToken(token);
    await source.put(["ORDER#1", "ORDER#1"], { id: 1, type: "USER" });

    const report = await run();
    expect(report).toMatchObject({
      complete: true,
      dryRun: false,
      done: 5,
      imported: { user: 1, account: 1, session: 1, verificationToken: 1 },
      expired: 0,
      unknown: 1,
      duplicates: [],
      leftOut: [],
    });
    expect(await target.getUser(user.id)).toStrictEqual(user);
    expect(await target.getUserByEmail(user.email)).toStrictEqual(user);
    expect(await target.getAccount(account.providerAccountId, account.provider)).toStrictEqual(account);
    expect(await target.getUserByAccount(account)).toStrictEqual(user);
    expect(await target.getSessionAndUser(session.sessionToken)).toStrictEqual({ session, user });
    expect(await target.useVerificationToken(token)).toStrictEqual(token);
  });

  test("custom key names, declared fields, sets and numbers", async () => {
    const keys = { partitionKey: "PK", sortKey: "SK", indexPartitionKey: "IPK", indexSortKey: "ISK" };
    const options = { user: { additionalFields: { joined: datetime().nullable(), role: string().default("user") } } };
    const { source, target, run } = await open(engine, { keys, options });
    const user = newUser({ joined: new Date("2024-05-06T07:08:09.000Z"), name: "" });
    await source.user({ ...user, groups: new Set(["a"]), levels: new Set([1, 2]), key: new Uint8Array([1, 2, 3]) });
    await source.session(newSession(user.id));
    expect(await run()).toMatchObject({ imported: { user: 1, session: 1 }, unknown: 0 });
    // The adapter's documented client settings turn an empty text into null.
    const expected = { ...user, name: null, role: "user", groups: ["a"], levels: [1, 2], key: "AQID" };
    expect(await target.getUser(user.id)).toEqual(expected);
  });

  test("run again, it leaves what is there as it is, and takes what is new", async () => {
    const { source, target, run } = await open(engine);
    const [user, late] = [newUser(), newUser()];
    await source.user(user);
    await source.account(newAccount(user.id));
    expect(await run()).toMatchObject({ imported: { user: 1, account: 1 }, present: { user: 0 } });
    const changed = await target.updateUser({ id: user.id, name: "Changed", email: newUser().email });
    await source.user(late);
    expect(await run()).toMatchObject({
      imported: { user: 1, account: 0 },
      present: { user: 1, account: 1 },
      duplicates: [],
    });
    expect(await target.getUser(user.id)).toEqual(changed);
    expect(await target.getUser(late.id)).toEqual(late);
  });

  test("what has expired is not imported", async () => {
    const { source, target, run } = await open(engine);
    const user = newUser();
    await source.user(user);
    const session = newSession(user.id, { expires: new Date(Date.now() - DAY) });
    await source.session(session);
    await source.verificationToken(newToken({ expires: new Date(Date.now() - DAY) }));
    expect(await run()).toMatchObject({ expired: 2, imported: { user: 1, session: 0, verificationToken: 0 } });
    expect(await target.getSessionAndUser(session.sessionToken)).toBeNull();
  });

  test("duplicates: two users with one e-mail, one account on two users", async () => {
    const { source, target, run } = await open(engine);
    const [ada, bob, eve] = [newUser(), newUser(), newUser()];
    const twin = newUser({ email: ada.email });
    for (const user of [ada, twin, bob, eve]) {
      await source.user(user);
      await source.session(newSession(user.id));
    }
    const account = newAccount(bob.id);
    await source.account(account);
    await source.account({ ...account, userId: eve.id });

    const rehearsed = await run({ dryRun: true });
    const report = await run();
    expect({ ...rehearsed, dryRun: false }).toEqual(report);
    expect(report.imported).toEqual({ user: 3, account: 1, session: 3, verificationToken: 0 });
    expect(report.duplicates).toHaveLength(2);
    const byEmail = report.duplicates.find(({ model }) => model === "user")!;
    expect(byEmail.values).toEqual({ email: ada.email });
    expect([...byEmail.ids].sort()).toEqual([ada.id, twin.id].sort());
    const byAccount = report.duplicates.find(({ model }) => model === "account")!;
    expect(byAccount.values).toEqual({ provider: account.provider, providerAccountId: account.providerAccountId });
    expect([...byAccount.ids].sort()).toEqual([bob.id, eve.id].sort());
    // The session of a user who was left out signs nobody in.
    expect(report.leftOut).toEqual([
      { model: "session", userId: byEmail.ids[1], reason: expect.stringContaining("user") as string },
    ]);
    expect((await target.getUserByEmail(ada.email))?.id).toBe(byEmail.ids[0]);
    expect((await target.getUserByAccount(account))?.id).toBe(byAccount.ids[0]);
    expect(await run()).toMatchObject({ imported: { user: 0, account: 0, session: 0 }, duplicates: report.duplicates });
  });

  test("a duplicate of what the target had before", async () => {
    const { source, target, run } = await open(engine);
    const owner = await target.createUser(newUser());
    const intruder = newUser({ email: owner.email });
    await source.user(intruder);
    const duplicate = {
      model: "user",
      fields: ["email"],
      values: { email: owner.email },
      ids: [owner.id, intruder.id],
    };
    for (const dryRun of [true, false]) expect((await run({ dryRun })).duplicates).toEqual([duplicate]);
    expect(await target.getUserByEmail(owner.email)).toEqual(owner);
  });

  test("records that do not fit, and those without a user, are reported and do not stop it", async () => {
    const { source, target, run } = await open(engine);
    const user = newUser();
    await source.user(user);
    await source.user(newUser({ id: "bad", emailVerified: "yesterday" as unknown as Date }));
    await source.account(newAccount("ghost"));
    await source.account(newAccount(user.id, { type: 7 }));
    for (const dryRun of [true, false]) {
      const report = await run({ dryRun });
      const problems = report.leftOut.map(
        ({ model, userId }) => `${model} of ${userId === user.id ? "ada" : String(userId)}`,
      );
      expect(problems.sort()).toEqual(["account of ada", "account of ghost", "user of bad"]);
      expect(report.imported).toMatchObject({ user: 1, account: 0 });
    }
    expect(await target.getUser("bad")).toBeNull();
  });

  test("a dry run writes nothing", async () => {
    const { source, client, tables, run } = await open(engine);
    const user = newUser();
    await source.user(user);
    await source.session(newSession(user.id));
    await source.verificationToken(newToken());
    expect(await run({ dryRun: true })).toMatchObject({
      dryRun: true,
      imported: { user: 1, session: 1, verificationToken: 1 },
    });
    for (const table of tables) expect(await countItems(client, table)).toBe(0);
  });

  test("a dry run needs no tables to import into", async () => {
    const { source, client, run } = await open(engine);
    const user = newUser();
    await source.user(user);
    await source.user(newUser({ email: user.email }));
    await source.account(newAccount(user.id));
    await source.session(newSession(user.id));
    await source.session(newSession("ghost"));
    await source.verificationToken(newToken());
    const report = await run({ dryRun: true });
    const before = await run({ dryRun: true, to: { client, tablePrefix: uniquePrefix("unpushed") } });
    expect(before).toEqual(report);
    expect(before).toMatchObject({ complete: true, imported: { user: 1, verificationToken: 1 } });
    expect(before.duplicates).toHaveLength(1);
    await expect(run({ to: { client, tablePrefix: uniquePrefix("unpushed") } })).rejects.toMatchObject({
      code: "MISSING_TABLE",
    });
  });

  test("page by page, stopped and resumed anywhere, it comes to the same", async () => {
    const { source, target, run } = await open(engine);
    const users = Array.from({ length: 12 }, () => newUser());
    for (const user of users) {
      await source.user(user);
      for (let n = 0; n < 3; n++) await source.session(newSession(user.id));
      await source.account(newAccount(user.id));
    }
    const reports: ImportReport[] = [];
    let resume: string | undefined;
    do {
      const stop = new AbortController();
      const seen: (string | undefined)[] = [];
      const report = await run({
        resume,
        pageSize: 3,
        signal: stop.signal,
        onProgress: async (progress) => {
          await Promise.resolve();
          seen.push(progress.resume);
          if (seen.length === 2) stop.abort();
        },
      });
      expect(report.complete).toBe(report.resume === undefined);
      expect(seen.at(-1)).toBe(report.resume);
      reports.push(report);
      resume = report.resume;
    } while (resume !== undefined);
    expect(reports.length).toBeGreaterThan(5);
    const total = (count: (report: ImportReport) => number) => reports.reduce((sum, report) => sum + count(report), 0);
    expect(total(({ done }) => done)).toBe(60);
    expect(total(({ imported }) => imported.user)).toBe(12);
    expect(total(({ imported }) => imported.session)).toBe(36);
    expect(total(({ imported }) => imported.account)).toBe(12);
    expect(reports.flatMap(({ leftOut, duplicates }) => [...leftOut, ...duplicates])).toEqual([]);
    for (const user of users) expect(await target.getUserByEmail(user.email)).toEqual(user);
  });

  test("a failure in between can be resumed from the last progress", async () => {
    const { source, run } = await open(engine);
    for (let n = 0; n < 9; n++) await source.user(newUser());
    let resume: string | undefined;
    const failing = run({
      pageSize: 3,
      onProgress: (progress) => {
        if (resume) throw new Error("crash");
        resume = progress.resume;
      },
    });
    await expect(failing).rejects.toThrow("crash");
    expect(await run({ resume, pageSize: 3 })).toMatchObject({
      done: 6,
      imported: { user: 3 },
      present: { user: 3 },
      complete: true,
    });
  });

  test("a wrong token and a missing table are named", async () => {
    const { source, run } = await open(engine);
    await expect(run({ resume: "nonsense" })).rejects.toMatchObject({ code: "INVALID_QUERY" });
    for (let n = 0; n < 3; n++) await source.user(newUser());
    let resume: string | undefined;
    await run({ pageSize: 1, onProgress: (progress) => (resume ??= progress.resume) });
    const other = await open(engine);
    await expect(other.run({ resume })).rejects.toThrow(source.table);
    const missing = { client: other.client, table: "no-such-table" };
    const error: unknown = await other.run({ from: missing }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OrmError);
    expect(error).toMatchObject({ code: "MISSING_TABLE", message: expect.stringContaining("no-such-table") as string });
  });
});

async function open(engine: Engine, { keys = DEFAULT_KEYS, options = {} } = {}) {
  const { adapter: target, settings, client } = await openAdapter(engine, options);
  const source = await createForeignTable(client, `${uniquePrefix("nextauth")}table`, keys);
  const from = { client, table: source.table, ...(keys === DEFAULT_KEYS ? {} : keys) };
  const run = (changes: Partial<ImportOptions> = {}) => importFromAuthJsDynamoDB({ from, to: settings, ...changes });
  const tables = ["user", "account", "session", "verificationToken"].map((model) => settings.tablePrefix + model);
  return { source, target, client, tables, run };
}
