import { beforeAll, describe, expect, test } from "vitest";
import { createAuthJsSchema, DynamoDBAdapter } from "auth-dynamodb/authjs";
import { engines } from "../support/engines.ts";
import { recordRequests, type Recording } from "../support/recording.ts";
import { seed } from "../support/seed.ts";
import {
  DAY,
  newAccount,
  newAuthenticator,
  newSession,
  newToken,
  newUser,
  openAdapter,
  type OpenAdapter,
} from "./open-adapter.ts";

/**
 * Requests of each call of a process that has made the records: with transactions, and where a transaction is several
 * requests (Dynalite): its name, each item held and released, the decision, and the end of its name.
 */
const REQUESTS = {
  createUser: ["TransactWriteItems 1", "DeleteItem 1, PutItem 3, UpdateItem 3"],
  getUser: ["GetItem 1"],
  getUserByEmail: ["GetItem 1"],
  getUserByAccount: ["BatchGetItem 1"],
  updateUser: ["UpdateItem 1"],
  "updateUser, new e-mail": ["GetItem 1, TransactWriteItems 1", "DeleteItem 2, GetItem 1, PutItem 2, UpdateItem 5"],
  "updateUser, undeclared field": ["GetItem 1, UpdateItem 1"],
  // That the user is there is asserted in the same write, or held.
  linkAccount: ["TransactWriteItems 1", "DeleteItem 1, PutItem 4, UpdateItem 6"],
  getAccount: ["GetItem 1"],
  unlinkAccount: ["GetItem 1, TransactWriteItems 1", "DeleteItem 4, GetItem 1, PutItem 1, UpdateItem 4"],
  createSession: ["TransactWriteItems 1", "DeleteItem 1, PutItem 4, UpdateItem 4"],
  getSessionAndUser: ["BatchGetItem 1"],
  updateSession: ["UpdateItem 1"],
  deleteSession: ["DeleteItem 1, TransactWriteItems 1", "DeleteItem 3"],
  createVerificationToken: ["TransactWriteItems 1", "DeleteItem 1, PutItem 3, UpdateItem 3"],
  useVerificationToken: ["DeleteItem 2"],
  // A second look tells what is unknown from what is held, where a failed condition does not.
  "useVerificationToken, unknown": ["DeleteItem 1", "DeleteItem 1, GetItem 1"],
  createAuthenticator: ["TransactWriteItems 1", "DeleteItem 1, PutItem 4, UpdateItem 6"],
  getAuthenticator: ["GetItem 1"],
  updateAuthenticatorCounter: ["UpdateItem 1"],
  listAuthenticatorsByUserId: ["GetItem 1, Query 1"],
  // The three kinds of belongings, the user and its e-mail, and once more the belongings.
  "deleteUser, nothing but the user": [
    "GetItem 1, Query 6, TransactWriteItems 1",
    "DeleteItem 3, GetItem 1, PutItem 1, Query 6, UpdateItem 2",
  ],
} as const satisfies Record<string, readonly [string, string?]>;

