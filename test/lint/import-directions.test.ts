import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

// The project's own configuration. The files of the snippets do not exist: no type information for them.
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [{ ...tseslint.configs.disableTypeChecked, languageOptions: { parserOptions: { projectService: false, project: null } } }],
});

async function violations(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: `${root}${file}` });
  const messages = result?.messages ?? [];
  expect(messages.filter((message) => message.fatal)).toEqual([]);
  return messages.filter((message) => message.ruleId === "layers/import-directions").map((message) => message.message);
}

const use = (specifier: string) => `import * as used from "${specifier}";\nexport { used };\n`;

describe("permitted", () => {
  test.each([
    ["orm/client/client.ts", "../errors.ts"],
    ["orm/client/client.ts", "../query/evaluate.ts"],
    ["orm/values/hash.ts", "node:crypto"],
    ["orm/memory/driver.ts", "../driver.ts"],
    ["orm/memory/driver.ts", "./store.ts"],
    ["orm/dynamodb/driver.ts", "../query/evaluate.ts"],
    ["orm/dynamodb/driver.ts", "@aws-sdk/client-dynamodb"],
    ["orm/dynamodb/setup/push.ts", "@aws-sdk/lib-dynamodb"],
    ["orm/dynamodb/setup/push.ts", "../../errors.ts"],
    ["orm/runtime/index.ts", "../dynamodb/driver.ts"],
    ["orm/runtime/index.ts", "../client/client.ts"],
    ["adapters/better-auth/index.ts", "../../orm/client/client.ts"],
    ["adapters/better-auth/index.ts", "../../orm/dynamodb/driver.ts"],
    ["adapters/better-auth/index.ts", "../../orm/runtime/index.ts"],
    ["adapters/better-auth/index.ts", "../shared/where.ts"],
    ["adapters/better-auth/index.ts", "better-auth/adapters"],
    ["adapters/better-auth/index.ts", "@better-auth/core/db"],
    ["adapters/authjs/index.ts", "@auth/core/adapters"],
    ["src/index.ts", "../orm/client/client.ts"],
    ["src/memory.ts", "../orm/memory/driver.ts"],
    ["src/better-auth.ts", "../adapters/better-auth/index.ts"],
    ["src/testing.ts", "../test/conformance/suite.ts"],
    ["src/testing.ts", "vitest"],
    ["cli/main.ts", "commander"],
    ["cli/commands/push.ts", "../../orm/dynamodb/driver.ts"],
    ["cli/config/resolve-target.ts", "../../adapters/authjs/adapter.ts"],
    ["test/integration/x.test.ts", "@aws-sdk/client-dynamodb"],
    ["test/integration/x.test.ts", "../../orm/memory/driver.ts"],
    ["examples/better-auth/server.ts", "@aws-sdk/client-dynamodb"],
    ["bench/index.ts", "../orm/dynamodb/driver.ts"],
  ])("%s imports %s", async (file, specifier) => {
    expect(await violations(file, use(specifier))).toEqual([]);
  });
});

