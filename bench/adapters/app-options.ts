import type { BetterAuthOptions } from "better-auth";

export const ORIGIN = "http://localhost:3000";

/** Better Auth's options, the same for all: passwords are not hashed, for that is no adapter's work. */
export const APP_OPTIONS = {
  baseURL: ORIGIN,
  secret: "a secret for benchmarks that is long enough",
  logger: { level: "error" },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  emailAndPassword: {
    enabled: true,
    password: { hash: async (password) => password, verify: async ({ hash, password }) => hash === password },
  },
  advanced: { database: { joins: true } },
} as const satisfies BetterAuthOptions;

let made = 0;

/** An e-mail that nobody has. */
export const newEmail = () => `bench-${(made += 1)}@example.com`;
