import { createDynamodbDriver, createOrm } from "auth-dynamodb";
import { describe, expect, it } from "vitest";
import { createApp, pushAuthTables, PASSWORD, type AppSettings, type Browser } from "../support/auth-app.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { injectFaults } from "../support/faults.ts";

/** The last token that was sent to somebody who forgot a password. */
let resetToken = "";

const settings: AppSettings = {
  auth: {
    logger: { disabled: true },
    emailAndPassword: {
      enabled: true,
      password: { hash: async (password) => password, verify: async ({ hash, password }) => hash === password },
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ token }) => {
        resetToken = token;
      },
    },
  },
};
const EMAIL = "owner@example.com";

/** Every way in which Better Auth lets an owner end a session of somebody else. */
const REVOCATIONS: Record<string, (owner: Browser, token: string) => Promise<{ status: number }>> = {
  "revoke-session": (owner, token) => owner.post("/revoke-session", { token }),
  "revoke-other-sessions": (owner) => owner.post("/revoke-other-sessions"),
  "revoke-sessions": (owner) => owner.post("/revoke-sessions"),
  "change-password with revokeOtherSessions": (owner) =>
    owner.post("/change-password", {
      currentPassword: PASSWORD,
      newPassword: "another password",
      revokeOtherSessions: true,
    }),
  "reset-password with revokeSessionsOnPasswordReset": async (owner) => {
    await owner.post("/request-password-reset", { email: EMAIL });
    return owner.post("/reset-password", { newPassword: "another password", token: resetToken });
  },
  "delete-user": (owner) => owner.post("/delete-user", { password: PASSWORD }),
};

// Whoever has stolen a session may write it as fast as they like: that must not keep its owner from revoking it.
describe.each(engines)(
  "on $name, a session that is written between every read and write ends at the first",
  (engine) => {
    it.each(Object.entries(REVOCATIONS))("%s", async (_, revoke) => {
      const client = engine.createClient();
      const tablePrefix = uniquePrefix("revocation");
      const schema = await pushAuthTables(client, tablePrefix, settings);
      const app = createApp(client, tablePrefix, settings);
      const owner = app.browser();
      expect((await owner.signUp(EMAIL)).status).toBe(200);
      const stolen = await app.browser().signIn(EMAIL);
      const token = stolen.body.token as string;

      const driver = createDynamodbDriver({ client: engine.createClient(), tablePrefix, scans: "refuse" });
      const thief = createOrm({ schema, driver })["session"]!;
      let writes = 0;
      // One write of the thief's in each window between what the owner has read and what is deleted.
      injectFaults(client).delay(
        ({ operation, tables }) =>
          ["TransactWriteItems", "DeleteItem"].includes(operation) && tables.some((table) => table.endsWith("session")),
        async () => {
          writes += 1;
          await thief.update({ where: { token }, data: { ipAddress: `10.0.0.${writes}`, updatedAt: new Date() } });
        },
        { level: "call" },
      );
      expect((await revoke(owner, token)).status).toBe(200);
      expect(writes).toBeGreaterThan(0);
      expect(await thief.findUnique({ where: { token } })).toBeNull();
    });
  },
);
