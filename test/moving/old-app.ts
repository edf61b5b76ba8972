import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createAuthSchema, dynamodbAdapter } from "auth-dynamodb/better-auth";
import { pushSchema } from "auth-dynamodb/setup";
import Database from "better-sqlite3";
import { betterAuth, type BetterAuthOptions } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { organization, username } from "better-auth/plugins";
import { onTestFinished } from "vitest";
import { uniquePrefix } from "../support/engines.ts";
import { Browser, PASSWORD, type Answer } from "../support/auth-app.ts";
import { socialProviders } from "../support/google-provider.ts";

/** The configuration of an application that moves: the same on both sides, but for its database. */
export function appOptions(more: Partial<BetterAuthOptions> = {}) {
  return {
    baseURL: "http://localhost:3000",
    secret: "a secret for tests that is long enough",
    logger: { level: "error" },
    rateLimit: { enabled: false },
    emailAndPassword: { enabled: true },
    socialProviders,
    user: {
      additionalFields: {
        managerId: {
          type: "string",
          required: false,
          references: { model: "user", field: "id", onDelete: "set null" },
        },
        tags: { type: "string[]", required: false },
      },
    },
    plugins: [organization({ sendInvitationEmail: async () => {} }), username()],
    ...more,
  } satisfies BetterAuthOptions;
}

/** A Better Auth application, by what the tests call of it. */
export interface App {
  readonly handler: (request: Request) => Promise<Response>;
}

/** The old application on SQLite, with its tables. */
export async function sqliteApp(more: Partial<BetterAuthOptions> = {}) {
  const database = new Database(":memory:");
  onTestFinished(() => void database.close());
  const options = { ...appOptions(more), database };
  await (await getMigrations(options)).runMigrations();
  return { auth: betterAuth(options), database };
}

/** The new application on DynamoDB, with its tables. */
export async function newApp(client: DynamoDBClient, more: Partial<BetterAuthOptions> = {}) {
  const tablePrefix = uniquePrefix("move");
  const auth = betterAuth({ ...appOptions(more), database: dynamodbAdapter({ client, tablePrefix, scans: "refuse" }) });
  await pushSchema({ schema: createAuthSchema(auth.options), client, tablePrefix });
  return { auth, tablePrefix };
}

/** A database whose tables are not there. */
export function unpushedDatabase(client: DynamoDBClient) {
  return dynamodbAdapter({ client, tablePrefix: uniquePrefix("unpushed") });
}

/** Rows of users who sign in, as Better Auth's adapters keep them. */
export function crowdOf(count: number) {
  const times = { createdAt: new Date("2024-01-02T03:04:05.678Z"), updatedAt: new Date("2024-01-02T03:04:05.678Z") };
  return Array.from({ length: count }, (_, i) => {
    const userId = `crowd-${i}`;
    return {
      user: { id: userId, email: `${userId}@example.com`, name: `Crowd ${i}`, emailVerified: true, ...times },
      account: { id: `account-${i}`, userId, accountId: userId, providerId: "credential", password: "x", ...times },
      session: {
        id: `session-${i}`,
        userId,
        token: `token-${i}`,
        expiresAt: new Date(Date.now() + 86_400_000),
        ...times,
      },
    };
  });
}

export function ok(answer: Answer): Answer {
  if (answer.status >= 400) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

const signInWithGoogle = (browser: Browser) =>
  browser.post("/sign-in/social", { provider: "google", idToken: { token: "grace" } });

/** What an old application's users did before it moved: a password, an OAuth account, an organization. */
export async function useApp(app: App) {
  const ada = new Browser(app.handler);
  const grace = new Browser(app.handler);
  ok(
    await ada.post("/sign-up/email", { email: "ada@example.com", password: PASSWORD, name: "Ada 😀", username: "Ada" }),
  );
  ok(await signInWithGoogle(grace));
  ok(await ada.post("/organization/create", { name: "Engines", slug: "engines" }));
  return { ada, grace };
}

/** What must work in the new application as it did in the old one. Returns ada's session. */
export async function expectMoved(app: App, { ada, grace }: Awaited<ReturnType<typeof useApp>>) {
  const [session, graces] = [
    await ada.on({ auth: app }).get("/get-session"),
    await grace.on({ auth: app }).get("/get-session"),
  ];
  if (session.body?.user?.email !== "ada@example.com") throw new Error("the old session cookie is not accepted");
  const fresh = new Browser(app.handler);
  ok(await fresh.signIn("ada@example.com"));
  ok(await new Browser(app.handler).post("/sign-in/username", { username: "ADA", password: PASSWORD }));
  const again = ok(await signInWithGoogle(new Browser(app.handler)));
  if (again.body.user.id !== graces.body.user.id) throw new Error("the old OAuth account leads to another user");
  const organizations = ok(await fresh.get("/organization/list"));
  if (organizations.body[0]?.slug !== "engines") throw new Error("the organization has not moved");
  return session.body as { readonly user: { readonly id: string }; readonly session: { readonly token: string } };
}