describe.each(engines)("on $name", (engine) => {
  let open: OpenAdapter;
  let recording: Recording;

  beforeAll(async () => {
    open = await openAdapter(engine);
    // The first write finds out whether the engine has transactions.
    await open.adapter.createUser(newUser());
    recording = recordRequests(open.client);
  });

  const expectRequests = (call: keyof typeof REQUESTS) => {
    const [withTransactions, without = withTransactions] = REQUESTS[call] as readonly [string, string?];
    expect(`${call}: ${recording.summary()}`).toBe(`${call}: ${engine.transactions ? withTransactions : without}`);
    recording.reset();
  };

  test.each([0, 2_000])("with %i other users", async (others) => {
    await fill(open, others);
    recording.reset();
    const { adapter } = open;

    const user = await adapter.createUser(newUser());
    expectRequests("createUser");
    await adapter.getUser(user.id);
    expectRequests("getUser");
    await adapter.getUserByEmail(user.email);
    expectRequests("getUserByEmail");
    await adapter.updateUser({ id: user.id, emailVerified: new Date() });
    expectRequests("updateUser");
    await adapter.updateUser({ id: user.id, email: newUser().email });
    expectRequests("updateUser, new e-mail");
    await adapter.updateUser({ id: user.id, ...{ nickname: "ada" } });
    expectRequests("updateUser, undeclared field");

    const account = newAccount(user.id, { undeclared: true });
    await adapter.linkAccount(account);
    expectRequests("linkAccount");
    await adapter.getUserByAccount(account);
    expectRequests("getUserByAccount");
    await adapter.getAccount(account.providerAccountId, account.provider);
    expectRequests("getAccount");
    await adapter.unlinkAccount(account);
    expectRequests("unlinkAccount");

    const session = newSession(user.id);
    await adapter.createSession(session);
    expectRequests("createSession");
    await adapter.getSessionAndUser(session.sessionToken);
    expectRequests("getSessionAndUser");
    await adapter.updateSession({ sessionToken: session.sessionToken, expires: new Date(Date.now() + 31 * DAY) });
    expectRequests("updateSession");
    await adapter.deleteSession(session.sessionToken);
    expectRequests("deleteSession");

    const token = newToken();
    await adapter.createVerificationToken(token);
    expectRequests("createVerificationToken");
    await adapter.useVerificationToken(token);
    expectRequests("useVerificationToken");
    await adapter.useVerificationToken(token);
    expectRequests("useVerificationToken, unknown");

    const authenticator = newAuthenticator(user.id);
    await adapter.createAuthenticator(authenticator);
    expectRequests("createAuthenticator");
    await adapter.getAuthenticator(authenticator.credentialID);
    expectRequests("getAuthenticator");
    await adapter.updateAuthenticatorCounter(authenticator.credentialID, 1);
    expectRequests("updateAuthenticatorCounter");
    await adapter.listAuthenticatorsByUserId(user.id);
    expectRequests("listAuthenticatorsByUserId");

    const other = await adapter.createUser(newUser());
    recording.reset();
    await adapter.deleteUser(other.id);
    expectRequests("deleteUser, nothing but the user");
  });

  test("by a process that remembers nothing", async () => {
    const user = await open.adapter.createUser(newUser());
    const account = newAccount(user.id);
    const session = newSession(user.id);
    await open.adapter.linkAccount(account);
    await open.adapter.createSession(session);
    const requestsOf = async (call: (fresh: OpenAdapter["adapter"]) => unknown) => {
      const adapter = DynamoDBAdapter(open.settings);
      recording.reset();
      await call(adapter);
      return recording.summary();
    };
    expect(await requestsOf((fresh) => fresh.getUserByEmail(user.email))).toBe("GetItem 2");
    expect(await requestsOf((fresh) => fresh.getUserByAccount(account))).toBe("GetItem 2");
    expect(await requestsOf((fresh) => fresh.getSessionAndUser(session.sessionToken))).toBe("GetItem 2");
  });

  test("a session that is renewed every day rewrites its entries once a lifetime", async () => {
    const user = await open.adapter.createUser(newUser());
    const session = await open.adapter.createSession(newSession(user.id));
    recording.reset();
    for (let day = 1; day <= 30; day++) {
      await open.adapter.updateSession({
        sessionToken: session.sessionToken,
        expires: new Date(Date.now() + (30 + day) * DAY - 60_000),
      });
    }
    expect(recording.summary()).toBe("UpdateItem 30");
  });
});

/** Users with an account and a session each. */
async function fill({ client, settings }: OpenAdapter, users: number): Promise<void> {
  const records = Array.from({ length: users }, () => newUser()).flatMap((user) => [
    { model: "user", data: user },
    { model: "account", data: newAccount(user.id) },
    { model: "session", data: newSession(user.id) },
  ]);
  await seed(client, createAuthJsSchema(), settings, records);
}
