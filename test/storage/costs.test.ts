// The table of docs/storage.md against measurements. When a figure changes on purpose:
// UPDATE_COSTS=1 npx vitest run test/storage/costs.test.ts
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { COSTS, README } from "../docs/cost-table.ts";
import { createApp, pushAuthTables } from "../support/auth-app.ts";
import { engineNamed, uniquePrefix } from "../support/engines.ts";
import { recordRequests, type Recording } from "../support/recording.ts";
import { openApp } from "./app.ts";
import { openStorages } from "./support.ts";

const PAGE = fileURLToPath(new URL("../../docs/storage.md", import.meta.url));
const HEADER = "| call | requests / round trips | read units | write units |";
const RULE = "| --- | ---: | ---: | ---: |";

const dynoxide = engineNamed("dynoxide");

/** A call to measure, after what comes before it. */
interface Measured {
  readonly name: string;
  prepare(): Promise<{ recording: Recording; run: () => Promise<unknown> }>;
}

const storages = () => openStorages(dynoxide!);
const TEN = { window: 60, max: 10 };

type Opened = Awaited<ReturnType<typeof openStorages>>;

function onStorages(name: string, before: (opened: Opened) => Promise<unknown>, run: (opened: Opened) => unknown) {
  return {
    name,
    prepare: async () => {
      const opened = await storages();
      await before(opened);
      opened.recording.reset();
      return { recording: opened.recording, run: async () => run(opened) };
    },
  } satisfies Measured;
}

async function consumed({ limits }: Opened, times: number): Promise<void> {
  for (let i = 0; i < times; i++) await limits.consume("203.0.113.7|/sign-in/email", TEN);
}

/** A signed-up user's step in a process that remembers nothing. */
function onAuth(
  name: string,
  settings: Parameters<typeof openApp>[1],
  step: (browser: ReturnType<ReturnType<typeof createApp>["browser"]>) => Promise<unknown>,
): Measured {
  return {
    name,
    prepare: async () => {
      const app = await openApp(dynoxide!, settings);
      const browser = app.browser();
      await browser.signUp("ada@example.com");
      const fresh = app.another();
      await fresh.auth.$context;
      return { recording: recordRequests(app.client), run: () => step(browser.on(fresh)) };
    },
  };
}

const inDatabase = () => ({});
const inStorage: Parameters<typeof openApp>[1] = ({ secondaryStorage }) => ({ secondaryStorage });
const cached = () => ({ session: { cookieCache: { enabled: true, maxAge: 300 } } });

const CALLS: readonly Measured[] = [
  onStorages(
    "a limited request, allowed",
    (opened) => consumed(opened, 3),
    (opened) => consumed(opened, 1),
  ),
  onStorages(
    "a limited request, refused",
    (opened) => consumed(opened, 10),
    (opened) => consumed(opened, 1),
  ),
  onStorages(
    "a limited request, the first of a window",
    async () => {},
    (opened) => consumed(opened, 1),
  ),
  onStorages(
    "`get`",
    ({ values }) => values.set("k", "v", 60),
    ({ values }) => values.get("k"),
  ),
  onStorages(
    "`set`",
    async () => {},
    ({ values }) => values.set("k", "v", 60),
  ),
  onStorages(
    "`delete`",
    ({ values }) => values.set("k", "v", 60),
    ({ values }) => values.delete("k"),
  ),
  onStorages(
    "`getAndDelete`",
    ({ values }) => values.set("k", "v", 60),
    ({ values }) => values.getAndDelete("k"),
  ),
  onStorages(
    "`increment`",
    ({ values }) => values.increment("n", 60),
    ({ values }) => values.increment("n", 60),
  ),
  onAuth("get session: in the database", inDatabase, (browser) => browser.get("/get-session")),
  onAuth("get session: in secondary storage", inStorage, (browser) => browser.get("/get-session")),
  onAuth("get session: from the cookie cache", cached, (browser) => browser.get("/get-session")),
  onAuth("sign in: sessions in the database", inDatabase, (browser) => browser.signIn("ada@example.com")),
  onAuth("sign in: sessions in secondary storage", inStorage, (browser) => browser.signIn("ada@example.com")),
];

/** AWS charges for a write that its condition refuses, too: as for one of the item's size. Its error tells no units. */
function writeUnits(recording: Recording): number {
  const refused = recording.requests.filter(({ error }) => error === "ConditionalCheckFailedException");
  return recording.writeUnits() + refused.length;
}

