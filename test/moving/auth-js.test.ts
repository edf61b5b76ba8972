import { placeOfRecords } from "auth-dynamodb/setup";
import { makeSignature } from "better-auth/crypto";
import { describe, expect, it } from "vitest";
import { AuthJsRows } from "../../adapters/authjs/import/auth-js-rows.ts";
import { importRows } from "../../adapters/import/import-rows.ts";
import { verifyRows } from "../../adapters/import/verify-rows.ts";
import { createForeignTable } from "../authjs/foreign-table.ts";
import { DAY, newAccount, newSession, newToken, newUser } from "../authjs/open-adapter.ts";
import { Browser } from "../support/auth-app.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { appOptions, newApp, ok } from "./old-app.ts";

describe.each(engines)("from the table of @auth/dynamodb-adapter to Better Auth, on $name", (engine) => {
  it("users, verified e-mails, accounts and sessions go on; what cannot is told", async () => {
    const client = engine.createClient();
    const old = await createForeignTable(client, `${uniquePrefix("old")}next-auth`);
    const grace = newUser({ email: "Grace@Example.com", emailVerified: new Date(), name: null, role: "admin" });
    const session = newSession(grace.id, { expires: new Date(Date.now() + DAY) });
    await old.user(grace);
    await old.user({ id: "nameless", name: "No e-mail" });
    await old.account(
      newAccount(grace.id, { provider: "google", providerAccountId: "grace", expires_at: 2_000_000_000 }),
    );
    await old.account(newAccount("nameless", { provider: "google", providerAccountId: "other" }));
    await old.session(session);
    await old.session(newSession(grace.id, { expires: new Date(Date.now() - DAY) }));
    await old.verificationToken(newToken());

    const { auth } = await newApp(client);
    const parts = { source: new AuthJsRows({ client, table: old.table }), place: await placeOfRecords(auth) };
    const report = await importRows(parts, { pageSize: 2 });
    expect(report).toMatchObject({
      complete: true,
      imported: { user: 1, account: 1, session: 1 },
      expired: { session: 1 },
      leftOut: [
        { model: "user", id: "nameless", fields: ["email"] },
        { model: "account", reason: "dangling" },
      ],
      unknownFields: { user: ["role"] },
      notes: [expect.stringContaining("Verification tokens"), expect.stringContaining("cookie")],
    });
    expect(await importRows({ ...parts, source: new AuthJsRows({ client, table: old.table }) }, {})).toMatchObject({
      ...{ imported: {}, updated: {}, present: { user: 1, account: 1, session: 1 } },
    });
    expect(await verifyRows(parts, {})).toMatchObject({
      // The one of the user who was left out.
      differences: [{ model: "account", kind: "missing" }],
      same: { user: 1, account: 1, session: 1 },
    });

    const again = ok(
      await new Browser(auth.handler).post("/sign-in/social", { provider: "google", idToken: { token: "grace" } }),
    );
    expect(again.body.user).toMatchObject({
      id: grace.id,
      email: "grace@example.com",
      emailVerified: true,
      name: "Grace",
    });
    const { accounts } = {
      accounts: await auth.$context.then(({ internalAdapter }) => internalAdapter.findAccounts(grace.id)),
    };
    expect(accounts).toMatchObject([{ providerId: "google", accountId: "grace" }]);
    // As docs/moving-in.md does it: the token of the old cookie, signed.
    const { sessionToken } = session;
    const signed = encodeURIComponent(`${sessionToken}.${await makeSignature(sessionToken, appOptions().secret)}`);
    const browser = new Browser(auth.handler, new Map([["better-auth.session_token", signed]]));
    expect((await browser.get("/get-session")).body).toMatchObject({ user: { id: grace.id } });
  });
});
