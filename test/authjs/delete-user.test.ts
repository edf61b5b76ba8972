import { createAuthJsSchema } from "auth-dynamodb/authjs";
import { describe, expect, test } from "vitest";
import { engines, type Engine } from "../support/engines.ts";
import { injectFaults, type FaultRequest } from "../support/faults.ts";
import { seed } from "../support/seed.ts";
import { countItems, newAccount, newAuthenticator, newSession, newUser, openAdapter } from "./open-adapter.ts";

const WRITES = ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"];
const MODELS = ["user", "session", "account", "authenticator"];

describe.each(engines)("deleteUser, on $name", (engine) => {
  test("leaves nothing of 1,000 sessions, 150 accounts and 20 authenticators", async () => {
    const { adapter, client, settings, itemsLeft } = await open(engine);
    const user = await adapter.createUser(newUser());
    // Without transactions an engine takes each item by itself.
    const share = engine.transactions ? 1 : 0.2;
    const some = (count: number, model: string, make: (userId: string) => object) =>
      Array.from({ length: count * share }, () => ({ model, data: { ...make(user.id) } }));
    await seed(client, createAuthJsSchema(), settings, [
      ...some(1_000, "session", newSession),
      ...some(150, "account", newAccount),
      ...some(20, "authenticator", newAuthenticator),
    ]);
    expect(await adapter.listAuthenticatorsByUserId(user.id)).toHaveLength(20 * share);
    expect(await adapter.deleteUser(user.id)).toEqual(user);
    expect(await itemsLeft()).toBe(0);
  });

  test("a crash half-way leaves a user who can be deleted again", async () => {
    const { adapter, client, isDeleteOfUser, itemsLeft } = await open(engine);
    const user = await adapter.createUser(newUser());
    const account = newAccount(user.id);
    await adapter.linkAccount(account);
    const faults = injectFaults(client);
    faults.failBefore(isDeleteOfUser, new Error("crash"), { level: "call" });
    await expect(adapter.deleteUser(user.id)).rejects.toThrow("crash");
    faults.stop();
    expect(await adapter.getUser(user.id)).toEqual(user);
    expect(await adapter.deleteUser(user.id)).toEqual(user);
    expect(await itemsLeft()).toBe(0);
  });

  test("a sign-in that comes in between leaves nothing behind", async () => {
    const { adapter, client, isDeleteOfUser, itemsLeft } = await open(engine);
    const user = await adapter.createUser(newUser());
    const faults = injectFaults(client);
    faults.delay(
      isDeleteOfUser,
      async () => {
        await adapter.linkAccount(newAccount(user.id));
        await adapter.createSession(newSession(user.id));
      },
      { times: 1 },
    );
    await adapter.deleteUser(user.id);
    faults.stop();
    expect(await itemsLeft()).toBe(0);
  });
});

async function open(engine: Engine) {
  const opened = await openAdapter(engine);
  const { client, settings } = opened;
  const tables = MODELS.map((model) => settings.tablePrefix + model);
  return {
    ...opened,
    /** The first one is. */
    isDeleteOfUser: ({ operation, tables: named }: FaultRequest) =>
      WRITES.includes(operation) && named.includes(tables[0]!),
    itemsLeft: async () =>
      (await Promise.all(tables.map((table) => countItems(client, table)))).reduce((sum, n) => sum + n, 0),
  };
}
