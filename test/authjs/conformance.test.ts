import type { Adapter } from "@auth/core/adapters";
import { boolean, datetime, enumeration, integer, json, string } from "auth-dynamodb";
import type { AuthJsSchemaOptions } from "auth-dynamodb/authjs";
import { beforeAll, describe, expect, test } from "vitest";
import { engines } from "../support/engines.ts";
import { DAY, newAccount, newAuthenticator, newSession, newToken, newUser, openAdapter } from "./open-adapter.ts";

const METHODS = [
  "createUser",
  "getUser",
  "getUserByEmail",
  "getUserByAccount",
  "updateUser",
  "deleteUser",
  "linkAccount",
  "unlinkAccount",
  "createSession",
  "getSessionAndUser",
  "updateSession",
  "deleteSession",
  "createVerificationToken",
  "useVerificationToken",
  "getAccount",
  "createAuthenticator",
  "getAuthenticator",
  "listAuthenticatorsByUserId",
  "updateAuthenticatorCounter",
] as const satisfies readonly (keyof Adapter)[];

interface Mode {
  readonly mode: string;
  readonly options: AuthJsSchemaOptions;
  /** What a caller gives beyond the contract's own fields. */
  readonly user: Record<string, unknown>;
  readonly session: Record<string, unknown>;
  readonly account: Record<string, unknown>;
}

const undeclared = {
  user: {
    role: "admin",
    phone: "000",
    logins: 3,
    vip: true,
    joined: "2024-05-06T07:08:09.000Z",
    tags: ["a"],
    note: "",
  },
  session: { device: { os: "linux", screens: [1, 2.5] }, startedAt: "2024-05-06T07:08:09.000Z" },
  account: { refresh_token_expires_in: 15_897_600, "not-before-policy": 0, ok: true, team: { id: "T1" }, issued: "" },
};

const MODES: readonly Mode[] = [
  { mode: "the contract's fields", options: {}, user: {}, session: {}, account: {} },
  { mode: "undeclared fields", options: {}, ...undeclared },
  {
    mode: "declared fields",
    options: {
      user: {
        additionalFields: {
          role: enumeration(["user", "admin"]).default("user"),
          phone: string().nullable(),
          logins: integer().default(0),
          vip: boolean().default(false),
          joined: datetime().nullable(),
          tags: json<string[]>().nullable(),
          note: string().nullable(),
        },
      },
      session: { additionalFields: { device: json().nullable(), startedAt: string().nullable() } },
      account: { additionalFields: { refresh_token_expires_in: integer().nullable(), ok: boolean().nullable() } },
    },
    ...undeclared,
    user: { ...undeclared.user, joined: new Date("2024-05-06T07:08:09.000Z") },
  },
];

