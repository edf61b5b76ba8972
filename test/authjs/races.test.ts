import { isOrmError } from "auth-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { engines } from "../support/engines.ts";
import { newAccount, newAuthenticator, newSession, newToken, newUser, openAdapter } from "./open-adapter.ts";

const CROWD = 50;

describe.each(engines)("races, on $name", (engine) => {
  let adapter: Awaited<ReturnType<typeof openAdapter>>["adapter"];

  beforeAll(async () => {
    ({ adapter } = await openAdapter(engine));
  });

  /** Runs a call 50 times at once: the results, and the errors, which must all be of one kind. */
  const crowd = async <T>(call: (n: number) => T | PromiseLike<T>) => {
    const settled = await Promise.allSettled(Array.from({ length: CROWD }, async (_, n) => call(n)));
    for (const result of settled) {
      if (result.status === "rejected")
        expect(isOrmError(result.reason, "UNIQUE_CONSTRAINT_VIOLATION"), String(result.reason)).toBe(true);
    }
    return settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  };

  test("createUser with one e-mail: one succeeds", async () => {
    const { email } = newUser();
    const created = await crowd(() => adapter.createUser(newUser({ email })));
    expect(created).toHaveLength(1);
    expect(await adapter.getUserByEmail(email)).toEqual(created[0]);
  });

  test("updateUser of many users to one e-mail: one succeeds", async () => {
    const users = await crowd(() => adapter.createUser(newUser()));
    expect(users).toHaveLength(CROWD);
    const { email } = newUser();
    const changed = await crowd((n) => adapter.updateUser({ id: users[n]!.id, email }));
    expect(changed).toHaveLength(1);
    expect((await adapter.getUserByEmail(email))?.id).toBe(changed[0]!.id);
    const kept = await Promise.all(users.map(async (user) => adapter.getUserByEmail(user.email)));
    expect(kept.filter((user) => user !== null)).toHaveLength(CROWD - 1);
  });

  test("useVerificationToken: one gets it", async () => {
    const token = newToken();
    await adapter.createVerificationToken(token);
    const used = await crowd(() => adapter.useVerificationToken(token));
    expect(used).toHaveLength(CROWD);
    expect(used.filter((result) => result !== null)).toEqual([token]);
  });

  test("linkAccount of one account to many users: one succeeds", async () => {
    const account = newAccount("");
    const users = await crowd(() => adapter.createUser(newUser()));
    const linked = await crowd((n) => adapter.linkAccount({ ...account, userId: users[n]!.id }));
    expect(linked).toHaveLength(1);
    expect(await adapter.getAccount(account.providerAccountId, account.provider)).toEqual(linked[0]);
  });

  test("createAuthenticator of one credential: one succeeds", async () => {
    const authenticator = newAuthenticator("");
    const users = await crowd(() => adapter.createUser(newUser()));
    const created = await crowd((n) => adapter.createAuthenticator({ ...authenticator, userId: users[n]!.id }));
    expect(created).toHaveLength(1);
  });

  test("deleteSession: one gets it", async () => {
    const session = await adapter.createSession(newSession("user"));
    const deleted = await crowd(() => adapter.deleteSession(session.sessionToken));
    expect(deleted.filter((result) => result !== null)).toEqual([session]);
  });

  test("updateUser of undeclared fields: none is lost", async () => {
    const user = await adapter.createUser(newUser());
    const names = Array.from({ length: 10 }, (_, n) => `field${n}`);
    await Promise.all(names.map(async (name, n) => adapter.updateUser({ id: user.id, ...{ [name]: n } })));
    expect(await adapter.getUser(user.id)).toEqual({
      ...user,
      ...Object.fromEntries(names.map((name, n) => [name, n])),
    });
  });
});
