import { randomUUID } from "node:crypto";
import type { Adapter, AdapterAccount } from "@auth/core/adapters";
import { newEmail } from "./app-options.ts";
import { poolOf, type Flow } from "./flow.ts";

const DAY = 86_400_000;

/** Auth.js' calls of an adapter when somebody signs in and when it meets them again. */
export function authJsFlows(adapter: Required<Adapter>): Flow[] {
  const account = { provider: "google", type: "oidc", access_token: "5f3c".repeat(20), scope: "openid" } as const;
  const join = async () => {
    const email = newEmail();
    const providerAccountId = randomUUID();
    const user = await adapter.createUser({ id: randomUUID(), email, emailVerified: null, name: "Ada", image: null });
    await adapter.linkAccount({ ...account, userId: user.id, providerAccountId } satisfies AdapterAccount);
    return { email, providerAccountId, userId: user.id };
  };
  const signIn = async ({ userId }: { userId: string }) => {
    const sessionToken = randomUUID();
    await adapter.createSession({ sessionToken, userId, expires: new Date(Date.now() + 7 * DAY) });
    return sessionToken;
  };
  const member = poolOf(join);
  const session = poolOf(async () => signIn(await member()));
  const on = <T>(name: string, ready: () => Promise<T>, call: (given: T) => unknown): Flow => ({
    name,
    prepare: async () => {
      const given = await ready();
      return async () => call(given);
    },
    succeeded: (result) => Boolean(result),
  });
  return [
    on("createUser, linkAccount", async () => undefined, join),
    on("getUserByEmail", member, ({ email }) => adapter.getUserByEmail(email)),
    on("getUserByAccount", member, ({ providerAccountId }) =>
      adapter.getUserByAccount({ provider: account.provider, providerAccountId }),
    ),
    on("createSession", member, signIn),
    on("getSessionAndUser", session, (token) => adapter.getSessionAndUser(token)),
    on("updateSession", session, (sessionToken) =>
      adapter.updateSession({ sessionToken, expires: new Date(Date.now() + 8 * DAY) }),
    ),
    on(
      "deleteSession",
      async () => signIn(await member()),
      (token) => adapter.deleteSession(token),
    ),
  ];
}
