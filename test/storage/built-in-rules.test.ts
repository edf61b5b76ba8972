import type { BetterAuthOptions, BetterAuthPlugin } from "better-auth";
import { emailOTP, magicLink, phoneNumber, twoFactor } from "better-auth/plugins";
import { afterEach, describe, expect, it, vi } from "vitest";
import { engines } from "../support/engines.ts";
import { openApp, type Storages } from "./app.ts";
import { setTableTime } from "./table-time.ts";

const plugins: BetterAuthPlugin[] = [
  twoFactor(),
  emailOTP({ sendVerificationOTP: async () => {} }),
  magicLink({ sendMagicLink: async () => {} }),
  phoneNumber({ sendOTP: async () => {} }),
];

/** Better Auth's own rules, and then each rule of a plugin with a path that it is for. */
const RULES: readonly { path: string; window: number; max: number }[] = [
  { path: "/get-session", window: 10, max: 100 },
  ...["/sign-in/email", "/sign-up/email", "/change-password", "/change-email"].map((path) => ({
    path,
    window: 10,
    max: 3,
  })),
  ...["/request-password-reset", "/send-verification-email", "/email-otp/request-password-reset"].map((path) => ({
    path,
    window: 60,
    max: 3,
  })),
  ...plugins.flatMap(({ endpoints, rateLimit }) =>
    (rateLimit ?? []).map(({ pathMatcher, window, max }) => {
      const paths = Object.values(endpoints ?? {}).flatMap(({ path }) => path ?? []);
      return { path: paths.find((path) => pathMatcher(path))!, window, max };
    }),
  ),
];

const STORES: readonly [string, (storages: Storages) => Partial<BetterAuthOptions>][] = [
  ["dynamodbRateLimit", ({ customStorage }) => ({ rateLimit: { enabled: true, customStorage } })],
  ["the secondary storage", ({ secondaryStorage }) => ({ secondaryStorage, rateLimit: { enabled: true } })],
];

afterEach(() => void vi.useRealTimers());

describe.each(engines)("on $name", (engine) => {
  describe.each(STORES)("Better Auth's rules through %s", (_, settings) => {
    it.each(RULES)("$path: $max in $window seconds", async ({ path, window, max }) => {
      const { auth, client } = await openApp(engine, (storages) => ({
        ...settings(storages),
        plugins,
        logger: { disabled: true },
      }));
      setTableTime(client);
      vi.useFakeTimers({ toFake: ["Date"] });
      // Whatever else is wrong with a request, it is limited first.
      const init = { method: "POST", body: "{}", headers: { "content-type": "application/json" } };
      const ask = () => auth.handler(new Request(`http://localhost:3000/api/auth${path}`, init));
      const answers = await Promise.all(Array.from({ length: max + 2 }, ask));
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(2);
      vi.setSystemTime(Date.now() + (window - 1) * 1000);
      const refused = await ask();
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get("x-retry-after"))).toBeGreaterThanOrEqual(1);
      expect(Number(refused.headers.get("x-retry-after"))).toBeLessThanOrEqual(window);
      vi.setSystemTime(Date.now() + 1000);
      expect((await ask()).status).not.toBe(429);
    });
  });
});
