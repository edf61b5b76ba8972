import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

// The project's own configuration. The files of the snippets do not exist: no type information for them.
const eslint = new ESLint({
  cwd: root,
  overrideConfig: [
    {
      ...tseslint.configs.disableTypeChecked,
      languageOptions: { parserOptions: { projectService: false, project: null } },
    },
  ],
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
    // From upper storeys to lower ones, and to the same.
    ["orm/dynamodb/engine/sender.ts", "../layout/made-up.ts"],
    ["orm/dynamodb/plan/planner.ts", "../engine/made-up.ts"],
    ["orm/dynamodb/context.ts", "./plan/made-up.ts"],
    ["orm/dynamodb/read/find.ts", "../context.ts"],
    ["orm/dynamodb/write/update.ts", "../read/made-up.ts"],
    ["orm/dynamodb/write/update.ts", "./made-up.ts"],
    ["orm/dynamodb/transaction/unit-of-work.ts", "../write/made-up.ts"],
    ["orm/dynamodb/connection.ts", "./transaction/made-up.ts"],
    ["orm/dynamodb/driver.ts", "./connection.ts"],
    ["orm/dynamodb/maintenance/push/push.ts", "../../write/made-up.ts"],
    ["orm/dynamodb/key-value/counter.ts", "../engine/made-up.ts"],
    ["orm/dynamodb/key-value/counter.ts", "../layout/made-up.ts"],
    ["adapters/better-auth/index.ts", "../../orm/dynamodb/maintenance/push/push.ts"],
    ["orm/dynamodb/driver.ts", "@aws-sdk/client-dynamodb"],
    ["orm/dynamodb/maintenance/push/push.ts", "@aws-sdk/lib-dynamodb"],
    ["orm/dynamodb/maintenance/push/push.ts", "../../../errors.ts"],
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
    ["cli/studio/read/find.ts", "../page/wire.ts"],
    ["cli/studio/page/app.tsx", "./wire.ts"],
    ["cli/studio/page/app.tsx", "preact/hooks"],
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
    // The page is the browser's, the rest of the command Node's.
    ["cli/studio/page/app.tsx", "../studio.ts"],
    ["cli/studio/page/app.tsx", "../../../orm/errors.ts"],
    ["cli/studio/studio.ts", "preact"],
    // The driver's storeys.
    ["orm/dynamodb/layout/keys.ts", "../engine/made-up.ts"],
    ["orm/dynamodb/engine/sender.ts", "../plan/made-up.ts"],
    ["orm/dynamodb/plan/planner.ts", "../context.ts"],
    ["orm/dynamodb/context.ts", "./read/made-up.ts"],
    ["orm/dynamodb/read/find.ts", "../write/made-up.ts"],
    ["orm/dynamodb/write/update.ts", "../transaction/made-up.ts"],
    ["orm/dynamodb/write/update.ts", "../maintenance/push/push.ts"],
    ["orm/dynamodb/transaction/unit-of-work.ts", "../connection.ts"],
    ["orm/dynamodb/driver.ts", "./maintenance/push/push.ts"],
    ["orm/dynamodb/key-value/counter.ts", "../read/made-up.ts"],
    ["orm/dynamodb/write/update.ts", "../key-value/made-up.ts"],
    ["orm/dynamodb/maintenance/push/push.ts", "../../key-value/made-up.ts"],
    ["orm/dynamodb/nowhere/made-up.ts", "../layout/keys.ts"],
    // Circles: of values, and of types.
    ["orm/schema/manifest.ts", "./compile-manifest.ts"],
    ["orm/errors.ts", "./errors.ts"],
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
    [
      "a type import",
      'import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";\nexport type Client = DynamoDBClient;\n',
    ],
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

test("a circle is told with its way, types included", async () => {
  const code = 'import type { UntypedOrmClient } from "./untyped.ts";\nexport type Client = UntypedOrmClient;\n';
  const [message] = await violations("orm/client/operations.ts", code);
  expect(message).toContain("orm/client/operations.ts → orm/client/untyped.ts → orm/client/operations.ts");
});

test("lines, files, functions and parameters have their limits", async () => {
  const rules = async (file: string, code: string) =>
    (await eslint.lintText(code, { filePath: `${root}${file}` }))[0]?.messages.map((message) => message.ruleId) ?? [];
  const body = "  console;\n".repeat(60);
  expect(await rules("bench/index.ts", `// ${"x".repeat(120)}\n`)).toEqual(["max-len"]);
  expect(await rules("orm/errors.ts", "\n".repeat(301))).toContain("max-lines");
  expect(await rules("orm/errors.ts", `export function long() {\n${body}}\n`)).toContain("max-lines-per-function");
  expect(
    await rules(
      "orm/errors.ts",
      "export const f = (a = 1, b = 2, c = 3, d = 4, e = 5, g = 6) => [a, b, c, d, e, g];\n",
    ),
  ).toContain("@typescript-eslint/max-params");
});

test("no console in the layers, unless a comment allows it", async () => {
  const lint = async (file: string, code: string) =>
    (await eslint.lintText(code, { filePath: `${root}${file}` }))[0]?.messages.map((message) => message.ruleId) ?? [];
  expect(await lint("orm/client/client.ts", 'console.warn("x");\n')).toEqual(["no-console"]);
  expect(await lint("adapters/better-auth/index.ts", 'console.log("x");\n')).toEqual(["no-console"]);
  expect(
    await lint(
      "orm/client/client.ts",
      '// eslint-disable-next-line no-console -- the default logger\nconsole.warn("x");\n',
    ),
  ).toEqual([]);
  expect(await lint("bench/index.ts", 'console.log("x");\n')).toEqual([]);
});
