import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { beforeAll, describe, expect, it } from "vitest";
import { ensureBuilt } from "../support/built-package.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** What an application's bundler makes of an import from the package root, the built one. */
async function bundle(names: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `import { ${names} } from "./dist/index.js"; console.log(${names});`, resolveDir: ROOT },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["@aws-sdk/*"],
    minifyWhitespace: true,
    logLevel: "silent",
  });
  return outputFiles[0]!.text;
}

/** What only the DynamoDB driver says. */
const DRIVER = /TransactWriteItems|BatchGetItem|ConditionExpression|from ?"@aws-sdk/;

describe("a bundle of an application", () => {
  beforeAll(ensureBuilt, 400_000);

  it("has the DynamoDB driver where it is imported", async () => {
    expect(await bundle("createDynamodbDriver")).toMatch(DRIVER);
  });

  it.each([
    ["createMemoryDriver", 40_000],
    ["defineSchema", 1_000],
    ["createMemoryDriver, createOrm, defineSchema", 80_000],
    ["isOrmError", 2_000],
    ["detectDatabaseRuntime", 5_000],
  ])("that imports %s only has little else in it", async (names, bytes) => {
    const text = await bundle(names);
    expect(text).not.toMatch(DRIVER);
    expect(text.length).toBeLessThan(bytes);
  });
});

describe("the hash of keys in a bundle", () => {
  beforeAll(ensureBuilt, 400_000);

  const bundleFor = async (platform: "node" | "browser" | "neutral") => {
    const { outputFiles, metafile } = await build({
      absWorkingDir: ROOT,
      entryPoints: ["dist/better-auth.js"],
      bundle: true,
      write: false,
      metafile: true,
      format: "esm",
      platform,
      external: ["@aws-sdk/*", "better-auth", "better-auth/*"],
      logLevel: "silent",
    });
    return { text: outputFiles[0]!.text, inputs: Object.keys(metafile.inputs) };
  };

  it("is Node's own for Node", async () => {
    const { text, inputs } = await bundleFor("node");
    expect(inputs).not.toContain("dist/internal/sha256-portable.js");
    expect(text).toMatch(/from "node:crypto"/);
  });

  it.each(["browser", "neutral"] as const)("needs no module of Node for the platform %s", async (platform) => {
    const { text, inputs } = await bundleFor(platform);
    expect(inputs).toContain("dist/internal/sha256-portable.js");
    expect(text).not.toMatch(/(from|require\(|import\()\s*"(node:|crypto")/);
  });
});
