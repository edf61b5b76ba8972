import { PASSWORD, type Answer, type AppSettings, type createApp } from "./auth-app.ts";
import { withClock } from "./clock.ts";

type App = ReturnType<typeof createApp>;

/** One flow to measure: what comes before it, and the step itself. */
export interface Flow {
  readonly name: string;
  /** Better Auth cleans up at a process's first look-up and then once a minute: whether that is behind it. */
  readonly cleanedUp?: boolean;
  readonly settings?: AppSettings;
  /** Prepares with one process, and returns the step to run in a fresh one, which remembers nothing. */
  prepare(app: App, name: string): Promise<(app: App) => Promise<unknown>>;
}

function expectOk(answer: Answer): Answer {
  if (answer.status >= 400) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}

const DAY = 86_400_000;

let running = 0;
const unique = (name: string) => `${name.replace(/[^a-z]+/gi, "-")}-${(running += 1)}@example.com`.toLowerCase();

/** A signed-up user with `sessions` sessions, whose browser the step goes on with. */
async function member(app: App, name: string, sessions = 1) {
  const email = unique(name);
  const browser = app.browser();
  const { body } = expectOk(await browser.signUp(email));
  for (let i = 1; i < sessions; i++) expectOk(await app.browser().signIn(email));
  return { email, browser, userId: body.user.id as string };
}

/** Two members of one organization; the second has an invitation that is still open, or has accepted it. */
async function organization(app: App, name: string, { accepted }: { accepted: boolean }) {
  const owner = await member(app, `${name} owner`);
  const guest = await member(app, `${name} guest`);
  await app.auth.$context.then(({ internalAdapter }) =>
    internalAdapter.updateUser(guest.userId, { emailVerified: true }),
  );
  const created = expectOk(await owner.browser.post("/organization/create", { name, slug: unique(name) }));
  const organizationId = created.body.id as string;
  const invited = expectOk(
    await owner.browser.post("/organization/invite-member", { email: guest.email, role: "member", organizationId }),
  );
  const invitationId = invited.body.id as string;
  if (accepted) expectOk(await guest.browser.post("/organization/accept-invitation", { invitationId }));
  return { owner, guest, organizationId, invitationId };
}

function returningOAuth(name: string, settings: AppSettings): Flow {
  return {
    name,
    settings,
    prepare: async (app) => {
      const idToken = { token: unique(name).split("@")[0] };
      expectOk(await app.browser().post("/sign-in/social", { provider: "google", idToken }));
      return async (fresh) => expectOk(await fresh.browser().post("/sign-in/social", { provider: "google", idToken }));
    },
  };
}

