import type { BetterAuthOptions } from "better-auth";
import { bearer, organization } from "better-auth/plugins";
import { defineSchema, id, model, string } from "auth-dynamodb";
import { socialProviders } from "../support/google-provider.ts";

export const ORIGIN = "http://localhost:3000";
export const PASSWORD = "correct horse battery";

export const silent = { warn: () => undefined };

/** Better Auth as the races need it. */
export function orphanAuthOptions() {
  return {
    baseURL: ORIGIN,
    secret: "a secret for tests that is long enough",
    // It logs each refusal.
    logger: { disabled: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      password: { hash: async (password) => password, verify: async ({ hash, password }) => hash === password },
    },
    user: { deleteUser: { enabled: true } },
    socialProviders,
    account: { accountLinking: { enabled: true, trustedProviders: ["google"] } },
    plugins: [organization({ sendInvitationEmail: async () => {} }), bearer()],
  } satisfies BetterAuthOptions;
}

const parentId = (onDelete: "cascade" | "set null" | "restrict") =>
  string().references("parent.id", { onDelete }).nullable();

/** Parents under a root, and those who refer to them in each way. */
export const nodeSchema = defineSchema({
  root: model({ table: "root", fields: { id: id() } }),
  parent: model({
    table: "parent",
    fields: { id: id(), rootId: string().references("root.id", { onDelete: "cascade" }), email: string().unique() },
  }),
  child: model({
    table: "child",
    fields: {
      id: id(),
      parentId: parentId("cascade"),
      elderId: string().references("child.id", { onDelete: "cascade" }).nullable(),
    },
  }),
  guest: model({ table: "guest", fields: { id: id(), parentId: parentId("set null") } }),
  guard: model({ table: "guard", fields: { id: id(), parentId: parentId("restrict") } }),
});

/** The tables of one arena. */
export function tablesOf(table: string) {
  return { auth: `${table}auth`, authJs: `${table}authjs`, nodes: `${table}nodes` };
}

/** The session of a user who takes part in a round. */
export function tokenOf(name: string, round: number): string {
  return `token-${name}-${round}`;
}
