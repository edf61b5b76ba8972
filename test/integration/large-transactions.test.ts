import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { isOrmError } from "auth-dynamodb";
import { createOrmFromRuntime } from "auth-dynamodb/runtime";
import { describe, expect, it } from "vitest";
import { createApp, PASSWORD, pushAuthTables } from "../support/auth-app.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";
import { seed } from "../support/seed.ts";

describe.each(engines)("more than a transaction holds, on $name", (engine) => {
  const client = engine.createClient();

  async function userWithSessions(count: number) {
    const tablePrefix = uniquePrefix("large");
    const schema = await pushAuthTables(client, tablePrefix);
    const app = createApp(client, tablePrefix);
    const browser = app.browser();
    const { body } = await browser.signUp("many@example.com");
    const { id: userId } = (body as { user: { id: string } }).user;
    const expiresAt = new Date(Date.now() + 86_400_000);
    await seed(
      client,
      schema,
      { tablePrefix },
      Array.from({ length: count }, (_, n) => ({ model: "session", data: { token: `t-${n}`, userId, expiresAt } })),
    );
    const orm = await createOrmFromRuntime({ schema, client, tablePrefix, transactions: "atomic", scans: "allow" });
    return { browser, userId, orm, session: orm["session"]! };
  }

  it("goes with all its entries, and leaves nothing", async () => {
    const { orm, session, userId } = await userWithSessions(60);
    const recording = recordRequests(client);
    await orm.transaction((tx) => tx["session"]!.deleteMany({ where: { userId } }));
    recording.stop();
    expect(await session.count()).toBe(0);
    // Its name, 61 homes held, the decision, the homes released, its end, and 122 entries that lead nowhere.
    if (engine.transactions) expect(recording.count("TransactWriteItems")).toBe(7);
    const { Items } = await client.send(new ScanCommand({ TableName: session.explain({ where: {} }).table }));
    // The push leaves one item of its own.
    const left = Items!.filter(({ _kind }) => _kind!.S !== "schema");
    expect(left).toEqual([]);
  });

  it("is refused beyond maxItems, and writes nothing", async () => {
    const { orm, session, userId } = await userWithSessions(60);
    const attempt: unknown = await orm
      .transaction((tx) => tx["session"]!.deleteMany({ where: { userId } }), { maxItems: 120 })
      .catch((error: unknown) => error);
    expect(isOrmError(attempt, "TRANSACTION_TOO_LARGE") && attempt.message).toContain("183 items");
    expect(await session.count()).toBe(61);
  });

  // Where each item is a request of its own, it takes as many as there are items.
  if (engine.transactions)
    it("an organization of a thousand members goes in 150 requests", async () => {
      const tablePrefix = uniquePrefix("large-organization");
      const schema = await pushAuthTables(client, tablePrefix);
      const browser = createApp(client, tablePrefix).browser();
      await browser.signUp("owner@example.com");
      const { body } = await browser.post("/organization/create", { name: "Large", slug: "large" });
      const { id: organizationId } = body as { id: string };
      const createdAt = new Date();
      const members = Array.from({ length: 999 }, (_, n) => ({
        model: "member",
        data: { organizationId, userId: `u-${n}`, role: "member", createdAt },
      }));
      await seed(client, schema, { tablePrefix }, members);
      const recording = recordRequests(client);
      expect((await browser.post("/organization/delete", { organizationId })).status).toBe(200);
      recording.stop();
      expect(recording.count()).toBeLessThanOrEqual(150);
      const orm = await createOrmFromRuntime({ schema, client, tablePrefix, scans: "allow" });
      expect(await orm["member"]!.count()).toBe(0);
      expect(await orm["organization"]!.count()).toBe(0);
    });

  it("a user with 150 sessions changes the password and revokes them all", async () => {
    const { browser, session } = await userWithSessions(150);
    const { status } = await browser.post("/change-password", {
      currentPassword: PASSWORD,
      newPassword: `${PASSWORD}!`,
      revokeOtherSessions: true,
    });
    expect(status).toBe(200);
    expect(await session.count()).toBe(1);
    expect((await browser.signIn("many@example.com", `${PASSWORD}!`)).status).toBe(200);
  });
});
