import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { afterAll, afterEach, beforeAll } from "vitest";

/** Where browsers are of a platform that the one of npm is not for. */
const INSTALLED = process.env["CHROMIUM_PATH"];

/**
 * A headless Chromium from npm. On Linux x64 its absence fails the run; elsewhere a browser may be given by
 * CHROMIUM_PATH, and undefined means that there is none.
 */
export async function launchBrowser(): Promise<Browser | undefined> {
  const executablePath = INSTALLED ?? (await packaged());
  if (executablePath === undefined) return undefined;
  if (!existsSync(executablePath)) throw new Error(`There is no browser at ${executablePath}.`);
  // As root, in a container, there is no sandbox; nothing is opened but what the tests serve themselves.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
}

/** Unpacked once; "npm ci" clears it. */
const UNPACKED = fileURLToPath(new URL("../../node_modules/.cache/auth-dynamodb-chromium", import.meta.url));

/** The browser of npm. Test files may unpack it at once, or be killed on the way: what is there is whole. */
async function packaged(): Promise<string | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  if (!existsSync(UNPACKED)) {
    mkdirSync(fileURLToPath(new URL("../../node_modules/.cache", import.meta.url)), { recursive: true });
    const own = mkdtempSync(`${UNPACKED}-`);
    await unpack(own);
    try {
      renameSync(own, UNPACKED);
    } catch {
      // Another file was faster.
      rmSync(own, { recursive: true });
    }
  }
  return `${UNPACKED}/chromium`;
}

/** The package knows one place to unpack to: the folder for what is temporary. */
async function unpack(folder: string): Promise<void> {
  const { default: bundled } = await import("@sparticuz/chromium");
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = folder;
  try {
    await bundled.executablePath();
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
}

/** Whether pages can be opened here. */
export const hasBrowser = INSTALLED !== undefined || (process.platform === "linux" && process.arch === "x64");

/** A page, and what went wrong on it. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors of its scripts, and what its policy refused. */
  readonly problems: readonly string[];
  /** Addresses that it asked for. */
  readonly asked: readonly string[];
}

/** A browser for the tests of a file: each page has a context of its own, closed after its test. */
export function useBrowser(): (options?: BrowserContextOptions) => Promise<OpenedPage> {
  let browser: Browser | undefined;
  const contexts = new Set<BrowserContext>();
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterEach(async () => {
    await Promise.all([...contexts].map((context) => context.close()));
    contexts.clear();
  });
  afterAll(() => browser?.close());
  return async (options) => {
    if (!browser) throw new Error("There is no browser: set CHROMIUM_PATH.");
    const context = await browser.newContext(options);
    contexts.add(context);
    return watched(await context.newPage());
  };
}

function watched(page: Page): OpenedPage {
  const problems: string[] = [];
  const asked: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    // What is refused by the server is a test's own question.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      problems.push(message.text());
  });
  page.on("request", (request) => asked.push(request.url()));
  return { page, problems, asked };
}
