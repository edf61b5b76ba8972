import { apiKey } from "@better-auth/api-key";
import { oauthProvider } from "@better-auth/oauth-provider";
import { passkey } from "@better-auth/passkey";
import { scim } from "@better-auth/scim";
import { sso } from "@better-auth/sso";
import { stripe } from "@better-auth/stripe";
import type { BetterAuthOptions } from "better-auth";
import { getAuthTables } from "better-auth/db";
import * as plugins from "better-auth/plugins";
import Stripe from "stripe";
import { createAuthSchema } from "auth-dynamodb/better-auth";
import { createOrmFromRuntime } from "auth-dynamodb/runtime";
import { describe, expect, it } from "vitest";
import { LOOKUPS } from "../../adapters/better-auth/lookups.ts";
import { clusterOf } from "../../orm/schema/cluster.ts";
import { compileManifest } from "../../orm/schema/compile-manifest.ts";
import { createApp, pushAuthTables } from "../support/auth-app.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";

/** Every official plugin that brings a table or a column. */
const everyPlugin = {
  plugins: [
    plugins.admin(),
    plugins.anonymous(),
    plugins.deviceAuthorization({ verificationUri: "/device" }),
    plugins.jwt(),
    plugins.organization({ teams: { enabled: true }, dynamicAccessControl: { enabled: true } }),
    plugins.phoneNumber(),
    plugins.siwe({ domain: "example.com", getNonce: async () => "nonce", verifyMessage: async () => true }),
    plugins.twoFactor(),
    plugins.username(),
    apiKey(),
    oauthProvider({ loginPage: "/login", consentPage: "/consent" }),
    passkey(),
    scim({
      connections: [],
      managedConnections: { credentialHashSecret: "a secret for tests that is long enough" },
      projection: { reconcileUser: async () => {}, roles: { map: async () => [], exists: async () => true } },
    } as never),
    sso({ domainVerification: { enabled: true } }),
    stripe({
      stripeClient: new Stripe("sk_test_none"),
      stripeWebhookSecret: "whsec_none",
      createCustomerOnSignUp: false,
      organization: { enabled: true },
      subscription: { enabled: true, plans: [] },
    }),
  ] as NonNullable<BetterAuthOptions["plugins"]>,
  rateLimit: { storage: "database" },
} satisfies BetterAuthOptions;

describe("the schema of every official plugin together", () => {
  const tables = getAuthTables(everyPlugin);
  const manifest = compileManifest(createAuthSchema(everyPlugin));

  it("has every table and field", () => {
    expect([...manifest.models.keys()]).toEqual(Object.keys(tables));
    for (const [name, table] of Object.entries(tables)) {
      const columns = Object.entries(table.fields).map(([field, { fieldName }]) => fieldName ?? field);
      expect(new Set(manifest.models.get(name)!.fields.keys())).toEqual(new Set(["id", ...columns]));
    }
  });

  it("has the tables and fields that look-ups are listed for", () => {
    for (const [name, { clusterBy, unique = [], indexes = [] }] of Object.entries(LOOKUPS)) {
      const table = tables[name];
      expect(table, name).toBeDefined();
      const named = [
        Object.values(clusterOf(clusterBy)),
        unique,
        indexes.map((index) => ("on" in index ? [index.on, index.orderBy ?? []] : index)),
      ]
        .flat(4)
        .filter((field) => field !== undefined);
      for (const field of named) expect(field === "id" || field in table!.fields, `${name}.${field}`).toBe(true);
    }
  });

  it("keeps unique values, indexes and renamed columns", () => {
    const renamed = compileManifest(
      createAuthSchema(
        {
          ...everyPlugin,
          user: {
            modelName: "people",
            fields: { email: "email_address" },
            additionalFields: { badge: { type: "string", unique: true } },
          },
          session: { fields: { token: "session_token" } },
        },
        { usePlural: true, indexes: { user: [["name"]] }, clusterBy: { member: "organizationId" } },
      ),
    ).models;
    expect(renamed.get("user")).toMatchObject({ table: "peoples", home: { fields: ["id"] } });
    expect(renamed.get("user")!.uniques).toEqual(
      expect.arrayContaining([
        { fields: ["email_address"] },
        { fields: ["badge"] },
        { fields: ["username"] },
        { fields: ["phoneNumber"] },
      ]),
    );
    const byName = { on: ["name"], orderBy: undefined, shards: 1, carries: false };
    expect(renamed.get("user")!.indexes).toContainEqual(byName);
    expect(renamed.get("session")!.home).toEqual({ kind: "unique", fields: ["session_token"] });
    expect(renamed.get("member")!.home).toEqual({ kind: "index", fields: ["organizationId"] });
  });
});

