import { admin, emailOTP, organization } from "better-auth/plugins";
import type { RecordValues } from "../../orm/values/normalize.ts";
import { PASSWORD, type Answer, type AppSettings, type createApp } from "./auth-app.ts";

type App = ReturnType<typeof createApp>;
type Rows = { readonly model: string; readonly data: RecordValues }[];

/** What a growth flow is prepared with: an application, and a way to write many rows at once. */
export interface GrowthStart {
  readonly app: App;
  readonly name: string;
  readonly rows: number;
  readonly seed: (records: Rows) => Promise<void>;
}

/** A flow whose cost may depend on how many rows there are. */
export interface GrowthFlow {
  readonly name: string;
  prepare(start: GrowthStart): Promise<(app: App) => Promise<unknown>>;
}

const codes: string[] = [];

/** The plugins of the growth flows. */
export const GROWTH_SETTINGS: AppSettings = {
  joins: true,
  auth: {
    emailAndPassword: {
      enabled: true,
      revokeSessionsOnPasswordReset: true,
      // Scrypt would take most of the test's time.
      password: { hash: async (password) => password, verify: async ({ hash, password }) => hash === password },
      sendResetPassword: async ({ token }) => void codes.push(token),
    },
    plugins: [
      organization({ membershipLimit: 100_000, sendInvitationEmail: async () => {} }),
      admin(),
      emailOTP({ sendVerificationOTP: async ({ otp }) => void codes.push(otp) }),
    ],
  },
};

const DAY = 86_400_000;

