import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureBuilt } from "../support/built-package.ts";
import { dynoxideBinary, startEngines, type RunningEngines } from "../support/start-engines.ts";
import { readSamples, type Sample } from "../docs/samples.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const BUILD_MS = 400_000;

/** What an application installs beside the package. */
const PEERS = ["@aws-sdk/client-dynamodb", "@aws-sdk/lib-dynamodb", "@auth/core", "@types/node", "better-auth", "typescript"];

let project: string;

beforeAll(async () => {
  await ensureBuilt();
  project = mkdtempSync(`${tmpdir()}/packed-`);
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--pack-destination", project], { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  ) as [{ filename: string }];
  mkdirSync(`${project}/node_modules/auth-dynamodb`, { recursive: true });
  execFileSync("tar", ["xzf", `${project}/${packed.filename}`, "-C", `${project}/node_modules/auth-dynamodb`, "--strip-components=1"]);
  for (const peer of PEERS) {
    mkdirSync(`${project}/node_modules/${peer}`.replace(/\/[^/]+$/, ""), { recursive: true });
    symlinkSync(`${ROOT}node_modules/${peer}`, `${project}/node_modules/${peer}`);
  }
}, BUILD_MS);

afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

/** CommonJS has no await at the top of a module: what a sample does goes into a function. */
function asCommonJs({ code, file, prints }: Sample): Sample {
  if (!/\bawait /.test(code)) return { file, code, prints };
  const imports = [...code.matchAll(/^import [^;]*;$/gm)].map(([text]) => text);
  const body = imports.reduce((rest, text) => rest.replace(text, ""), code).replace(/^export (?=const )/gm, "");
  return { file, prints, code: `${imports.join("\n")}\nvoid (async () => {\n${body}\n})();\n` };
}

describe.each([
  { kind: "ESM", type: "module", samples: readSamples() },
  { kind: "CommonJS", type: "commonjs", samples: readSamples().map(asCommonJs) },
])("the packed package in an empty $kind project", ({ kind, type, samples }) => {
  const folder = () => `${project}/${kind}`;
  /** An engine of its own: the samples use the tables' default names, and tell what they find there. */
  let engine: RunningEngines;

  afterAll(() => engine.stop());
  beforeAll(async () => {
    engine = await startEngines({ only: [dynoxideBinary() ? "dynoxide" : "dynalite"] });
    mkdirSync(folder());
    writeFileSync(`${folder()}/package.json`, JSON.stringify({ name: "application", private: true, type }));
    writeFileSync(
      `${folder()}/tsconfig.json`,
      JSON.stringify({
        compilerOptions: { module: "NodeNext", target: "ES2022", strict: true, skipLibCheck: false, types: ["node"], outDir: "out", rootDir: "." },
        include: ["*.ts"],
      }),
    );
    for (const { file, code } of samples) writeFileSync(`${folder()}/${file}`, code);
  });

  it("type-checks the README's samples, declarations of libraries included", () => {
    const tsc = `${project}/node_modules/typescript/bin/tsc`;
    const { stdout } = spawnSync("node", [tsc, "-p", folder()], { encoding: "utf8" });
    // Declarations of other packages are theirs to mend.
    const ours = stdout.split("\n").filter((line) => line.includes("error TS") && !/node_modules\/(?!auth-dynamodb)/.test(line));
    expect(ours).toEqual([]);
    writeFileSync(`${folder()}/out/package.json`, JSON.stringify({ type }));
  }, 120_000);

  it.each(samples.map(({ file, prints }) => ({ file, prints })))("runs $file", ({ file, prints }) => {
    const output = execFileSync("node", [`${folder()}/out/${file.replace(/\.ts$/, ".js")}`], {
      encoding: "utf8",
      env: {
        ...process.env,
        AWS_ENDPOINT_URL_DYNAMODB: engine.engines[0]!.endpoint,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
        BETTER_AUTH_SECRET: "a secret for tests that is long enough",
        BETTER_AUTH_URL: "http://localhost:3000",
        NODE_NO_WARNINGS: "1",
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      },
    });
    expect(output.trimEnd().split("\n")).toEqual(prints.length > 0 ? prints : [""]);
  });
});

describe("the packed package", () => {
  it("brings no dependency, and of the sources only what was built", () => {
    const root = `${project}/node_modules/auth-dynamodb`;
    const { dependencies, optionalDependencies, scripts } = JSON.parse(readFileSync(`${root}/package.json`, "utf8")) as Record<string, object | undefined>;
    expect(dependencies ?? {}).toEqual({});
    expect(optionalDependencies ?? {}).toEqual({});
    expect(Object.keys(scripts ?? {})).not.toContain("postinstall");
    const files = readdirSync(root).sort();
    expect(files).toEqual(["LICENSE", "README.md", "dist", "package.json"]);
  });

  it("bundles neither SDK nor auth library", () => {
    const root = `${project}/node_modules/auth-dynamodb/dist`;
    for (const file of readdirSync(root).filter((name) => /\.(js|cjs)$/.test(name) && !name.startsWith("cli"))) {
      expect(readFileSync(`${root}/${file}`, "utf8")).not.toMatch(/node_modules\/(@aws-sdk|@smithy|better-auth|@better-auth|@auth)\//);
    }
  });

  it.each([
    ["ESM", ["--input-type=module", "-e", `import * as all from "auth-dynamodb"; import * as ba from "auth-dynamodb/better-auth"; import * as aj from "auth-dynamodb/authjs"; import "auth-dynamodb/runtime"; import "auth-dynamodb/setup"; import "auth-dynamodb/memory"; console.log(typeof all.createOrm, typeof ba.dynamodbAdapter, typeof aj.DynamoDBAdapter)`]],
    ["CommonJS", ["-e", `const all = require("auth-dynamodb"), ba = require("auth-dynamodb/better-auth"), aj = require("auth-dynamodb/authjs"); require("auth-dynamodb/runtime"); require("auth-dynamodb/setup"); require("auth-dynamodb/memory"); console.log(typeof all.createOrm, typeof ba.dynamodbAdapter, typeof aj.DynamoDBAdapter)`]],
  ])("loads as %s", (_, args) => {
    expect(execFileSync("node", args, { cwd: project, encoding: "utf8", env: { ...process.env, NODE_NO_WARNINGS: "1" } })).toBe(
      "function function function\n",
    );
  });
});
