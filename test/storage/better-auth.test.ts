import { apiKey } from "@better-auth/api-key";
import type { BetterAuthOptions } from "better-auth";
import { emailOTP, magicLink } from "better-auth/plugins";
import { describe, expect, it } from "vitest";
import { PASSWORD } from "../support/auth-app.ts";
import { engines } from "../support/engines.ts";
import { openApp, type Storages } from "./app.ts";

type Settings = (storages: Storages) => Partial<BetterAuthOptions>;

const SETTINGS: readonly [string, Settings][] = [
  ["sessions and verifications in secondary storage", ({ secondaryStorage }) => ({ secondaryStorage })],
  [
    "storeSessionInDatabase",
    ({ secondaryStorage }) => ({ secondaryStorage, session: { storeSessionInDatabase: true } }),
  ],
  [
    "preserveSessionInDatabase",
    ({ secondaryStorage }) => ({
      secondaryStorage,
      session: { storeSessionInDatabase: true, preserveSessionInDatabase: true },
    }),
  ],
  [
    "verifications in the database",
    ({ secondaryStorage }) => ({ secondaryStorage, verification: { storeInDatabase: true } }),
  ],
  [
    "hashed identifiers of verifications",
    ({ secondaryStorage }) => ({ secondaryStorage, verification: { storeIdentifier: "hashed" } }),
  ],
];

describe.each(engines)("on $name, Better Auth with", (engine) => {
  describe.each(SETTINGS)("%s", (_, settings) => {
    it("knows its users from sign-up to sign-out", async () => {
      const app = await openApp(engine, settings);
      const [laptop, phone] = [app.browser(), app.browser()];
      expect((await laptop.signUp("ada@example.com")).status).toBe(200);
      expect((await phone.signIn("ada@example.com")).status).toBe(200);
      const other = app.another();
      expect((await phone.on(other).get("/get-session")).body.user.email).toBe("ada@example.com");
      const sessions = (await laptop.get("/list-sessions")).body as { token: string }[];
      expect(sessions).toHaveLength(2);

      await laptop.post("/update-user", { name: "Countess" });
      expect((await phone.on(other).get("/get-session")).body.user.name).toBe("Countess");

      const phoneToken = (await phone.get("/get-session")).body.session.token as string;
      expect((await laptop.post("/revoke-session", { token: phoneToken })).status).toBe(200);
      expect((await phone.on(other).get("/get-session")).body).toBe("null");
      expect((await laptop.get("/list-sessions")).body).toHaveLength(1);

      expect((await laptop.post("/sign-out")).status).toBe(200);
      expect((await laptop.on(other).get("/get-session")).body).toBe("null");
      expect(await app.secondaryStorage.get(sessions[0]!.token)).toBeNull();
    });

    it("resets a password once for each token, and ends the sessions", async () => {
      const app = await openApp(engine, (storages) => {
        const given = settings(storages);
        return { ...given, session: { ...given.session } };
      });
      const browser = app.browser();
      await browser.signUp("ada@example.com");
      await app.browser().post("/request-password-reset", { email: "ada@example.com" });
      const reset = () =>
        app
          .another()
          .browser()
          .post("/reset-password", { newPassword: "another password", token: app.mailbox.resetToken });
      const answers = await Promise.all([reset(), reset(), reset(), reset()]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400]);
      expect((await reset()).status).toBe(400);
      expect((await app.browser().signIn("ada@example.com")).status).toBe(401);
      expect((await app.browser().signIn("ada@example.com", "another password")).status).toBe(200);
    });

    it("ends all sessions of a user who is deleted", async () => {
      const app = await openApp(engine, settings);
      const [laptop, phone] = [app.browser(), app.browser()];
      await laptop.signUp("ada@example.com");
      await phone.signIn("ada@example.com");
      expect((await laptop.post("/delete-user", { password: PASSWORD })).status).toBe(200);
      expect((await phone.get("/get-session")).body).toBe("null");
      expect((await phone.signIn("ada@example.com")).status).toBe(401);
    });

    it("signs in once by a code, and once by a link", async () => {
      let code = "";
      let link = "";
      const app = await openApp(engine, (storages) => ({
        ...settings(storages),
        plugins: [
          emailOTP({ sendVerificationOTP: async ({ otp }) => void (code = otp) }),
          magicLink({ sendMagicLink: async ({ token }) => void (link = token) }),
        ],
      }));
      const email = "ada@example.com";
      await app.browser().signUp(email);
      await app.browser().post("/email-otp/send-verification-otp", { email, type: "sign-in" });
      const wrong = code === "000000" ? "000001" : "000000";
      expect((await app.browser().post("/sign-in/email-otp", { email, otp: wrong })).status).toBe(400);
      const byCode = () => app.another().browser().post("/sign-in/email-otp", { email, otp: code });
      const codes = await Promise.all([byCode(), byCode(), byCode()]);
      expect(codes.filter(({ status }) => status === 200)).toHaveLength(1);
      expect((await byCode()).status).toBe(400);

      await app.browser().post("/sign-in/magic-link", { email });
      const byLink = async () => {
        const browser = app.another().browser();
        await browser.get(`/magic-link/verify?token=${link}`);
        return (await browser.get("/get-session")).body !== "null";
      };
      const links = await Promise.all([byLink(), byLink(), byLink(), byLink()]);
      expect(links.filter(Boolean)).toHaveLength(1);
      expect(await byLink()).toBe(false);
    });
  });

  it.each([false, true])("API keys in secondary storage, the database behind it: %s", async (fallbackToDatabase) => {
    const { auth, browser } = await openApp(engine, ({ secondaryStorage }) => ({
      secondaryStorage,
      plugins: [
        apiKey({ storage: "secondary-storage", fallbackToDatabase, rateLimit: { enabled: true, maxRequests: 3 } }),
      ],
    }));
    // The plugins of this application are known here only.
    const api = auth.api as unknown as Record<string, (input: object) => Promise<{ valid: boolean; error: unknown }>>;
    const owner = browser();
    await owner.signUp("ada@example.com");
    const first = (await owner.post("/api-key/create", { name: "first" })).body as { id: string; key: string };
    const [second, third] = await Promise.all(
      ["second", "third"].map(async (name) => (await owner.post("/api-key/create", { name })).body as { id: string }),
    );
    const verify = async () => (await api["verifyApiKey"]!({ body: { key: first.key } })).valid;
    expect([await verify(), await verify(), await verify(), await verify()]).toEqual([true, true, true, false]);
    const listed = async () => {
      const { apiKeys } = (await owner.get("/api-key/list")).body as { apiKeys: { id: string }[] };
      return apiKeys.map(({ id }) => id).sort();
    };
    expect(await listed()).toEqual([first.id, second!.id, third!.id].sort());
    expect((await owner.post("/api-key/delete", { keyId: second!.id })).status).toBe(200);
    expect(await listed()).toEqual([first.id, third!.id].sort());
  });
});
