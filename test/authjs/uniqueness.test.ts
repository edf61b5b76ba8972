import type { AdapterUser } from "@auth/core/adapters";
import { isOrmError } from "auth-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { engines } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";
import {
  newAccount,
  newAuthenticator,
  newSession,
  newToken,
  newUser,
  openAdapter,
  unique,
  type OpenAdapter,
} from "./open-adapter.ts";

const taken = (model: string, ...target: string[]) => ({
  code: "UNIQUE_CONSTRAINT_VIOLATION",
  meta: { model, target },
});

describe.each(engines)("on $name", (engine) => {
  let adapter: OpenAdapter["adapter"];
  let client: OpenAdapter["client"];

  beforeAll(async () => {
    ({ adapter, client } = await openAdapter(engine));
  });

  test("an e-mail belongs to one user, through createUser and updateUser", async () => {
    const owner = await adapter.createUser(newUser());
    const intruder = newUser({ email: owner.email, role: "admin" });
    await expect(adapter.createUser(intruder)).rejects.toMatchObject(taken("user", "email"));
    expect(await adapter.getUser(intruder.id)).toBeNull();
    const other = await adapter.createUser(newUser());
    await expect(adapter.updateUser({ id: other.id, email: owner.email, name: "New" })).rejects.toMatchObject(
      taken("user", "email"),
    );
    const recording = recordRequests(client);
    await expect(adapter.updateUser({ id: other.id, email: owner.email, ...{ nick: "N" } })).rejects.toMatchObject(
      taken("user", "email"),
    );
    // Not after retries, which could not help. Without transactions the record is held before, and released after.
    expect(recording.count()).toBeLessThanOrEqual(engine.transactions ? 4 : 9);
    recording.stop();
    expect(await adapter.getUser(other.id)).toEqual(other);
    expect(await adapter.getUserByEmail(owner.email)).toEqual(owner);
    await expect(adapter.createUser({ ...newUser(), id: owner.id })).rejects.toMatchObject(taken("user", "id"));
  });

  test("a changed e-mail frees the old one, which no longer finds the user", async () => {
    const user = await adapter.createUser(newUser());
    const changed = await adapter.updateUser({ id: user.id, email: newUser().email });
    expect(await adapter.getUserByEmail(user.email)).toBeNull();
    expect(await adapter.getUserByEmail(changed.email)).toEqual(changed);
    const next = await adapter.createUser(newUser({ email: user.email }));
    expect((await adapter.getUserByEmail(user.email))?.id).toBe(next.id);
    // Taking an address from oneself is no change.
    expect(await adapter.updateUser({ id: next.id, email: next.email, name: "N" })).toMatchObject({ name: "N" });
  });

  test("an account links to one user, and a taken one is neither returned nor moved", async () => {
    const [owner, intruder] = [await adapter.createUser(newUser()), await adapter.createUser(newUser())];
    const account = newAccount(owner.id);
    await adapter.linkAccount(account);
    for (const userId of [owner.id, intruder.id]) {
      const again = { ...account, userId, access_token: "stolen" };
      await expect(adapter.linkAccount(again)).rejects.toMatchObject(taken("account", "provider", "providerAccountId"));
    }
    expect(await adapter.getAccount(account.providerAccountId, account.provider)).toEqual(account);
    expect((await adapter.getUserByAccount(account))?.id).toBe(owner.id);
  });

  test("keys are not glued together", async () => {
    const [one, two] = [await adapter.createUser(newUser()), await adapter.createUser(newUser())];
    await adapter.linkAccount(newAccount(one.id, { provider: "a", providerAccountId: "b#c" }));
    await adapter.linkAccount(newAccount(two.id, { provider: "a#b", providerAccountId: "c" }));
    expect((await adapter.getUserByAccount({ provider: "a", providerAccountId: "b#c" }))?.id).toBe(one.id);
    expect((await adapter.getUserByAccount({ provider: "a#b", providerAccountId: "c" }))?.id).toBe(two.id);
  });

  test("a session token is one session's", async () => {
    const user = await adapter.createUser(newUser());
    const session = await adapter.createSession(newSession(user.id));
    await expect(adapter.createSession(session)).rejects.toMatchObject(taken("session", "sessionToken"));
  });

  test("an update of an unknown id fails and creates nothing", async () => {
    for (const id of ["unknown", "", "x".repeat(2_500), undefined as unknown as string, "\ud800"]) {
      for (const data of [{ name: "N" }, { email: newUser().email }, { nickname: "undeclared" }, { name: null }, {}]) {
        const update = adapter.updateUser({ id, ...data } as AdapterUser);
        await expect(update).rejects.toSatisfy((error) => isOrmError(error, "INVALID_VALUE"));
        await expect(update).rejects.toThrow('There is no "user"');
      }
      expect(await adapter.getUser(id)).toBeNull();
    }
  });

  test("deleteUser removes what is the user's, frees the e-mail, and leaves others alone", async () => {
    const [user, other] = [await adapter.createUser(newUser()), await adapter.createUser(newUser())];
    const belongings = async (userId: string) => ({
      session: await adapter.createSession(newSession(userId)),
      account: newAccount(userId),
      authenticator: await adapter.createAuthenticator(newAuthenticator(userId)),
    });
    const [own, others] = [await belongings(user.id), await belongings(other.id)];
    for (const { account } of [own, others]) await adapter.linkAccount(account);

    expect(await adapter.deleteUser(user.id)).toEqual(user);
    expect(await adapter.getUser(user.id)).toBeNull();
    expect(await adapter.getUserByEmail(user.email)).toBeNull();
    expect(await adapter.getSessionAndUser(own.session.sessionToken)).toBeNull();
    expect(await adapter.getAccount(own.account.providerAccountId, own.account.provider)).toBeNull();
    expect(await adapter.getAuthenticator(own.authenticator.credentialID)).toBeNull();
    expect(await adapter.getSessionAndUser(others.session.sessionToken)).toMatchObject({ user: other });
    expect(await adapter.getUserByAccount(others.account)).toEqual(other);
    expect(await adapter.listAuthenticatorsByUserId(other.id)).toEqual([others.authenticator]);

    expect(await adapter.deleteUser(user.id)).toBeNull();
    const again = await adapter.createUser(newUser({ email: user.email }));
    await adapter.linkAccount({ ...own.account, userId: again.id });
    expect((await adapter.getUserByAccount(own.account))?.id).toBe(again.id);
  });

  test.each([
    ["a long text", "x".repeat(2_500)],
    ["the layout's own characters", "#|+>\n\u0000\u0001 USER#1"],
    ["unicode", "ключ 鍵 🔑 é é"],
    ["half of a surrogate pair", "\ud83d"],
    ["an empty text", ""],
    ["undefined", undefined as unknown as string],
    ["null", null as unknown as string],
    ["an object", { gt: "" } as unknown as string],
    ["a list", [["a"]] as unknown as string],
  ])("a lookup by %s finds nothing and throws nothing", async (_, key) => {
    const account = { provider: key, providerAccountId: key };
    expect(await adapter.getUser(key)).toBeNull();
    expect(await adapter.getUserByEmail(key)).toBeNull();
    expect(await adapter.getUserByAccount(account)).toBeNull();
    expect(await adapter.getUserByAccount({ ...account, provider: "github" })).toBeNull();
    expect(await adapter.getAccount(key, key)).toBeNull();
    expect(await adapter.unlinkAccount(account)).toBeUndefined();
    expect(await adapter.getSessionAndUser(key)).toBeNull();
    expect(await adapter.updateSession({ sessionToken: key, expires: new Date() })).toBeNull();
    expect(await adapter.deleteSession(key)).toBeNull();
    expect(await adapter.useVerificationToken({ identifier: key, token: key })).toBeNull();
    expect(await adapter.useVerificationToken({ identifier: "a@example.com", token: key })).toBeNull();
    expect(await adapter.useVerificationToken({ identifier: key, token: "t" })).toBeNull();
    expect(await adapter.getAuthenticator(key)).toBeNull();
    expect(await adapter.listAuthenticatorsByUserId(key)).toEqual([]);
    expect(await adapter.deleteUser(key)).toBeNull();
  });

  test("keys of any length and script are keys like others", async () => {
    for (const text of ["x".repeat(2_500), "#|+>\n\u0000 USER#1", "ключ 鍵 🔑"]) {
      const key = text + unique("key");
      const user = await adapter.createUser(newUser({ email: key }));
      expect((await adapter.getUserByEmail(key))?.id).toBe(user.id);
      const account = newAccount(user.id, { provider: key, providerAccountId: key });
      await adapter.linkAccount(account);
      expect((await adapter.getUserByAccount(account))?.id).toBe(user.id);
      await adapter.createSession(newSession(user.id, { sessionToken: key }));
      expect((await adapter.getSessionAndUser(key))?.user.id).toBe(user.id);
      await adapter.createAuthenticator(newAuthenticator(user.id, { credentialID: key }));
      expect((await adapter.getAuthenticator(key))?.userId).toBe(user.id);
      const token = newToken({ identifier: key, token: key });
      await adapter.createVerificationToken(token);
      expect(await adapter.useVerificationToken(token)).toEqual(token);
    }
  });
});
