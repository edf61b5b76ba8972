// What it costs a month, in docs/costs.md and in the READMEs of the examples: from the table of docs/costs.md, and from
// measurements where an example does something else. When a figure changes on purpose:
// UPDATE_COSTS=1 npx vitest run test/docs/monthly-costs.test.ts
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { admin, organization, twoFactor } from "better-auth/plugins";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { monthlyCosts, unitsOfFlows, type Flows, type Stored, type Units } from "../../tools/costs/monthly.ts";
import type { AppSettings } from "../support/auth-app.ts";
import { dynoxideBinary, startEngines, type RunningEngines } from "../support/start-engines.ts";
import { COSTS, readCosts } from "./cost-table.ts";
import { FLOW_NAMES, measureAuthJs, measureBetterAuth, type Measured } from "./measured-months.ts";

const HEADING = "## What it costs a month\n\n";

// A little more than is measured: real passwords are hashed, and browsers have long names.
const BETTER_AUTH: Stored = { userBytes: 3_100, sessionBytes: 1_600, sessionDays: 7 };
const AUTH_JS: Stored = { userBytes: 800, sessionBytes: 1_600, sessionDays: 30 };

/** A page's section, up to the next one. */
function expectCurrent(page: string, costs: string): void {
  const file = fileURLToPath(new URL(`../../${page}`, import.meta.url));
  const text = readFileSync(file, "utf8");
  const start = text.indexOf(HEADING) + HEADING.length;
  expect(start, `${HEADING} in ${file}`).toBeGreaterThanOrEqual(HEADING.length);
  const length = text.slice(start).search(/^## /m);
  const rest = length < 0 ? "" : `\n${text.slice(start + length)}`;
  const written = `${text.slice(0, start)}${costs}\n${rest}`;
  if (process.env["UPDATE_COSTS"]) writeFileSync(file, written);
  expect(readFileSync(file, "utf8")).toBe(written);
}

const plus = (one: Units, other: Units): Units => ({
  readUnits: one.readUnits + other.readUnits,
  writeUnits: one.writeUnits + other.writeUnits,
});

/** Where the flows are not those of docs/costs.md. */
const withUnits = (flows: Flows, stored: Stored) =>
  `${monthlyCosts(flows, stored)}\n\nIts flows, as a test measures them:\n\n${unitsOfFlows(flows)}`;

describe("what the examples cost a month", () => {
  it("is units and bytes at their prices, some gigabytes free", () => {
    const one = { readUnits: 1, writeUnits: 1 };
    const flows = { signUp: one, signIn: one, getSession: one, refresh: one };
    // 22.1 units of each kind with a sign-in. 12 million users, and 11 million sessions of 30 days.
    const costs = (sessionBytes: number) =>
      monthlyCosts(flows, { userBytes: 1_000, sessionBytes, sessionDays: 14 }).split("\n").at(-1);
    expect(costs(1_000)).toBe("| 10,000,000 | 221,000,000 | 221,000,000 | 23.00 | 165.75 |");
    expect(costs(2_000)).toBe("| 10,000,000 | 221,000,000 | 221,000,000 | 34.00 | 168.00 |");
  });

  it("of docs/costs.md and examples/better-auth, comes from docs/costs.md", () => {
    for (const page of ["docs/costs.md", "examples/better-auth/README.md"])
      expectCurrent(page, monthlyCosts(documentedFlows(), BETTER_AUTH));
  });

  it("of examples/hono-lambda and examples/sst, with their rate limits, does, too", () => {
    const flows = documentedFlows();
    const limited = limitedRequest();
    const all = { ...flows, signUp: plus(flows.signUp, limited), signIn: plus(flows.signIn, limited) };
    for (const page of ["examples/hono-lambda/README.md", "examples/sst/README.md"])
      expectCurrent(page, `${monthlyCosts(all, BETTER_AUTH)}\n\nSign-ups and sign-ins count with their rate limits.`);
  });
});

/** The flows as docs/costs.md has them. */
function documentedFlows(): Flows {
  const costs = readCosts();
  const unitsOf = (key: keyof Flows) => costs.find(({ flow }) => flow === FLOW_NAMES[key])!;
  return {
    signUp: unitsOf("signUp"),
    signIn: unitsOf("signIn"),
    getSession: unitsOf("getSession"),
    refresh: unitsOf("refresh"),
  };
}

/** Units of a limited request, the first of its window, as docs/costs.md says. */
function limitedRequest(): Units {
  const [, readUnits, writeUnits] = /^\| a limited request, the first of a window \|[^|]+\| (\d+) \| (\d+) \|$/m.exec(
    readFileSync(COSTS, "utf8"),
  )!;
  return { readUnits: Number(readUnits), writeUnits: Number(writeUnits) };
}

describe.runIf(dynoxideBinary())("measured, with transactions", () => {
  /** Of its own: the example of Auth.js uses the tables' default names. */
  let engine: RunningEngines;
  let client: DynamoDBClient;
  beforeAll(async () => {
    engine = await startEngines({ only: ["dynoxide"] });
    client = new DynamoDBClient({
      endpoint: engine.engines[0]!.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
  });
  afterAll(async () => {
    client.destroy();
    await engine.stop();
  });

  /** Neither less than what is measured, nor much more. */
  function expectStored(stored: Stored, { userBytes, sessionBytes }: Measured): void {
    for (const [given, measured] of [
      [stored.userBytes, userBytes],
      [stored.sessionBytes, sessionBytes],
    ] as const) {
      expect(given).toBeGreaterThanOrEqual(measured);
      expect(given).toBeLessThan(measured * 1.2);
    }
  }

  it("of examples/nextjs, with its plugins and its rate limits", async () => {
    const settings: AppSettings = { joins: true, auth: { plugins: [organization(), twoFactor(), admin()] } };
    const measured = await measureBetterAuth(client, settings);
    expectStored(BETTER_AUTH, measured);
    const limited = limitedRequest();
    const { signUp, signIn } = measured.flows;
    const flows = { ...measured.flows, signUp: plus(signUp, limited), signIn: plus(signIn, limited) };
    expectCurrent("examples/nextjs/README.md", withUnits(flows, BETTER_AUTH));
  });

  it("of examples/authjs, by links in mails", async () => {
    const measured = await measureAuthJs(client);
    expectStored(AUTH_JS, measured);
    // The session was prolonged.
    expect(measured.flows.refresh.writeUnits).toBeGreaterThan(0);
    expectCurrent("examples/authjs/README.md", withUnits(measured.flows, AUTH_JS));
  });
});