function expectOk(answer: Answer): Answer {
  if (answer.status >= 400) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

let running = 0;

async function member({ app, name }: GrowthStart) {
  const email = `${name.replace(/[^a-z0-9]+/gi, "-")}-${(running += 1)}@example.com`.toLowerCase();
  const browser = app.browser();
  const { body } = expectOk(await browser.signUp(email));
  return { email, browser, userId: body.user.id as string };
}

/** Records of one kind, each a second younger than the one before it. */
function numbered(count: number, record: (i: number, createdAt: Date) => Rows): Rows {
  const first = Date.now() - count * 1000;
  return Array.from({ length: count }, (_, i) => record(i, new Date(first + i * 1000))).flat();
}

function users(tag: string, count: number): Rows {
  return numbered(count, (i, createdAt) => [
    {
      model: "user",
      data: {
        id: `${tag}-${i}`,
        email: `${tag}-${i}@example.com`,
        name: `User ${i}`,
        emailVerified: true,
        createdAt,
        updatedAt: createdAt,
      },
    },
  ]);
}

function sessions(userId: string, tag: string, count: number): Rows {
  return numbered(count, (i, createdAt) => [
    {
      model: "session",
      data: {
        userId,
        token: `${tag}-${i}`,
        expiresAt: new Date(Date.now() + 7 * DAY),
        createdAt,
        updatedAt: createdAt,
      },
    },
  ]);
}

function verifications(identifier: string, count: number, expiresAt: Date): Rows {
  return numbered(count, (_, createdAt) => [
    { model: "verification", data: { identifier, value: "000000:0", expiresAt, createdAt, updatedAt: createdAt } },
  ]);
}

/** An organization of an owner and `rows` members. */
async function organizationOf(start: GrowthStart) {
  const owner = await member(start);
  const slug = `${start.name.replace(/[^a-z0-9]+/gi, "-")}-${(running += 1)}`.toLowerCase();
  const created = expectOk(await owner.browser.post("/organization/create", { name: start.name, slug }));
  const organizationId = created.body.id as string;
  await start.seed(users(slug, start.rows));
  await start.seed(
    numbered(start.rows, (i, createdAt) => [
      { model: "member", data: { organizationId, userId: `${slug}-${i}`, role: "member", createdAt } },
    ]),
  );
  return { owner, organizationId };
}

async function withSessions(start: GrowthStart) {
  const user = await member(start);
  await start.seed(sessions(user.userId, user.email, start.rows));
  return user;
}

/** Every flow of the table "What grows" of docs/costs.md, in its order. */
export const GROWTH_FLOWS: readonly GrowthFlow[] = [
  {
    name: "list members, 10 of n",
    prepare: async (start) => {
      const { owner, organizationId } = await organizationOf(start);
      const path = `/organization/list-members?organizationId=${organizationId}&limit=10`;
      return async (app) => expectOk(await owner.browser.on(app).get(path));
    },
  },
  {
    name: "list members, 100 of n",
    prepare: async (start) => {
      const { owner, organizationId } = await organizationOf(start);
      const path = `/organization/list-members?organizationId=${organizationId}&limit=100`;
      return async (app) => expectOk(await owner.browser.on(app).get(path));
    },
  },
  {
    name: "has permission, in an organization of n",
    prepare: async (start) => {
      const { owner, organizationId } = await organizationOf(start);
      return async (app) =>
        expectOk(
          await owner.browser
            .on(app)
            .post("/organization/has-permission", { organizationId, permissions: { organization: ["update"] } }),
        );
    },
  },
  {
    name: "accept an invitation to an organization of n",
    prepare: async (start) => {
      const { owner, organizationId } = await organizationOf(start);
      const guest = await member(start);
      const { internalAdapter } = await start.app.auth.$context;
      await internalAdapter.updateUser(guest.userId, { emailVerified: true });
      const { body } = expectOk(
        await owner.browser.post("/organization/invite-member", { email: guest.email, role: "member", organizationId }),
      );
      return async (app) =>
        expectOk(await guest.browser.on(app).post("/organization/accept-invitation", { invitationId: body.id }));
    },
  },
  {
    name: "list users, 20 of n by age, and their total",
    prepare: async (start) => {
      const browser = await administrator(start);
      const path = "/admin/list-users?limit=20&sortBy=createdAt&sortDirection=desc";
      return async (app) => expectOk(await browser.on(app).get(path));
    },
  },
  {
    name: "list a user's n sessions",
    prepare: async (start) => {
      const { browser } = await withSessions(start);
      return async (app) => expectOk(await browser.on(app).get("/list-sessions"));
    },
  },
  {
    name: "revoke a user's n other sessions",
    prepare: async (start) => {
      const { browser } = await withSessions(start);
      return async (app) => expectOk(await browser.on(app).post("/revoke-other-sessions"));
    },
  },
  {
    name: "delete a user with n sessions",
    prepare: async (start) => {
      const { browser } = await withSessions(start);
      return async (app) => expectOk(await browser.on(app).post("/delete-user", { password: PASSWORD }));
    },
  },
  {
    name: "reset a password, revoking n sessions",
    prepare: async (start) => {
      const { email } = await withSessions(start);
      expectOk(await start.app.browser().post("/request-password-reset", { email }));
      const token = codes.at(-1);
      return async (app) =>
        expectOk(await app.browser().post("/reset-password", { newPassword: `${PASSWORD}!`, token }));
    },
  },
  {
    name: "sign in by code, where others have asked for n",
    prepare: async (start) => {
      const { email, userId } = await member(start);
      const { internalAdapter } = await start.app.auth.$context;
      await internalAdapter.updateUser(userId, { emailVerified: true });
      await start.seed(verifications(`sign-in-otp-${email}`, start.rows, new Date(Date.now() + DAY)));
      expectOk(await start.app.browser().post("/email-otp/send-verification-otp", { email, type: "sign-in" }));
      const otp = codes.at(-1);
      return async (app) => expectOk(await app.browser().post("/sign-in/email-otp", { email, otp }));
    },
  },
  {
    name: "find a verification beside n expired ones",
    prepare: async (start) => {
      const identifier = `${start.name}-${(running += 1)}`;
      await start.seed(numbered(start.rows, (i, createdAt) => verifications(`expired-${running}-${i}`, 1, createdAt)));
      const { internalAdapter } = await start.app.auth.$context;
      await internalAdapter.createVerificationValue({
        identifier,
        value: "value",
        expiresAt: new Date(Date.now() + DAY),
      });
      return async (app) => (await app.auth.$context).internalAdapter.findVerificationValue(identifier);
    },
  },
];

async function administrator(start: GrowthStart) {
  const { browser, userId } = await member(start);
  const { internalAdapter } = await start.app.auth.$context;
  await internalAdapter.updateUser(userId, { role: "admin" });
  await start.seed(users(`listed-${(running += 1)}`, start.rows));
  return browser;
}
