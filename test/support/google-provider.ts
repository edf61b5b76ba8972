import type { BetterAuthOptions } from "better-auth";

/** Google as a test is Google: whoever brings an id token is who it names. */
export const socialProviders = {
  google: {
    clientId: "client",
    clientSecret: "secret",
    verifyIdToken: async () => true,
    getUserInfo: async ({ idToken }) => ({
      user: { email: `${idToken}@example.com`, emailVerified: true, name: "Grace" },
      // Of the profile only the subject is read: it is the account's id.
      data: { sub: idToken ?? "nobody" } as never,
    }),
  },
} satisfies BetterAuthOptions["socialProviders"];
