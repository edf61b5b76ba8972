import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import type { BetterAuthAdapterOptions } from "auth-dynamodb/better-auth";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { OrmErrorCode } from "auth-dynamodb";
import { COMMANDS } from "../../orm/dynamodb/engine/operations.ts";
import { dynoxideBinary, startEngines, type RunningEngines } from "../support/start-engines.ts";
import { README } from "./cost-table.ts";
import { DOCUMENTS, readBlocks, readSamples, type Sample } from "./samples.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Beside the tests, so that the package's name leads to its sources and other packages are found. */
const FOLDER = fileURLToPath(new URL(`./.samples-${process.pid}/`, import.meta.url));

/** Scripts of an application that "init" has set up. */
const OF_INIT = ["dev", "db:local", "db:push"];
/** Where GitHub shows what is not in the package. */
const ON_GITHUB = "https://github.com/auth-dynamodb/auth-dynamodb/blob/main/";
/** All that say how to use the package have samples; these are tables and text. */
const WITHOUT_SAMPLES = [
  "costs",
  "design",
  "how-data-is-stored",
  "limits",
  "operations",
  "permissions",
  "studio",
  "troubleshooting",
];

const pageOf = (name: string) => readFileSync(`${ROOT}docs/${name}.md`, "utf8");

it("says everything in samples but on pages of text", () => {
  const without = DOCUMENTS.filter((document) => readSamples(`${ROOT}${document}`).length === 0);
  expect(without.sort()).toEqual(WITHOUT_SAMPLES.map((name) => `docs/${name}.md`));
});

const withSamples = DOCUMENTS.map((document) => ({
  document,
  folder: `${FOLDER}${document}/`,
  samples: readSamples(`${ROOT}${document}`),
})).filter(({ samples }) => samples.length > 0);

beforeAll(() => {
  for (const { folder, samples } of withSamples) {
    mkdirSync(folder, { recursive: true });
    for (const { file, code } of samples) writeFileSync(`${folder}${file}`, code);
  }
});

