import { randomUUID } from "node:crypto";
import type { DBAdapter } from "better-auth/adapters";
import { newEmail } from "./app-options.ts";
import type { HandWritten } from "./by-hand/requests.ts";
import { poolOf, type Flow } from "./flow.ts";

const DAY = 86_400_000;

interface Member {
  readonly email: string;
  readonly token: string;
}

/** What Better Auth asks of a database at sign-up and for each request of who is signed in. */
interface AuthCalls {
  /** User, account and session, all or none. */
  signUp(): Promise<Member>;
  userWithAccounts(email: string): Promise<unknown>;
  sessionWithUser(token: string): Promise<unknown>;
  updateSession(token: string, changes: { expiresAt: Date; updatedAt: Date }): Promise<unknown>;
  deleteSession(token: string): Promise<unknown>;
}

function newRecords() {
  const now = new Date();
  const dates = { createdAt: now, updatedAt: now };
  const email = newEmail();
  const expiresAt = new Date(now.getTime() + 7 * DAY);
  return {
    user: { email, name: "Ada", emailVerified: false, image: null, ...dates },
    account: { providerId: "credential", password: "5f3c".repeat(40), ...dates },
    session: { token: randomUUID(), expiresAt, ipAddress: "127.0.0.1", userAgent: "Mozilla/5.0", ...dates },
  };
}

export function callsOfAdapter(adapter: DBAdapter): AuthCalls {
  const by = (field: string, value: string) => [{ field, value }];
  return {
    async signUp() {
      const { user, account, session } = newRecords();
      return adapter.transaction(async (inside) => {
        const { id } = await inside.create<typeof user, typeof user & { id: string }>({ model: "user", data: user });
        await inside.create({ model: "account", data: { ...account, userId: id, accountId: id } });
        await inside.create({ model: "session", data: { ...session, userId: id } });
        return { email: user.email, token: session.token };
      });
    },
    userWithAccounts: (email) => adapter.findOne({ model: "user", where: by("email", email), join: { account: true } }),
    sessionWithUser: (token) => adapter.findOne({ model: "session", where: by("token", token), join: { user: true } }),
    updateSession: (token, update) => adapter.update({ model: "session", where: by("token", token), update }),
    deleteSession: (token) => adapter.delete({ model: "session", where: by("token", token) }),
  };
}

export function callsByHand(hand: HandWritten): AuthCalls {
  return {
    async signUp() {
      const { user, account, session } = newRecords();
      const [id, accountId, sessionId] = [randomUUID(), randomUUID(), randomUUID()];
      await hand.write([
        ...hand.puts("user", { id, ...user }),
        ...hand.puts("account", { id: accountId, userId: id, accountId: id, ...account }),
        ...hand.puts("session", { id: sessionId, userId: id, ...session }),
      ]);
      return { email: user.email, token: session.token };
    },
    userWithAccounts: (email) => hand.userWithAccounts(email),
    sessionWithUser: (token) => hand.sessionWithUser(token),
    updateSession: (token, changes) => hand.updateSession(token, changes),
    deleteSession: (token) => hand.deleteSession(token),
  };
}

/** The flows by one contender's calls. Users that are not known were made by `elsewhere`, as by another process. */
export function betterAuthFlows(calls: AuthCalls, elsewhere = calls): Flow[] {
  const member = poolOf(() => calls.signUp());
  const hasUser = (result: unknown) => (result as { user?: { email?: string } } | null)?.user?.email !== undefined;
  return [
    {
      name: "sign-up's three records",
      prepare: async () => () => calls.signUp(),
      succeeded: (result) => Boolean(result),
    },
    {
      name: "user by e-mail with account",
      prepare: async () => {
        const { email } = await member();
        return () => calls.userWithAccounts(email);
      },
      succeeded: (result) => (result as { account?: unknown[] } | null)?.account?.length === 1,
    },
    {
      name: "session with user",
      prepare: async () => {
        const { token } = await member();
        return () => calls.sessionWithUser(token);
      },
      succeeded: hasUser,
    },
    {
      name: "session with user, the first time",
      prepare: async () => {
        const { token } = await elsewhere.signUp();
        return () => calls.sessionWithUser(token);
      },
      succeeded: hasUser,
    },
    {
      name: "update session",
      prepare: async () => {
        const { token } = await member();
        const changes = { expiresAt: new Date(Date.now() + 8 * DAY), updatedAt: new Date() };
        return () => calls.updateSession(token, changes);
      },
      succeeded: (result) => Boolean(result),
    },
    {
      name: "delete session",
      prepare: async () => {
        const { token } = await calls.signUp();
        return async () => {
          await calls.deleteSession(token);
          return token;
        };
      },
      succeeded: async (token) => (await calls.sessionWithUser(token as string)) === null,
    },
  ];
}
