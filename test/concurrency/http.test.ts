import { magicLink } from "better-auth/plugins";
import { createOrm, type UntypedOrmClient } from "auth-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { createDynamodbDriver } from "../../orm/dynamodb/driver.ts";
import { brokenIn } from "../fault/audit.ts";
import { createApp, pushAuthTables, type Answer, type AppSettings } from "../support/auth-app.ts";
import { enginesWithConflicts as engines, uniquePrefix } from "../support/engines.ts";
import { addContention } from "./contention.ts";

const STRESS = Number(process.env["STRESS"] ?? 1);
const SIGN_UPS = 200 * STRESS;
const USES = 50 * STRESS;
/** Of the writes, how many meet a conflict. */
const CONFLICTS = 0.1;

const modes = engines.flatMap((engine) =>
  [true, false].map((transaction) => ({
    engine,
    transaction,
    name: `${engine.name}, transactions ${transaction ? "on" : "off"}`,
  })),
);

describe.each(modes)("Better Auth over HTTP on $name", ({ engine, transaction }) => {
  const client = engine.createClient();
  const tablePrefix = uniquePrefix("http");
  const links: string[] = [];
  const settings: AppSettings = {
    adapter: { transaction, logger: { warn: () => undefined } },
    auth: {
      // Better Auth logs each refusal.
      logger: { disabled: true },
      plugins: [
        magicLink({
          sendMagicLink: async ({ token }) => {
            links.push(token);
          },
        }),
      ],
    },
  };
  let app: ReturnType<typeof createApp>;
  let orm: UntypedOrmClient;
  let schema: Awaited<ReturnType<typeof pushAuthTables>>;

  beforeAll(async () => {
    schema = await pushAuthTables(client, tablePrefix, settings);
    orm = createOrm({
      schema,
      driver: createDynamodbDriver({ client: engine.createClient(), tablePrefix, scans: "allow" }),
    });
    addContention(client, CONFLICTS);
    app = createApp(client, tablePrefix, settings);
  });

  const atOnce = (times: number, run: (n: number) => Promise<Answer>) =>
    Promise.all(Array.from({ length: times }, (_, n) => run(n)));

  /** Everything in the tables fits together, and every account and session has its user. */
  async function expectWhole(): Promise<void> {
    expect(await brokenIn({ schema, client, tablePrefix })).toEqual([]);
    const users = new Set((await orm["user"]!.findMany({})).map(({ id }) => id));
    for (const model of ["account", "session"]) {
      expect((await orm[model]!.findMany({})).filter(({ userId }) => !users.has(userId))).toEqual([]);
    }
  }

  it(`${SIGN_UPS} sign-ups with one e-mail: one succeeds, the others are refused as Better Auth does it`, async () => {
    const answers = await atOnce(SIGN_UPS, () => app.browser().signUp("ada@example.com"));
    const won = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(
      ({ status, body }) => status >= 400 && status < 500 && typeof body.code === "string",
    );
    expect(
      answers
        .filter((answer) => !won.includes(answer) && !refused.includes(answer))
        .map(({ status, body }) => ({ status, body })),
    ).toEqual([]);
    expect(won).toHaveLength(1);

    const users = await orm["user"]!.findMany({});
    expect(users.map(({ id }) => id)).toEqual([won[0]!.body.user.id]);
    expect(await orm["account"]!.findMany({})).toHaveLength(1);
    expect(await orm["session"]!.findMany({})).toHaveLength(1);
    await expectWhole();
    expect((await app.browser().signIn("ada@example.com")).status).toBe(200);
  });

  it(`${USES} uses of one password-reset token: one succeeds, and its password is the user's`, async () => {
    const email = "reset@example.com";
    expect((await app.browser().signUp(email)).status).toBe(200);
    expect((await app.browser().post("/request-password-reset", { email })).status).toBe(200);
    const token = app.mailbox.resetToken;
    const answers = await atOnce(USES, (n) =>
      app.browser().post("/reset-password", { newPassword: `password number ${n}`, token }),
    );
    const winners = answers.flatMap(({ status }, n) => (status === 200 ? [n] : []));
    expect(winners).toHaveLength(1);
    expect(answers.filter(({ status }) => status >= 500).map(({ body }) => body)).toEqual([]);
    const signIns = await Promise.all(
      [winners[0]!, (winners[0]! + 1) % USES].map((n) => app.browser().signIn(email, `password number ${n}`)),
    );
    expect(signIns.map(({ status }) => status)).toEqual([200, 401]);
    await expectWhole();
  });

  it.each([
    ["of a user", "magic@example.com", true],
    ["of somebody new", "new@example.com", false],
  ])(`${USES} uses of one magic link %s: one signs in`, async (_, email, exists) => {
    if (exists) expect((await app.browser().signUp(email)).status).toBe(200);
    expect((await app.browser().post("/sign-in/magic-link", { email })).status).toBe(200);
    const token = links.at(-1)!;
    const answers = await atOnce(USES, () =>
      app.browser().get(`/magic-link/verify?token=${encodeURIComponent(token)}`),
    );
    expect(answers.filter(({ status }) => status >= 500).map(({ body }) => body)).toEqual([]);
    const signedIn = answers.filter(({ headers }) =>
      headers.getSetCookie().some((cookie) => /session_token=[^;]/.test(cookie)),
    );
    expect(signedIn).toHaveLength(1);
    const users = await orm["user"]!.findMany({ where: { email } });
    expect(users).toHaveLength(1);
    // Whoever proves to have the e-mail is signed in alone: Better Auth ends the sessions from before.
    expect(await orm["session"]!.count({ where: { userId: users[0]!["id"] } })).toBe(1);
    await expectWhole();
  });
});