describe.each(withSamples)("the samples of $document", ({ document, folder, samples }) => {
  /** An engine of its own: the samples use the tables' default names. */
  let engine: RunningEngines;

  beforeAll(async () => {
    engine = await startEngines({ only: [dynoxideBinary() ? "dynoxide" : "dynalite"] });
    // `new DynamoDBClient({})` reads these, as it does in an application.
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", engine.engines[0]!.endpoint);
    vi.stubEnv("AWS_REGION", "us-east-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "local");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "local");
    // A database that goes with the test.
    vi.stubEnv("OLD_DATABASE", ":memory:");
    vi.stubEnv("BETTER_AUTH_SECRET", "a secret for tests that is long enough");
    vi.stubEnv("BETTER_AUTH_URL", "http://localhost:3000");
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await engine.stop();
  });

  it("are modules of different names", () => {
    expect(new Set(samples.map(({ file }) => file)).size).toBe(samples.length);
  });

  it("compile", () => expect(problemsOf(samples, folder)).toEqual([]), 180_000);

  it.each(samples)("$file runs and prints what it says", async ({ file, prints }) => {
    expect(await printedBy(`${folder}${file}`)).toEqual(prints);
  });

  if (document !== "docs/getting-started.md") return;
  it("leave a Better Auth that works", async () => {
    const { auth } = (await import(/* @vite-ignore */ `${folder}auth.ts`)) as { auth: SignsUp };
    const body = { email: "ada@example.com", password: "correct horse", name: "Ada" };
    const { user } = await auth.api.signUpEmail({ body });
    expect(user).toMatchObject({ email: "ada@example.com" });
    await expect(auth.api.signUpEmail({ body })).rejects.toThrow(/already exists/);
  });
});

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

let compiled: ts.Program | undefined;

/** One program for the samples of all documents: most of its work is what they import. */
function compileAll(): ts.Program {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  const rootNames = withSamples.flatMap(({ folder, samples }) => samples.map(({ file }) => `${folder}${file}`));
  return ts.createProgram({ rootNames, options });
}

function problemsOf(samples: readonly Sample[], folder: string): string[] {
  const program = (compiled ??= compileAll());
  return samples.flatMap(({ file }) => {
    const source = program.getSourceFile(`${folder}${file}`);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      ({ messageText }) => `${file}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
    );
  });
}

async function printedBy(file: string): Promise<string[]> {
  const printed: string[] = [];
  const print = (...args: unknown[]) => void printed.push(format(...args));
  const spies = [
    vi.spyOn(console, "log").mockImplementation(print),
    vi.spyOn(console, "warn").mockImplementation(print),
  ];
  try {
    await import(/* @vite-ignore */ file);
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return printed;
}

/** What the test uses of the sample's `auth`. */
interface SignsUp {
  api: { signUpEmail(input: { body: { email: string; password: string; name: string } }): Promise<{ user: object }> };
}

describe("the README", () => {
  it("shows both libraries, as their own pages do, on at most 200 lines", () => {
    const pages = ["getting-started", "authjs"].flatMap((name) => readSamples(`${ROOT}docs/${name}.md`));
    expect(readSamples().map(({ file }) => file)).toEqual(["auth.ts", "authjs.ts"]);
    for (const sample of readSamples()) expect(pages).toContainEqual(sample);
    expect(readFileSync(README, "utf8").split("\n").length).toBeLessThanOrEqual(200);
  });

  it("leads to every page", () => {
    const text = readFileSync(README, "utf8");
    for (const page of DOCUMENTS.slice(1)) expect(text).toContain(`](${ON_GITHUB}${page})`);
  });
});

describe("the pages", () => {
  it("name every code of an error, what it means and what to do, and no other", () => {
    const codes: Record<OrmErrorCode, true> = {
      UNIQUE_CONSTRAINT_VIOLATION: true,
      FOREIGN_KEY_VIOLATION: true,
      MISSING_TABLE: true,
      TRANSACTION_CONFLICT: true,
      TRANSACTION_UNKNOWN: true,
      TRANSACTION_TOO_LARGE: true,
      ITEM_TOO_LARGE: true,
      THROTTLED: true,
      SCAN_REFUSED: true,
      INVALID_SCHEMA: true,
      INVALID_OPTION: true,
      INVALID_QUERY: true,
      INVALID_VALUE: true,
      MISSING_SCHEMA: true,
      DEADLOCK: true,
      WRITE_OUTSIDE_HOME_REGION: true,
      STORAGE_FORMAT_UNSUPPORTED: true,
      SETUP_FAILED: true,
    };
    const rows = [...pageOf("troubleshooting").matchAll(/^\| `([A-Z_]+)` \| (.+?) \| (.*)\|$/gm)];
    expect(rows.map(([, code]) => code).sort()).toEqual(Object.keys(codes).sort());
    for (const [row, , means = "", todo = ""] of rows) {
      expect(means.length, row).toBeGreaterThan(10);
      if (!means.includes("never raised")) expect(todo.length, row).toBeGreaterThan(10);
    }
  });

  it("name every option of dynamodbAdapter, and no other", () => {
    const options: Record<keyof Required<BetterAuthAdapterOptions>, true> = {
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
      contentionBudget: true,
      homeRegion: true,
      onRequest: true,
      logger: true,
      debugLogs: true,
    };
    const rows = [...pageOf("options").matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    expect(rows.sort()).toEqual(Object.keys(options).sort());
  });

  it("name the permissions for every operation that is sent", () => {
    const [policy] = readBlocks("json", `${ROOT}docs/permissions.md`).map(
      (block) => JSON.parse(block) as { Action: string[] },
    );
    // A transaction needs those of its writes, and of its checks.
    const sent = Object.keys(COMMANDS).filter((name) => name !== "Scan" && name !== "TransactWriteItems");
    expect([...policy!.Action].sort()).toEqual(
      [...sent, "ConditionCheckItem"].map((name) => `dynamodb:${name}`).sort(),
    );
  });
});

describe.each([...DOCUMENTS, "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])("%s", (file) => {
  const text = readFileSync(`${ROOT}${file}`, "utf8");

  it("names commands that exist", () => {
    const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as { scripts: Record<string, string> };
    for (const [, name] of text.matchAll(/npm run ([a-z:-]+)/g))
      expect([...Object.keys(scripts), ...OF_INIT]).toContain(name);
    const samples = readSamples(`${ROOT}${file}`).map((sample) => sample.file);
    for (const [, path] of text.matchAll(/npx tsx (\S+\.ts)|vitest run (\S+\.ts)/g)) {
      if (path !== undefined && !samples.includes(path)) expect(existsSync(`${ROOT}${path}`), path).toBe(true);
    }
  });

  it("links to what exists", () => {
    for (const [, target = ""] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      const local = target.startsWith(ON_GITHUB) ? `file://${ROOT}${target.slice(ON_GITHUB.length)}` : target;
      if (local.startsWith("http")) continue;
      const url = new URL(local, `file://${ROOT}${file}`);
      expect(existsSync(url), target).toBe(true);
      if (url.hash !== "") expect(headingsOf(readFileSync(url, "utf8")), target).toContain(url.hash);
    }
  });
});

/** The anchors of a page's headings, as GitHub makes them. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(
    ([, heading = ""]) =>
      `#${heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, "")
        .replaceAll(" ", "-")}`,
  );
}