describe("refused", () => {
  test.each([
    // Upwards.
    ["orm/errors.ts", "../adapters/better-auth/index.ts"],
    ["orm/errors.ts", "../src/index.ts"],
    ["orm/client/client.ts", "../../adapters/shared/where.ts"],
    ["orm/dynamodb/driver.ts", "../../adapters/better-auth/index.ts"],
    ["adapters/better-auth/index.ts", "../../src/index.ts"],
    // The core and the drivers.
    ["orm/driver.ts", "./memory/driver.ts"],
    ["orm/client/client.ts", "../dynamodb/driver.ts"],
    ["orm/query/plan.ts", "../runtime/index.ts"],
    ["orm/schema/model.ts", "../memory/index.ts"],
    ["orm/memory/driver.ts", "../dynamodb/driver.ts"],
    ["orm/memory/driver.ts", "../runtime/index.ts"],
    ["orm/dynamodb/driver.ts", "../memory/driver.ts"],
    ["orm/dynamodb/driver.ts", "../runtime/index.ts"],
    ["orm/runtime/index.ts", "../memory/driver.ts"],
    ["adapters/better-auth/index.ts", "../../orm/memory/driver.ts"],
    ["adapters/better-auth/index.ts", "../authjs/index.ts"],
    ["src/setup.ts", "../cli/program.ts"],
    ["cli/commands/push.ts", "../../orm/memory/driver.ts"],
    // Vendor packages.
    ["orm/dynamodb/driver.ts", "commander"],
    ["cli/main.ts", "better-auth"],
    ["orm/client/client.ts", "@aws-sdk/client-dynamodb"],
    ["orm/errors.ts", "@aws-sdk/client-dynamodb"],
    ["orm/memory/driver.ts", "@aws-sdk/lib-dynamodb"],
    ["orm/runtime/index.ts", "@aws-sdk/client-dynamodb"],
    ["adapters/better-auth/index.ts", "@aws-sdk/client-dynamodb"],
    ["adapters/authjs/index.ts", "@aws-sdk/client-dynamodb"],
    ["src/index.ts", "@aws-sdk/client-dynamodb"],
    ["orm/client/client.ts", "better-auth"],
    ["orm/dynamodb/driver.ts", "better-auth/adapters"],
    ["adapters/authjs/index.ts", "@better-auth/core"],
    ["adapters/shared/where.ts", "better-auth"],
    ["adapters/better-auth/index.ts", "@auth/core/adapters"],
    ["src/authjs.ts", "@auth/core/adapters"],
    ["src/index.ts", "vitest"],
    // Undeclared, the package itself, out of the layers.
    ["orm/values/hash.ts", "zod"],
    ["orm/client/client.ts", "auth-dynamodb/memory"],
    ["src/index.ts", "../test/support/engines.ts"],
    ["src/index.ts", "../test/conformance/suite.ts"],
    ["orm/errors.ts", "../package.json"],
    // Extensions.
    ["orm/client/client.ts", "../errors"],
    ["orm/client/client.ts", "../errors.js"],
    ["test/integration/x.test.ts", "../../orm/errors"],
  ])("%s imports %s", async (file, specifier) => {
    expect(await violations(file, use(specifier))).not.toEqual([]);
  });

  test.each([
    ["a type import", 'import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";\nexport type Client = DynamoDBClient;\n'],
    ["an import type", 'export type Client = import("@aws-sdk/client-dynamodb").DynamoDBClient;\n'],
    ["a dynamic import", 'export const sdk = () => import("@aws-sdk/client-dynamodb");\n'],
    ["a computed import", "export const load = (name: string) => import(name);\n"],
    ["a re-export", 'export { DynamoDBClient } from "@aws-sdk/client-dynamodb";\n'],
    ["a re-export of all", 'export * from "@aws-sdk/client-dynamodb";\n'],
    ["a require", 'export const sdk: unknown = require("@aws-sdk/client-dynamodb");\n'],
    ["an import for its effects", 'import "@aws-sdk/client-dynamodb";\n'],
  ])("%s in the core", async (_name, code) => {
    expect(await violations("orm/client/client.ts", code)).toHaveLength(1);
  });
});

test("no console in the layers, unless a comment allows it", async () => {
  const lint = async (file: string, code: string) =>
    (await eslint.lintText(code, { filePath: `${root}${file}` }))[0]?.messages.map((message) => message.ruleId) ?? [];
  expect(await lint("orm/client/client.ts", 'console.warn("x");\n')).toEqual(["no-console"]);
  expect(await lint("adapters/better-auth/index.ts", 'console.log("x");\n')).toEqual(["no-console"]);
  expect(await lint("orm/client/client.ts", '// eslint-disable-next-line no-console -- the default logger\nconsole.warn("x");\n')).toEqual([]);
  expect(await lint("bench/index.ts", 'console.log("x");\n')).toEqual([]);
});
