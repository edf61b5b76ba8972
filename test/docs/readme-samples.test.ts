import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import type { DynamodbAdapterOptions } from "auth-dynamodb/better-auth";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { COMMANDS } from "../../orm/dynamodb/send/operations.ts";
import { dynoxideBinary, startEngines, type RunningEngines } from "../support/start-engines.ts";
import { README } from "./cost-table.ts";
import { readBlocks, readSamples } from "./samples.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Beside the tests, so that the package's name leads to its sources and other packages are found. */
const FOLDER = fileURLToPath(new URL(`./.samples-${process.pid}/`, import.meta.url));

const samples = readSamples();

/** An engine of its own: the samples use the tables' default names. */
let engine: RunningEngines;

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  for (const { file, code } of samples) writeFileSync(`${FOLDER}${file}`, code);
  engine = await startEngines({ only: [dynoxideBinary() ? "dynoxide" : "dynalite"] });
  // `new DynamoDBClient({})` reads these, as it does in an application.
  vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", engine.engines[0]!.endpoint);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
  vi.stubEnv("BETTER_AUTH_SECRET", "a secret for tests that is long enough");
  vi.stubEnv("BETTER_AUTH_URL", "http://localhost:3000");
});

afterAll(async () => {
  vi.unstubAllEnvs();
  rmSync(FOLDER, { recursive: true, force: true });
  await engine.stop();
});

describe("the README's samples", () => {
  it("are all there", () => {
    expect(samples.map(({ file }) => file)).toEqual(expect.arrayContaining(["auth.ts", "push-tables.ts", "schema.ts", "posts.ts"]));
    expect(new Set(samples.map(({ file }) => file)).size).toBe(samples.length);
  });

  it("compile", () => {
    const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, (path) => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
    const program = ts.createProgram({ rootNames: samples.map(({ file }) => `${FOLDER}${file}`), options });
    const problems = samples.flatMap(({ file }) => {
      const source = program.getSourceFile(`${FOLDER}${file}`);
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
        ({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
      );
    });
    expect(problems).toEqual([]);
  }, 180_000);

  it.each(samples)("$file runs and prints what it says", async ({ file, prints }) => {
    const printed: string[] = [];
    const log = vi.spyOn(console, "log").mockImplementation((...args: unknown[]) => void printed.push(format(...args)));
    const warn = vi.spyOn(console, "warn").mockImplementation((...args: unknown[]) => void printed.push(format(...args)));
    try {
      await import(/* @vite-ignore */ `${FOLDER}${file}`);
    } finally {
      log.mockRestore();
      warn.mockRestore();
    }
    expect(printed).toEqual(prints);
  });

  it("leave a Better Auth that works", async () => {
    const { auth } = (await import(/* @vite-ignore */ `${FOLDER}auth.ts`)) as { auth: SignsUp };
    const body = { email: "ada@example.com", password: "correct horse", name: "Ada" };
    const { user } = await auth.api.signUpEmail({ body });
    expect(user).toMatchObject({ email: "ada@example.com" });
    await expect(auth.api.signUpEmail({ body })).rejects.toThrow(/already exists/);
  });
});

/** What the test uses of the sample's `auth`. */
interface SignsUp {
  api: { signUpEmail(input: { body: { email: string; password: string; name: string } }): Promise<{ user: object }> };
}

describe("the README", () => {
  const text = readFileSync(README, "utf8");

  it("names every option of dynamodbAdapter, and no other", () => {
    const options: Record<keyof Required<DynamodbAdapterOptions>, true> = {
      client: true,
      tablePrefix: true,
      table: true,
      tables: true,
      usePlural: true,
      indexes: true,
      clusterBy: true,
      expiry: true,
      transaction: true,
      consistency: true,
      scans: true,
      onRequest: true,
      logger: true,
      debugLogs: true,
    };
    const section = text.slice(text.indexOf("### Options"), text.indexOf("### Permissions"));
    const rows = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(rows.sort()).toEqual(Object.keys(options).sort());
  });

  it("names the permissions for every operation that is sent", () => {
    const [policy] = readBlocks("json").map((block) => JSON.parse(block) as { Action: string[] });
    // A transaction needs those of its writes, and of its checks.
    const sent = Object.keys(COMMANDS).filter((name) => name !== "Scan" && name !== "TransactWriteItems");
    expect([...policy!.Action].sort()).toEqual([...sent, "ConditionCheckItem"].map((name) => `dynamodb:${name}`).sort());
  });
});

describe.each(["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])("%s", (file) => {
  const text = readFileSync(`${ROOT}${file}`, "utf8");

  it("names commands that exist", () => {
    const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as { scripts: Record<string, string> };
    for (const [, name] of text.matchAll(/npm run ([a-z:-]+)/g)) expect(Object.keys(scripts)).toContain(name);
    for (const [, path] of text.matchAll(/npx tsx (\S+)|vitest run (\S+\.ts)/g)) {
      if (path !== undefined) expect(existsSync(`${ROOT}${path}`), path).toBe(true);
    }
  });

  it("links to what exists", () => {
    const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
      `#${heading.toLowerCase().replace(/[^\w\- ]/g, "").replaceAll(" ", "-")}`,
    );
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (target.startsWith("#")) expect(headings).toContain(target);
      else if (!target.startsWith("http")) expect(existsSync(`${ROOT}${target}`), target).toBe(true);
    }
  });
});
