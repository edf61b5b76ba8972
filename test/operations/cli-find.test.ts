import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { createAuthSchema } from "auth-dynamodb/better-auth";
import { pushSchema } from "auth-dynamodb/setup";
import { organization, twoFactor } from "better-auth/plugins";
import { beforeAll, describe, expect, it } from "vitest";
import { isSecret } from "../../cli/output/secrets.ts";
import { engineNamed, engines, uniquePrefix } from "../support/engines.ts";
import { crowd, seed } from "../support/seed.ts";
import { run, useCommandLine } from "./cli.ts";

const engine = engineNamed("dynoxide") ?? engines[0]!;
const client = engine.createClient();
const table = `${uniquePrefix("find")}auth`;
const schema = createAuthSchema({ plugins: [organization(), twoFactor()] });

const find = (...args: string[]) =>
  run(["find", "--config", "test/operations/apps/better-auth.ts", ...args], {
    ...{ TEST_ENDPOINT: engine.endpoint, TEST_TABLE: table, TEST_PLUGINS: "more" },
  });

useCommandLine();

beforeAll(async () => {
  await pushSchema({ schema, client, table });
  const [ada, account, session, ...others] = crowd(3);
  await seed(client, schema, { table }, [
    { ...ada!, data: { ...ada!.data, name: "\u001b[31mAda\u009b2J" } },
    { ...account!, data: { ...account!.data, password: "the hash" } },
    { ...session!, data: { ...session!.data, userAgent: "Lynx" } },
    ...others,
  ]);
});

describe("find", () => {
  it("by a unique key, whatever its case: the record, and what belongs to it, counted", async () => {
    const [text, json] = await Promise.all([
      find("user", "email=Crowd-0@Example.com"),
      find("user", "email=crowd-0@example.com", "--json", "--places"),
    ]);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^user crowd-0$/m);
    expect(text.stdout).toMatch(/^ {2}account by userId: 1$/m);
    // What is stored says nothing to the terminal.
    expect(text.stdout).toContain("\\u001b[31mAda\\u009b2J");
    const [found] = json.json().records;
    expect(found.record).toMatchObject({ id: "crowd-0", email: "crowd-0@example.com" });
    expect(found.relations).toContainEqual({ model: "session", by: "userId", count: 1 });
    expect(found.relations).toContainEqual({ model: "member", by: "userId", count: 0 });
    expect(found.places).toMatchObject([
      { kind: "record", table },
      { kind: "unique", fields: ["email"] },
    ]);
    for (const { bytes } of found.places) expect(bytes).toBeGreaterThan(50);
  });

  it("by an index, by several fields; secrets are masked unless they are asked for", async () => {
    const [bySession, byAccount, shown, limited] = await Promise.all([
      find("session", "token=crowd-token-0"),
      find("account", "providerId=credential", "accountId=crowd-0", "--json"),
      find("account", "userId=crowd-0", "--show-secrets", "--json"),
      find("user", "id=crowd-1", "email=crowd-2@example.com"),
    ]);
    expect(bySession.stdout).toContain("Lynx");
    expect(bySession.stdout).not.toContain("crowd-token-0");
    expect(byAccount.json().records).toMatchObject([{ record: { userId: "crowd-0", password: "*** (8 characters)" } }]);
    expect(shown.json().records).toMatchObject([{ record: { password: "the hash" } }]);
    expect(limited).toMatchObject({ code: 1, stdout: expect.stringContaining("No user has these values") as unknown });
  });

  it("tells of an item that is not there", async () => {
    const before = await find("user", "id=crowd-2", "--places", "--json");
    const entry = before.json().records[0].places.find(({ kind }: { kind: string }) => kind === "unique");
    const { _pk, _sk } = entry.key as { _pk: string; _sk: string };
    await client.send(new DeleteItemCommand({ TableName: table, Key: { _pk: { S: _pk }, _sk: { S: _sk } } }));
    const after = await find("user", "id=crowd-2", "--places");
    expect(after.stdout).toMatch(/unique by email: .* \(MISSING\)/);
  });

  it("does not scan unless asked, and says what leads there without", async () => {
    const [refused, scanned, model, field, none] = await Promise.all([
      find("user", "name=Crowd 1"),
      find("user", "name=Crowd 1", "--allow-scan", "--json"),
      find("usr", "id=1"),
      find("user", "mail=x"),
      find("user"),
    ]);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringMatching(/--allow-scan.*id; email/) as unknown });
    expect(scanned.json().records).toMatchObject([{ record: { id: "crowd-1" } }]);
    expect(model).toMatchObject({ code: 2, stderr: expect.stringContaining("user, session, account") as unknown });
    expect(field).toMatchObject({ code: 2, stderr: expect.stringContaining("emailVerified") as unknown });
    expect(none.code).toBe(2);
  });
});

describe("what is a secret", () => {
  it.each([
    ["account", "password"],
    ["account", "accessToken"],
    ["account", "refresh_token"],
    ["session", "token"],
    ["session", "sessionToken"],
    ["twoFactor", "secret"],
    ["twoFactor", "backupCodes"],
    ["apikey", "key"],
    ["jwks", "privateKey"],
    ["verification", "value"],
    ["verification", "identifier"],
    ["deviceCode", "userCode"],
    ["ssoProvider", "oidcConfig"],
    ["oauthClient", "clientSecret"],
  ])("%s.%s is one", (model, field) => expect(isSecret(model, field)).toBe(true));

  it.each([
    ["user", "email"],
    ["account", "accessTokenExpiresAt"],
    ["account", "token_type"],
    ["rateLimit", "key"],
    ["jwks", "publicKey"],
    ["organization", "slug"],
  ])("%s.%s is none", (model, field) => expect(isSecret(model, field)).toBe(false));
});
