import type { AdapterAccount } from "@auth/core/adapters";
import { createDynamodbDriver, createOrm, datetime, integer, OrmError, string } from "auth-dynamodb";
import { createAuthJsSchema, DynamoDBAdapter } from "auth-dynamodb/authjs";
import { describe, expect, test } from "vitest";
import { engines } from "../support/engines.ts";
import { newAccount, newSession, newUser, openAdapter } from "./open-adapter.ts";

describe.each(engines)("fields, on $name", (engine) => {
  test("what providers answer is kept as it is, outside of the standard too", async () => {
    const { adapter } = await openAdapter(engine);
    const user = await adapter.createUser(newUser());
    const answer = {
      // Salesforce, Twitch, Keycloak and others.
      id: "https://login.salesforce.com/id/00D/005",
      scope: ["user:read:email", "openid"],
      expires_at: "1700000000",
      refresh_token: null,
      access_token: "",
      "not-before-policy": 0,
      issued_at: "2024-05-06T07:08:09.000Z",
      extra: { extra: null },
      ratio: 0.1,
      nested: { list: [1, "1", true, null, { deep: "" }] },
    };
    // Dynalite itself loses the first of these.
    const odd = JSON.parse(
      `{${engine.name === "dynalite" ? "" : '"__proto__": {"polluted": true},'} "constructor": 1}`,
    ) as object;
    const account = {
      ...newAccount(user.id),
      ...answer,
      ...odd,
      session_state: undefined,
    } as unknown as AdapterAccount;
    await adapter.linkAccount(account);
    const { session_state: _, ...expected } = { ...account };
    const found = await adapter.getAccount(account.providerAccountId, account.provider);
    expect(found).toStrictEqual(expected);
  });

  test("undeclared fields that JSON has no form for never fail a sign-in", async () => {
    const { adapter } = await openAdapter(engine);
    const born = new Date("1815-12-10T00:00:00.000Z");
    const given = { born, odd: { "": [born, { $date: "no date" }], huge: 1e300 }, name: 42, image: { url: "u" } };
    const user = await adapter.createUser(newUser({ ...given, big: 1n, none: Number.NaN, run: () => 1 }));
    expect(user).toMatchObject({ ...given, big: "1", none: null });
    expect(user).not.toHaveProperty("run");
    expect(await adapter.getUser(user.id)).toStrictEqual(user);
    const account = newAccount(user.id, { expires_at: Number("never"), max: Infinity, issued: born, id_token: born });
    await adapter.linkAccount(account as unknown as AdapterAccount);
    const { providerAccountId, provider } = account as unknown as AdapterAccount;
    expect(await adapter.getAccount(providerAccountId, provider)).toStrictEqual({
      ...account,
      expires_at: null,
      max: null,
    });
    expect((await adapter.getUserByAccount({ provider, providerAccountId }))?.id).toBe(user.id);
    const renamed = await adapter.updateUser({ id: user.id, name: "Ada" });
    expect(renamed).toStrictEqual({ ...user, name: "Ada" });
    expect(await adapter.updateUser({ id: user.id, name: 43 as unknown as string })).toStrictEqual({
      ...user,
      name: 43,
    });
    expect(await adapter.updateUser({ id: user.id, name: null })).toStrictEqual({ ...user, name: null });
  });

  test("a number as a provider's account id is its text", async () => {
    const { adapter } = await openAdapter(engine);
    const user = await adapter.createUser(newUser());
    const account = newAccount(user.id, { providerAccountId: 583231 }) as unknown as AdapterAccount;
    expect(await adapter.linkAccount(account)).toMatchObject({ providerAccountId: "583231" });
    expect(await adapter.getUserByAccount(account)).toEqual(user);
    expect(await adapter.getUserByAccount({ provider: "github", providerAccountId: "583231" })).toEqual(user);
  });

  test("tokens are columns: an application rotates them through the ORM", async () => {
    const { adapter, settings } = await openAdapter(engine);
    const orm = createOrm({ schema: createAuthJsSchema(), driver: createDynamodbDriver(settings) });
    const user = await adapter.createUser(newUser());
    const account = newAccount(user.id, { refresh_token: null, tenant: "t" });
    const { provider, providerAccountId } = (await adapter.linkAccount(
      account as unknown as AdapterAccount,
    )) as AdapterAccount;
    await orm.account.update({ where: { provider, providerAccountId }, data: { refresh_token: "new", expires_at: 2 } });
    expect(await adapter.getAccount(providerAccountId, provider)).toEqual({
      ...account,
      refresh_token: "new",
      expires_at: 2,
    });
  });

  test("defaults and types of declared fields", async () => {
    const options = {
      user: {
        additionalFields: {
          role: string().default("member"),
          level: integer().default(1),
          since: datetime().defaultNow(),
        },
      },
      session: { additionalFields: { ip: string().nullable() } },
    };
    const { adapter, settings } = await openAdapter(engine, options);
    const user = await adapter.createUser(newUser());
    expect(user).toMatchObject({ role: "member", level: 1, since: expect.any(Date) as Date });
    await expect(adapter.createUser(newUser({ level: "high" }))).rejects.toMatchObject({
      code: "INVALID_VALUE",
      meta: { model: "user", target: ["level"] },
    });
    const { sessionToken } = await adapter.createSession(newSession(user.id));
    expect((await adapter.getSessionAndUser(sessionToken))?.session).toHaveProperty("ip", null);
    const orm = createOrm({ schema: createAuthJsSchema(options), driver: createDynamodbDriver(settings) });
    const found = await orm.user.findUnique({
      where: { email: user.email },
      select: { level: true, sessions: { select: { ip: true } } },
    });
    expect(found).toEqual({ level: 1, sessions: [{ ip: null }] });
  });

  test("a field that is declared later keeps its values, and gives them up when it is set", async () => {
    const { adapter, settings } = await openAdapter(engine);
    const user = await adapter.createUser(newUser({ plan: "pro", seats: 3 }));
    const later = DynamoDBAdapter({ ...settings, user: { additionalFields: { plan: string().nullable() } } });
    expect(await later.getUser(user.id)).toEqual(user);
    const set = (plan: string | null) => later.updateUser({ id: user.id, ...{ plan } });
    expect(await set("free")).toEqual({ ...user, plan: "free" });
    expect(await set(null)).toEqual({ ...user, plan: null });
    expect(await later.getUser(user.id)).toEqual({ ...user, plan: null });
  });
});

test("a declared field cannot replace one of the model's own", () => {
  for (const name of ["email", "id", "extra"]) {
    const options = { user: { additionalFields: { [name]: string() } } };
    expect(() => createAuthJsSchema(options)).toThrow(OrmError);
    expect(() => createAuthJsSchema(options)).toThrow(`"${name}"`);
  }
});
