import { readFileSync } from "node:fs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createAuthSchema, dynamodbAdapter } from "auth-dynamodb/better-auth";
import { renderTemplate } from "auth-dynamodb/setup";
import type { BetterAuthOptions } from "better-auth";
import { organization } from "better-auth/plugins";
import { expect, it } from "vitest";

const options: BetterAuthOptions = { plugins: [organization()] };
const adapter = dynamodbAdapter({ client: new DynamoDBClient({ region: "us-east-1" }), table: "auth" })(options);
const wanted = { schema: createAuthSchema(options), table: "auth" };

it.each([
  ["infra/auth.yaml", renderTemplate("cloudformation", wanted)],
  ["auth.yml", renderTemplate("cloudformation", wanted)],
  ["auth.json", renderTemplate("cloudformation", wanted, "json")],
  ["auth.tf", renderTemplate("terraform", wanted)],
  ["lib/auth-tables.ts", renderTemplate("cdk", wanted)],
])("generates %s", async (file, code) => {
  expect(await adapter.createSchema!(options, file)).toEqual({ code, path: file, overwrite: true });
});

it("generates CloudFormation where no file is named, and refuses other names", async () => {
  expect(await adapter.createSchema!(options)).toMatchObject({
    path: "./auth-tables.yaml",
    code: renderTemplate("cloudformation", wanted),
  });
  await expect(adapter.createSchema!(options, "schema.sql")).rejects.toThrow(/\.tf for Terraform/);
});

it("is loaded when it is called for: an application's bundle starts without it", () => {
  const loaded = new Set<string>();
  const load = (file: URL) => {
    if (loaded.has(file.href)) return;
    loaded.add(file.href);
    const statements = readFileSync(file, "utf8").matchAll(/^(?:import|export) (?!type)[^;]*? from "(\.[^"]+)";/gm);
    for (const [, specifier] of statements) load(new URL(specifier!, file));
  };
  load(new URL("../../src/better-auth.ts", import.meta.url));
  expect([...loaded].some((file) => file.endsWith("/orm/dynamodb/driver.ts"))).toBe(true);
  expect([...loaded].filter((file) => file.includes("/maintenance/"))).toEqual([]);
});
