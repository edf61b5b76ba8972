// The site, built: every page, the search, the dark side, the API reference and the files for language models.
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DOCUMENTS } from "./samples.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PAGES = DOCUMENTS.slice(1).map((document) => basename(document, ".md"));
const site = mkdtempSync(join(tmpdir(), "site-"));

beforeAll(async () => {
  // A link that leads nowhere, and an export without a comment, fail it.
  await promisify(execFile)("npm", ["run", "--silent", "docs:build", "--", "--outDir", site], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: "production" },
    maxBuffer: 1e8,
  });
}, 600_000);

afterAll(() => rmSync(site, { recursive: true, force: true }));

const read = (file: string) => readFileSync(join(site, file), "utf8");

/** What an entry point exports, by name. */
function exportsOf(program: ts.Program, file: string): string[] {
  const checker = program.getTypeChecker();
  const source = checker.getSymbolAtLocation(program.getSourceFile(file)!);
  return checker.getExportsOfModule(source!).map(({ name }) => name);
}

describe("the site", () => {
  it("has every page, and leads to it", () => {
    const home = read("getting-started.html");
    for (const page of PAGES) {
      expect(existsSync(join(site, `${page}.html`)), page).toBe(true);
      expect(home, page).toContain(`href="/${page}"`);
    }
  });

  it("can be searched, and has a light and a dark side", () => {
    expect(readdirSync(join(site, "assets/chunks")).join("\n")).toMatch(/localSearchIndex/i);
    expect(read("index.html")).toContain("check-dark-mode");
  });

  it("has an API reference of every export of every entry point", () => {
    const entries = readdirSync(`${ROOT}src`).map((file) => `${ROOT}src/${file}`);
    const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, (path) => ts.sys.readFile(path));
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
    const program = ts.createProgram({ rootNames: entries, options });
    for (const entry of entries) {
      const name = basename(entry, ".ts");
      const page = read(name === "index" ? "api/auth-dynamodb.md" : `api/auth-dynamodb/${name}.md`);
      for (const exported of exportsOf(program, entry)) expect(page).toMatch(new RegExp(`^#+ ${exported}\\b`, "m"));
    }
  });

  it("has llms.txt, which lists every page, and llms-full.txt, which holds them", () => {
    const [list, full] = [read("llms.txt"), read("llms-full.txt")];
    for (const page of [...PAGES, "api/auth-dynamodb/better-auth"]) {
      expect(list).toContain(`(/${page}.md)`);
      expect(existsSync(join(site, `${page}.md`)), page).toBe(true);
    }
    for (const document of DOCUMENTS.slice(1))
      expect(full).toContain(/^# .*$/m.exec(readFileSync(`${ROOT}${document}`, "utf8"))![0]);
  });
});
