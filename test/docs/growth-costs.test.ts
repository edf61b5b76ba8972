// The table of docs/costs.md, "What grows", against measurements; with 10,000 rows only with STRESS=1. When a figure
// changes on purpose: UPDATE_GROWTH=1 npx vitest run test/docs/growth-costs.test.ts
import { describe, expect, it } from "vitest";
import { createApp, pushAuthTables } from "../support/auth-app.ts";
import { engineNamed, uniquePrefix, type Engine } from "../support/engines.ts";
import { GROWTH_FLOWS, GROWTH_SETTINGS, type GrowthFlow } from "../support/growth-flows.ts";
import { recordRequests, type RecordedRequest } from "../support/recording.ts";
import { seed } from "../support/seed.ts";
import { readGrowth, SIZES, writeGrowth, type GrowthCost, type GrowthRow } from "./growth-table.ts";

const dynoxide = engineNamed("dynoxide");
const all = process.env["STRESS"] || process.env["UPDATE_GROWTH"];
const sizes = SIZES.filter((size) => all || size <= 1000);

/** One flow in a process that remembers nothing, with so many rows. */
async function measure(engine: Engine, flow: GrowthFlow, rows: number): Promise<GrowthCost> {
  const client = engine.createClient();
  const tablePrefix = uniquePrefix("growth");
  const schema = await pushAuthTables(client, tablePrefix, GROWTH_SETTINGS);
  const app = createApp(client, tablePrefix, GROWTH_SETTINGS);
  const step = await flow.prepare({
    app,
    name: flow.name,
    rows,
    seed: (records) => seed(client, schema, { tablePrefix }, records),
  });
  const fresh = createApp(client, tablePrefix, GROWTH_SETTINGS);
  await fresh.auth.$context;
  const recording = recordRequests(client);
  try {
    await step(fresh);
    expect(recording.summary()).not.toMatch(/Scan/);
    const signs = recording.requests.filter(isSignOfLife).length;
    return {
      requests: recording.requests.length - signs,
      roundTrips: recording.sequentialRoundTrips(),
      readUnits: recording.readUnits(),
      writeUnits: recording.writeUnits() - signs,
    };
  } finally {
    recording.stop();
    client.destroy();
  }
}

/** What a large transaction sends each second, of one write unit: how often is a matter of the machine. */
function isSignOfLife({ operation, input }: RecordedRequest): boolean {
  return operation === "UpdateItem" && String(input["UpdateExpression"]).includes("#beat");
}

/** Random ids make keys a few bytes longer or shorter, and pages end elsewhere. */
function expectAbout(actual: number, expected: number): void {
  expect(Math.abs(actual - expected), `${actual} instead of ${expected}`).toBeLessThanOrEqual(2 + expected * 0.02);
}

describe('the table "What grows" of docs/costs.md', () => {
  if (dynoxide && process.env["UPDATE_GROWTH"]) {
    it("is written", { timeout: 1_800_000 }, async () => {
      const rows: GrowthRow[] = [];
      for (const flow of GROWTH_FLOWS) {
        const costs = new Map<number, GrowthCost>();
        for (const size of sizes) costs.set(size, await measure(dynoxide, flow, size));
        rows.push({ flow: flow.name, costs });
      }
      writeGrowth(rows);
    });
  }

  it("has a row for every flow, in order", () => {
    expect(readGrowth().map(({ flow }) => flow)).toEqual(GROWTH_FLOWS.map(({ name }) => name));
  });

  if (dynoxide && !process.env["UPDATE_GROWTH"])
    describe.each(GROWTH_FLOWS.map((flow) => [flow.name, flow] as const))("%s", (name, flow) => {
      it.each(sizes)("with %i rows", { timeout: 600_000 }, async (rows) => {
        const expected = readGrowth()
          .find((row) => row.flow === name)!
          .costs.get(rows)!;
        const cost = await measure(dynoxide, flow, rows);
        expectAbout(cost.requests, expected.requests);
        expectAbout(cost.readUnits, expected.readUnits);
        expectAbout(cost.writeUnits, expected.writeUnits);
        // How many requests were under way at once is a matter of timing: no more is asserted of it.
        expect(cost.roundTrips).toBeLessThanOrEqual(expected.roundTrips * 1.5 + 2);
      });
    });
});
