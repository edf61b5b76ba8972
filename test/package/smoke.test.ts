// The packed package as npm installs it, beside the oldest and the newest of what it stands on, wherever it runs.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packInto } from "../support/packed-package.ts";
import { engineNamed, engines, uniquePrefix } from "../support/engines.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SMOKE = join(ROOT, "test/package/smoke");
const engine = engineNamed("dynoxide") ?? engines[0]!;
const execute = promisify(execFile);

/** Peers that an application has to bring; the AWS SDK's document client is not among them. */
const PEERS = ["@auth/core", "@aws-sdk/client-dynamodb", "better-auth"];
const { peerDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
  peerDependencies: Record<string, string>;
};

/** The versions to install: those that the ranges begin with, or what the registry has for them today. */
const VERSIONS = {
  oldest: PEERS.map((name) => `${name}@${/\d+\.\d+\.\d+/.exec(peerDependencies[name]!)![0]}`),
  newest: PEERS.map((name) => `${name}@${peerDependencies[name]!}`),
};
type Age = keyof typeof VERSIONS;
const AGES = Object.keys(VERSIONS) as Age[];

const isLinux = process.platform === "linux" && process.arch === "x64";
/** What docs/runtimes.md says that it takes. */
const DENO = [
  "run",
  "--no-prompt",
  "--allow-net",
  "--allow-env",
  "--allow-read",
  "--allow-sys",
  "--node-modules-dir=manual",
  "--no-lock",
];
/** The package's binaries are for Linux on x64; elsewhere what runs the tests runs these, too. */
const NODES = isLinux ? ["node20", "node22", "node24"] : ["node"];
const RUNTIMES = { oldest: NODES, newest: isLinux ? [...NODES, "bun", "deno"] : NODES };

const folder = mkdtempSync(join(tmpdir(), "smoke-"));
const inRuntimes = (path: string) => join(folder, "runtimes/node_modules", path);

/** The command that runs a script. */
function commandOf(runtime: string): readonly [string, ...string[]] {
  if (runtime === "node") return [process.execPath];
  if (runtime === "deno") return [inRuntimes("@deno/linux-x64-glibc/deno"), ...DENO];
  if (runtime === "bun") return [inRuntimes("@oven/bun-linux-x64-baseline/bin/bun")];
  return [inRuntimes(`${runtime}/bin/node`)];
}

function npmInstall(cwd: string, ...packages: string[]) {
  const flags = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"];
  return execute("npm", ["install", ...flags, ...packages], { cwd });
}

/** Runs a file of the application, and answers what it prints. */
async function run(age: Age, runtime: string, ...args: string[]): Promise<string> {
  const [command, ...before] = commandOf(runtime);
  const { stdout } = await execute(command, [...before, ...args], {
    cwd: join(folder, age),
    env: {
      ...process.env,
      SMOKE_ENDPOINT: engine.endpoint,
      SMOKE_TABLE: `${uniquePrefix("smoke")}auth`,
      NO_COLOR: "1",
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
  });
  return stdout;
}

beforeAll(async () => {
  const archive = await packInto(folder);
  const applications = AGES.map((age) => {
    cpSync(join(SMOKE, "application"), join(folder, age), { recursive: true });
    writeFileSync(join(folder, age, "package.json"), JSON.stringify({ private: true }));
    return npmInstall(join(folder, age), archive, ...VERSIONS[age]);
  });
  mkdirSync(join(folder, "runtimes"));
  cpSync(join(SMOKE, "runtimes"), join(folder, "runtimes"), { recursive: true });
  await Promise.all([...applications, isLinux ? npmInstall(join(folder, "runtimes")) : undefined]);
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(AGES)("the packed package with the %s peers", (age) => {
  const kinds = RUNTIMES[age].flatMap((runtime) => ["app.mjs", "app.cjs"].map((file) => ({ runtime, file })));

  it.concurrent.each(kinds)("signs users up and refuses them twice: $file on $runtime", async ({ runtime, file }) => {
    const printed = await run(age, runtime, file);
    expect(printed).toBe("Ada UNPROCESSABLE_ENTITY grace@example.com UNIQUE_CONSTRAINT_VIOLATION\n");
  });

  it.concurrent.each(NODES)("pushes by the command line on %s", async (runtime) => {
    const printed = await run(age, runtime, "node_modules/auth-dynamodb/dist/cli/main.js", "push", "-c", "auth.mjs");
    expect(printed).toContain("auth: created (user, session, account, verification)");
  });
});

it("installs no copy of the document client that nobody asked for", () => {
  expect(() => readFileSync(join(folder, "newest/node_modules/@aws-sdk/lib-dynamodb/package.json"))).toThrow("ENOENT");
});