async function measure({ name, prepare }: Measured): Promise<string> {
  const { recording, run } = await prepare();
  await run();
  const { requests } = recording;
  const row = [
    name,
    `${requests.length} / ${recording.sequentialRoundTrips()}`,
    recording.readUnits(),
    writeUnits(recording),
  ];
  expect(recording.summary()).not.toMatch(/Scan/);
  return `| ${row.join(" | ")} |`;
}

function tableOf(lines: readonly string[]): { start: number; end: number } {
  const start = lines.indexOf(HEADER);
  if (start < 0) throw new Error(`docs/storage.md has no table with the header ${HEADER}`);
  let end = start + 2;
  while (lines[end]?.startsWith("|")) end += 1;
  return { start: start + 2, end };
}

function readRows(): string[] {
  const lines = readFileSync(PAGE, "utf8").split("\n");
  const { start, end } = tableOf(lines);
  return lines.slice(start, end);
}

describe("the table of docs/storage.md", () => {
  if (dynoxide && process.env["UPDATE_COSTS"]) {
    it("is written", async () => {
      const rows: string[] = [];
      for (const call of CALLS) rows.push(await measure(call));
      const lines = readFileSync(PAGE, "utf8").split("\n");
      const { start, end } = tableOf(lines);
      lines.splice(start - 1, end - start + 1, RULE, ...rows);
      writeFileSync(PAGE, lines.join("\n"));
    });
  }

  it("has a row for every call, in order", () => {
    expect(readRows().map((row) => row.split(" | ")[0]!.slice(2))).toEqual(CALLS.map(({ name }) => name));
  });
});

/** The rows of the README and of docs/costs.md, and what they stand for here. */
const SHORT_ROWS: Readonly<Record<string, readonly string[]>> = {
  "a limited request, allowed or refused": ["a limited request, allowed", "a limited request, refused"],
  "a limited request, the first of a window": ["a limited request, the first of a window"],
  "secondary storage: `get`": ["`get`"],
  "secondary storage: `set`, `delete`, `getAndDelete`, `increment`": [
    "`set`",
    "`delete`",
    "`getAndDelete`",
    "`increment`",
  ],
};

describe.each([README, COSTS])("the rows of the same in %s", (page) => {
  const lines = readFileSync(page, "utf8").split("\n");

  it.each(Object.entries(SHORT_ROWS))("%s", (name, calls) => {
    const row = lines.find((line) => line.startsWith(`| ${name} |`)) ?? "";
    for (const call of calls) expect(readRows()).toContain(row.replace(name, call));
  });
});

if (dynoxide)
  describe("the figures of docs/storage.md, on Dynoxide", () => {
    it.each(CALLS.map((call) => [call.name, call] as const))("%s", async (name, call) => {
      expect(await measure(call)).toBe(readRows().find((row) => row.startsWith(`| ${name} |`)));
    });

    let opened: Opened;
    beforeAll(async () => {
      opened = await storages();
    });

    it("hold with a limit of 100 to its end, but for one request in 32", async () => {
      const { limits, recording } = opened;
      const rule = { window: 600, max: 100 };
      await limits.consume("2001:0db8:85a3:0000:0000:0000:0000:0000|/organization/get-full-organization", rule);
      recording.reset();
      for (let i = 0; i < 110; i++)
        await limits.consume("2001:0db8:85a3:0000:0000:0000:0000:0000|/organization/get-full-organization", rule);
      expect(recording.count()).toBe(110 + 3);
      expect(writeUnits(recording)).toBe(recording.count());
    });
  });

if (dynoxide)
  describe("next to Better Auth's own ways, on Dynoxide", () => {
    it("a limited request costs less than with storage: database", async () => {
      const client = dynoxide.createClient();
      const prefix = uniquePrefix("database");
      const settings = { auth: { rateLimit: { enabled: true, storage: "database" as const } } };
      await pushAuthTables(client, prefix, settings);
      const { browser } = createApp(client, prefix, settings);
      await browser().get("/ok");
      const recording = recordRequests(client);
      await browser().get("/ok");
      expect(recording.count()).toBeGreaterThan(1);
      expect(recording.readUnits() + recording.writeUnits()).toBeGreaterThan(1);
    });
  });
