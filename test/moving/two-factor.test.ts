import { base32 } from "@better-auth/utils/base32";
import { createOTP } from "@better-auth/utils/otp";
import { importFromBetterAuth, verifyAgainstBetterAuth } from "auth-dynamodb/setup";
import { twoFactor } from "better-auth/plugins";
import { describe, expect, it } from "vitest";
import { Browser, PASSWORD, type Answer } from "../support/auth-app.ts";
import { engines } from "../support/engines.ts";
import { newApp, ok, sqliteApp, type App } from "./old-app.ts";

const EMAIL = "ada@example.com";

/** Seconds that a code is good for: so many that no machine is too slow to give it back in time. */
const PERIOD = 86_400;

const plugins = [twoFactor({ totpOptions: { period: PERIOD } })];

/** What an authenticator app shows once it has read the picture of this address. */
function codeOf(totpURI: string): Promise<string> {
  const secret = base32.decode(new URL(totpURI).searchParams.get("secret") ?? "");
  return createOTP(new TextDecoder().decode(secret), { period: PERIOD }).totp();
}

/** Gives the password alone. */
async function begin(app: App): Promise<Browser> {
  const browser = new Browser(app.handler);
  expect(ok(await browser.signIn(EMAIL)).body).toMatchObject({ twoFactorRedirect: true });
  return browser;
}

/** A user who asks for a second factor, trusts one browser, and is half signed in by another. */
async function useTwoFactors(app: App) {
  const setUp = new Browser(app.handler);
  ok(await setUp.signUp(EMAIL));
  const { totpURI, backupCodes } = ok(await setUp.post("/two-factor/enable", { password: PASSWORD })).body;
  ok(await setUp.post("/two-factor/verify-totp", { code: await codeOf(totpURI) }));
  const trusted = await begin(app);
  ok(await trusted.post("/two-factor/verify-totp", { code: await codeOf(totpURI), trustDevice: true }));
  return {
    ...{ trusted, halfway: await begin(app), totpURI: totpURI as string },
    backupCodes: backupCodes as readonly [string, string, ...string[]],
  };
}

async function expectSignedIn(answer: Answer, browser: Browser) {
  ok(answer);
  expect((await browser.get("/get-session")).body.user.email).toBe(EMAIL);
}

/** What of two factors must work in the new application as it did in the old one. */
async function expectMovedFactors(app: App, old: Awaited<ReturnType<typeof useTwoFactors>>) {
  const code = () => codeOf(old.totpURI);
  const fresh = await begin(app);
  expect((await fresh.get("/get-session")).body).toBe("null");
  expect((await fresh.post("/two-factor/verify-totp", { code: "no code" })).status).toBe(401);
  await expectSignedIn(await fresh.post("/two-factor/verify-totp", { code: await code() }), fresh);

  const [first, second] = old.backupCodes;
  const lost = await begin(app);
  await expectSignedIn(await lost.post("/two-factor/verify-backup-code", { code: first }), lost);
  const again = await begin(app);
  expect((await again.post("/two-factor/verify-backup-code", { code: first })).status).toBe(401);
  await expectSignedIn(await again.post("/two-factor/verify-backup-code", { code: second }), again);

  const halfway = old.halfway.on({ auth: app });
  await expectSignedIn(await halfway.post("/two-factor/verify-totp", { code: await code() }), halfway);
  const trusted = old.trusted.on({ auth: app });
  const answer = await trusted.signIn(EMAIL);
  expect(answer.body).not.toHaveProperty("twoFactorRedirect");
  await expectSignedIn(answer, trusted);
}

describe.each(engines)("moving in, to $name", (engine) => {
  const client = engine.createClient();

  it("two factors go on: the secret, backup codes, trusted browsers, and a sign-in half done", async () => {
    const old = await sqliteApp({ plugins });
    const factors = await useTwoFactors(old.auth);
    const { auth } = await newApp(client, { plugins });
    const { imported, duplicates, leftOut } = await importFromBetterAuth({ from: old.auth, to: auth });
    expect(imported).toMatchObject({ user: 1, twoFactor: 1 });
    expect([...duplicates, ...leftOut]).toEqual([]);
    expect((await verifyAgainstBetterAuth({ from: old.auth, to: auth })).differences).toEqual([]);
    await expectMovedFactors(auth, factors);
  });
});
