import type { BetterAuthOptions } from "better-auth";
import { organization } from "better-auth/plugins";
import { createAuthSchema, type BetterAuthAdapterOptions } from "auth-dynamodb/better-auth";
import { describe, expect, it } from "vitest";
import { compileManifest } from "../../../orm/schema/compile-manifest.ts";

/** The models of which DynamoDB removes expired records by itself. */
function expiring(auth: BetterAuthOptions = {}, options: Pick<BetterAuthAdapterOptions, "expiry"> = {}): string[] {
  const { models } = compileManifest(createAuthSchema({ plugins: [organization()], ...auth }, options));
  return [...models.values()]
    .filter(({ expires }) => expires)
    .map(({ name }) => name)
    .sort();
}

describe("what expires", () => {
  it("are sessions and verifications, and not what people would miss", () => {
    expect(expiring()).toEqual(["session", "verification"]);
  });

  it("are no sessions that are preserved for an audit", () => {
    expect(expiring({ session: { preserveSessionInDatabase: true } })).toEqual(["verification"]);
  });

  it("is what the option says", () => {
    expect(expiring({}, { expiry: false })).toEqual([]);
    expect(expiring({}, { expiry: true })).toEqual(["session", "verification"]);
    expect(expiring({}, { expiry: { session: false } })).toEqual(["verification"]);
    expect(expiring({}, { expiry: { invitation: true } })).toEqual(["invitation", "session", "verification"]);
    expect(expiring({ session: { preserveSessionInDatabase: true } }, { expiry: { session: true } })).toEqual([
      "session",
      "verification",
    ]);
  });

  it("finds its field under another name", () => {
    const schema = createAuthSchema({ session: { modelName: "logins", fields: { expiresAt: "ends_at" } } });
    expect(compileManifest(schema).models.get("session")!.expires).toMatchObject({ field: "ends_at" });
  });
});