/** Every flow of the table of docs/costs.md, in its order. */
export const FLOWS: readonly Flow[] = [
  {
    name: "sign up",
    prepare: async (_, name) => async (app) => expectOk(await app.browser().signUp(unique(name))),
  },
  {
    name: "sign up, e-mail taken",
    prepare: async (app, name) => {
      const { email } = await member(app, name);
      return (fresh) => fresh.browser().signUp(email);
    },
  },
  {
    name: "sign in",
    prepare: async (app, name) => {
      const { email } = await member(app, name);
      return async (fresh) => expectOk(await fresh.browser().signIn(email));
    },
  },
  {
    name: "get session",
    prepare: async (app, name) => {
      const { browser } = await member(app, name);
      return async (fresh) => expectOk(await browser.on(fresh).get("/get-session"));
    },
  },
  {
    name: "get session, with refresh",
    prepare: async (app, name) => {
      const { browser } = await member(app, name);
      return (fresh) => withClock(async () => expectOk(await browser.on(fresh).get("/get-session")), 2 * DAY);
    },
  },
  {
    name: "list sessions",
    prepare: async (app, name) => {
      const { browser } = await member(app, name, 3);
      return async (fresh) => expectOk(await browser.on(fresh).get("/list-sessions"));
    },
  },
  {
    name: "revoke other sessions (2)",
    prepare: async (app, name) => {
      const { browser } = await member(app, name, 3);
      return async (fresh) => expectOk(await browser.on(fresh).post("/revoke-other-sessions"));
    },
  },
  {
    name: "sign out",
    prepare: async (app, name) => {
      const { browser } = await member(app, name);
      return async (fresh) => expectOk(await browser.on(fresh).post("/sign-out"));
    },
  },
  {
    name: "request password reset",
    prepare: async (app, name) => {
      const { email } = await member(app, name);
      return async (fresh) => expectOk(await fresh.browser().post("/request-password-reset", { email }));
    },
  },
  {
    name: "perform password reset",
    cleanedUp: true,
    prepare: async (app, name) => {
      const { email } = await member(app, name);
      expectOk(await app.browser().post("/request-password-reset", { email }));
      const token = app.mailbox.resetToken;
      return async (fresh) =>
        expectOk(await fresh.browser().post("/reset-password", { newPassword: `${PASSWORD}!`, token }));
    },
  },
  {
    name: "change password",
    prepare: async (app, name) => {
      const { browser } = await member(app, name);
      return async (fresh) =>
        expectOk(
          await browser.on(fresh).post("/change-password", { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` }),
        );
    },
  },
  {
    name: "change e-mail",
    prepare: async (app, name) => {
      const { browser } = await member(app, name);
      return async (fresh) =>
        expectOk(await browser.on(fresh).post("/change-email", { newEmail: unique(`${name} new`) }));
    },
  },
  {
    name: "update user",
    prepare: async (app, name) => {
      const { browser } = await member(app, name);
      return async (fresh) => expectOk(await browser.on(fresh).post("/update-user", { name: "Grace" }));
    },
  },
  {
    name: "delete user (1 session, 1 account)",
    prepare: async (app, name) => {
      const { browser } = await member(app, name);
      return async (fresh) => expectOk(await browser.on(fresh).post("/delete-user", { password: PASSWORD }));
    },
  },
  {
    name: "OAuth sign-in, first",
    prepare: async (_, name) => async (app) =>
      expectOk(
        await app
          .browser()
          .post("/sign-in/social", { provider: "google", idToken: { token: unique(name).split("@")[0] } }),
      ),
  },
  returningOAuth("OAuth sign-in, returning", {}),
  returningOAuth("OAuth sign-in, returning, tokens stored", { freshTokens: true }),
  {
    name: "create verification",
    prepare: async (_, name) => async (app) =>
      (await app.auth.$context).internalAdapter.createVerificationValue(verification(name)),
  },
  {
    name: "find verification",
    cleanedUp: true,
    prepare: async (app, name) => {
      const value = verification(name);
      await (await app.auth.$context).internalAdapter.createVerificationValue(value);
      return async (fresh) => (await fresh.auth.$context).internalAdapter.findVerificationValue(value.identifier);
    },
  },
  {
    name: "find verification, with clean-up",
    prepare: async (app, name) => {
      const value = verification(name);
      await (await app.auth.$context).internalAdapter.createVerificationValue(value);
      return async (fresh) => (await fresh.auth.$context).internalAdapter.findVerificationValue(value.identifier);
    },
  },
  {
    name: "consume verification",
    prepare: async (app, name) => {
      const value = verification(name);
      await (await app.auth.$context).internalAdapter.createVerificationValue(value);
      return async (fresh) => (await fresh.auth.$context).internalAdapter.consumeVerificationValue(value.identifier);
    },
  },
  {
    name: "create organization",
    prepare: async (app, name) => {
      const { browser } = await member(app, name);
      return async (fresh) =>
        expectOk(await browser.on(fresh).post("/organization/create", { name, slug: unique(name) }));
    },
  },
  {
    name: "invite a member",
    prepare: async (app, name) => {
      const { owner, organizationId } = await organization(app, name, { accepted: false });
      return async (fresh) =>
        expectOk(
          await owner.browser
            .on(fresh)
            .post("/organization/invite-member", { email: unique(name), role: "member", organizationId }),
        );
    },
  },
  {
    name: "accept an invitation",
    prepare: async (app, name) => {
      const { guest, invitationId } = await organization(app, name, { accepted: false });
      return async (fresh) =>
        expectOk(await guest.browser.on(fresh).post("/organization/accept-invitation", { invitationId }));
    },
  },
  {
    name: "list members (2)",
    prepare: async (app, name) => {
      const { owner, organizationId } = await organization(app, name, { accepted: true });
      return async (fresh) =>
        expectOk(await owner.browser.on(fresh).get(`/organization/list-members?organizationId=${organizationId}`));
    },
  },
  {
    name: "list organizations (1)",
    prepare: async (app, name) => {
      const { owner } = await organization(app, name, { accepted: true });
      return async (fresh) => expectOk(await owner.browser.on(fresh).get("/organization/list"));
    },
  },
  {
    name: "list user invitations (1)",
    prepare: async (app, name) => {
      const { guest } = await organization(app, name, { accepted: false });
      return async (fresh) => expectOk(await guest.browser.on(fresh).get("/organization/list-user-invitations"));
    },
  },
];

function verification(name: string) {
  return { identifier: unique(name), value: "value", expiresAt: new Date(Date.now() + DAY) };
}