describe.each(engines)("on $name", (engine) => {
  describe.each(MODES)("with $mode", ({ options, ...given }) => {
    let adapter: Required<Adapter>;

    beforeAll(async () => {
      ({ adapter } = await openAdapter(engine, options));
    });

    const someUser = () => adapter.createUser(newUser(given.user));

    test("every method is an own enumerable function that needs no this", async () => {
      expect(Object.keys(adapter).sort()).toEqual([...METHODS].sort());
      const { createUser, getUser } = adapter;
      const user = await createUser(newUser(given.user));
      expect(await getUser(user.id)).toEqual(user);
    });

    test("createUser, getUser, getUserByEmail", async () => {
      const data = newUser({ emailVerified: new Date("2024-01-02T03:04:05.678Z"), ...given.user });
      const user = await adapter.createUser(data);
      expect(user).toStrictEqual(data);
      expect(await adapter.getUser(user.id)).toStrictEqual(data);
      expect(await adapter.getUserByEmail(user.email)).toStrictEqual(data);
      expect(await adapter.getUser("nobody")).toBeNull();
      expect(await adapter.getUserByEmail("nobody@example.com")).toBeNull();
    });

    test("createUser makes an id where none is given, and takes users without an e-mail", async () => {
      const nameless = {
        email: undefined as unknown as string,
        id: undefined as unknown as string,
        emailVerified: null,
      };
      const [one, two] = [await adapter.createUser(nameless), await adapter.createUser(nameless)];
      expect(one.id).toMatch(/^[0-9a-f-]{36}$/);
      expect(two.id).not.toBe(one.id);
      expect(await adapter.getUser(one.id)).toMatchObject({ id: one.id, email: null, name: null, image: null });
    });

    test("updateUser changes what is given and nothing else", async () => {
      const user = await someUser();
      const verified = new Date("2024-02-03T04:05:06.000Z");
      const updated = await adapter.updateUser({ id: user.id, emailVerified: verified, name: undefined });
      expect(updated).toStrictEqual({ ...user, emailVerified: verified });
      const cleared = await adapter.updateUser({ id: user.id, name: null });
      expect(cleared).toStrictEqual({ ...user, emailVerified: verified, name: null });
      expect(await adapter.updateUser({ id: user.id })).toStrictEqual(cleared);
      expect(await adapter.getUser(user.id)).toStrictEqual(cleared);
    });

    test("updateUser of further fields leaves the others alone, in concurrent updates too", async () => {
      const user = await someUser();
      const color = { color: "red", phone: "111" };
      const size = { size: 3, role: "user" };
      await Promise.all([adapter.updateUser({ id: user.id, ...color }), adapter.updateUser({ id: user.id, ...size })]);
      expect(await adapter.getUser(user.id)).toStrictEqual({ ...user, ...color, ...size });
    });

    test("linkAccount, getAccount, getUserByAccount, unlinkAccount", async () => {
      const user = await someUser();
      const account = newAccount(user.id, given.account);
      const other = newAccount(user.id, given.account);
      expect(await adapter.linkAccount(account)).toStrictEqual(account);
      await adapter.linkAccount(other);
      expect(await adapter.getAccount(account.providerAccountId, account.provider)).toStrictEqual(account);
      expect(await adapter.getUserByAccount(account)).toStrictEqual(user);
      expect(await adapter.getUserByAccount({ ...account, provider: "gitlab" })).toBeNull();
      expect(await adapter.unlinkAccount(account)).toStrictEqual(account);
      expect(await adapter.unlinkAccount(account)).toBeUndefined();
      expect(await adapter.getUserByAccount(account)).toBeNull();
      expect(await adapter.getAccount(account.providerAccountId, account.provider)).toBeNull();
      expect(await adapter.getUserByAccount(other)).toStrictEqual(user);
      await adapter.linkAccount(account);
      expect(await adapter.getUserByAccount(account)).toStrictEqual(user);
    });

    test("createSession, getSessionAndUser, updateSession, deleteSession", async () => {
      const user = await someUser();
      const session = newSession(user.id, given.session);
      expect(await adapter.createSession(session)).toStrictEqual(session);
      expect(await adapter.getSessionAndUser(session.sessionToken)).toStrictEqual({ session, user });
      const expires = new Date(Date.now() + 60 * DAY);
      const renewed = { ...session, expires };
      expect(await adapter.updateSession({ sessionToken: session.sessionToken, expires })).toStrictEqual(renewed);
      expect(await adapter.getSessionAndUser(session.sessionToken)).toStrictEqual({ session: renewed, user });
      expect(await adapter.deleteSession(session.sessionToken)).toStrictEqual(renewed);
      expect(await adapter.getSessionAndUser(session.sessionToken)).toBeNull();
      expect(await adapter.deleteSession(session.sessionToken)).toBeNull();
      expect(await adapter.updateSession({ sessionToken: session.sessionToken, expires })).toBeNull();
    });

    test("verification tokens are used once, and by their own address", async () => {
      const token = newToken();
      expect(await adapter.createVerificationToken(token)).toStrictEqual(token);
      expect(await adapter.useVerificationToken({ identifier: "other@example.com", token: token.token })).toBeNull();
      expect(await adapter.useVerificationToken({ identifier: token.identifier, token: "other" })).toBeNull();
      expect(await adapter.useVerificationToken(token)).toStrictEqual(token);
      expect(await adapter.useVerificationToken(token)).toBeNull();
    });

    test("a short code that an address gets again counts from then on", async () => {
      const token = newToken({ token: "123456", expires: new Date(Date.now() - DAY) });
      await adapter.createVerificationToken(token);
      const again = { ...token, expires: new Date(Date.now() + DAY) };
      expect(await adapter.createVerificationToken(again)).toStrictEqual(again);
      expect(await adapter.useVerificationToken(token)).toStrictEqual(again);
      expect(await adapter.useVerificationToken(token)).toBeNull();
    });

    test("what has expired is given back as long as it is there: Auth.js decides", async () => {
      const user = await someUser();
      const expires = new Date(Date.now() - DAY);
      const session = await adapter.createSession(newSession(user.id, { expires }));
      expect((await adapter.getSessionAndUser(session.sessionToken))?.session.expires).toEqual(expires);
      const token = newToken({ expires });
      await adapter.createVerificationToken(token);
      expect(await adapter.useVerificationToken(token)).toStrictEqual(token);
    });

    test("WebAuthn authenticators", async () => {
      const user = await someUser();
      const first = newAuthenticator(user.id);
      const second = newAuthenticator(user.id, { transports: null, counter: 7 });
      expect(await adapter.createAuthenticator(first)).toStrictEqual(first);
      await adapter.createAuthenticator(second);
      expect(await adapter.getAuthenticator(first.credentialID)).toStrictEqual(first);
      expect(await adapter.getAuthenticator("unknown")).toBeNull();
      const byCredential = (a: { credentialID: string }, b: { credentialID: string }) =>
        a.credentialID < b.credentialID ? -1 : 1;
      expect((await adapter.listAuthenticatorsByUserId(user.id)).sort(byCredential)).toStrictEqual(
        [first, second].sort(byCredential),
      );
      expect(await adapter.listAuthenticatorsByUserId("nobody")).toEqual([]);
      expect(await adapter.updateAuthenticatorCounter(first.credentialID, 5)).toStrictEqual({ ...first, counter: 5 });
      await expect(adapter.updateAuthenticatorCounter("unknown", 5)).rejects.toMatchObject({ code: "INVALID_VALUE" });
      await expect(adapter.createAuthenticator(first)).rejects.toMatchObject({
        code: "UNIQUE_CONSTRAINT_VIOLATION",
        meta: { target: ["credentialID"] },
      });
    });
  });
});