describe.each(engines)("plugins on $name", (engine) => {
  const client = engine.createClient();

  it("a deleted user leaves no member behind, nor invitations", async () => {
    const tablePrefix = uniquePrefix("cascade");
    const schema = await pushAuthTables(client, tablePrefix);
    const app = createApp(client, tablePrefix);
    const orm = await createOrmFromRuntime({ schema, client, tablePrefix, scans: "allow" });
    const [owner, guest] = [app.browser(), app.browser()];
    await owner.signUp("owner@example.com");
    const { body: signedUp } = await guest.signUp("guest@example.com");
    const guestId = (signedUp as { user: { id: string } }).user.id;
    const { body: organization } = await owner.post("/organization/create", { name: "Org", slug: "org" });
    const organizationId = (organization as { id: string }).id;
    await orm["member"]!.create({ data: { organizationId, userId: guestId, role: "admin", createdAt: new Date() } });
    await guest.post("/organization/invite-member", { email: "third@example.com", role: "member", organizationId });
    expect(await orm["invitation"]!.count()).toBe(1);

    expect((await guest.post("/delete-user", { password: "correct horse battery" })).status).toBe(200);

    expect(await orm["invitation"]!.count()).toBe(0);
    const listed = await owner.get(`/organization/list-members?organizationId=${organizationId}`);
    expect(listed.status).toBe(200);
    expect(listed.body).toMatchObject({ total: 1 });

    expect((await owner.post("/organization/delete", { organizationId })).status).toBe(200);
    expect(await orm["member"]!.count()).toBe(0);
  });

  it("the keys of the jwt plugin are read without a scan", async () => {
    const tablePrefix = uniquePrefix("jwt");
    const auth = { plugins: [plugins.jwt()] };
    await pushAuthTables(client, tablePrefix, { auth });
    const app = createApp(client, tablePrefix, { auth });
    const browser = app.browser();
    await browser.signUp("jwt@example.com");
    const recording = recordRequests(client);
    const { status, body } = await browser.get("/token");
    const { status: keys } = await browser.get("/jwks");
    recording.stop();
    expect([status, keys]).toEqual([200, 200]);
    expect(body).toMatchObject({ token: expect.any(String) as unknown });
    expect(recording.count("Scan")).toBe(0);
  });

  it("rate limits are counted in the database, and left to TTL", async () => {
    const tablePrefix = uniquePrefix("limits");
    const auth = { rateLimit: { enabled: true, storage: "database", window: 60, max: 3 } } as const;
    const schema = await pushAuthTables(client, tablePrefix, { auth });
    const app = createApp(client, tablePrefix, { auth });
    const orm = await createOrmFromRuntime({ schema, client, tablePrefix, scans: "allow" });
    const browser = app.browser();
    const recording = recordRequests(client);
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) statuses.push((await browser.get("/ok")).status);
    recording.stop();
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    expect(recording.count("Scan")).toBe(0);
    expect(await orm["rateLimit"]!.findMany()).toMatchObject([{ count: 3 }]);
    expect(compileManifest(schema).models.get("rateLimit")!.expires).toEqual({ field: "lastRequest", after: 604_800 });
  });
});
