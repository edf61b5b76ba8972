import { datetime, defineSchema, id, model, string } from "auth-dynamodb";
import { pushSchema } from "auth-dynamodb/setup";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { globalTableOf } from "../../orm/dynamodb/maintenance/push/global-table.ts";
import { engines, strongGlobalEngines, uniquePrefix } from "../support/engines.ts";
import { describedAs, startProxy, type Proxy } from "../support/proxy.ts";
import { recordRequests } from "../support/recording.ts";
import { OTHER_REGIONS } from "../support/strong-global-engine.ts";
import { run, useCommandLine } from "./cli.ts";

const schema = defineSchema({
  user: model({ table: "users", fields: { id: id(), email: string().unique() } }),
  session: model({
    table: "sessions",
    fields: { id: id(), token: string().unique(), expiresAt: datetime() },
    expires: "expiresAt",
  }),
});
const better = ["--config", "test/operations/apps/better-auth.ts"];

useCommandLine();

const replicas = (...regions: string[]) =>
  regions.map((RegionName) => ({ RegionName, ReplicaStatus: "ACTIVE" as const }));

describe("what a description says of other regions", () => {
  const TableArn = "arn:aws:dynamodb:us-east-1:123456789012:table/auth";

  it("is nothing, of a table in one region", () => {
    expect(globalTableOf({})).toBeUndefined();
    expect(globalTableOf({ Replicas: [] })).toBeUndefined();
    expect(globalTableOf({ TableArn, Replicas: replicas("us-east-1") })).toBeUndefined();
    expect(
      globalTableOf({ TableArn, Replicas: [{ RegionName: "eu-west-1", ReplicaStatus: "CREATION_FAILED" }] }),
    ).toBeUndefined();
  });

  it("is the others, whether the table's own is told or not", () => {
    const global = { consistency: "eventual", otherRegions: ["eu-west-1"] };
    expect(globalTableOf({ TableArn, Replicas: replicas("eu-west-1") })).toEqual(global);
    expect(globalTableOf({ TableArn, Replicas: replicas("us-east-1", "eu-west-1") })).toEqual(global);
    const eventual = { TableArn, Replicas: replicas("eu-west-1"), MultiRegionConsistency: "EVENTUAL" } as const;
    expect(globalTableOf(eventual)).toEqual(global);
  });

  it("is that they are strongly consistent", () => {
    const strong = { TableArn, Replicas: replicas("us-east-2"), MultiRegionConsistency: "STRONG" } as const;
    expect(globalTableOf(strong)).toEqual({ consistency: "strong", otherRegions: ["us-east-2"] });
  });
});

describe.each(engines)("a global table with eventual consistency, on $name", (engine) => {
  let global: Proxy;
  const more = { Replicas: replicas("eu-west-1", "ap-south-1") };
  beforeAll(async () => {
    global = await startProxy(engine.endpoint, async ({ operation }, forward) =>
      operation === "DescribeTable" ? describedAs(await forward(), more) : forward(),
    );
  });
  afterAll(() => global.stop());
  const told = {
    globalTable: { consistency: "eventual", otherRegions: ["eu-west-1", "ap-south-1"] },
    warnings: [expect.stringMatching(/eu-west-1, ap-south-1.*homeRegion/)],
  };

  it("gets its TTL, and a warning that names the other regions", async () => {
    const options = { schema, client: engine.createClient(), table: `${uniquePrefix("global")}auth` };
    const [plain] = await pushSchema(options);
    expect(plain).toMatchObject({ globalTable: undefined, warnings: [] });
    const client = engine.createClient({ endpoint: global.endpoint });
    for (const dryRun of [true, false]) {
      const [report] = await pushSchema({ ...options, client, dryRun });
      expect(report).toMatchObject(told);
      expect(["enabled", "already enabled", "would be enabled", "not supported by the engine"]).toContain(report!.ttl);
    }
  });

  it("is warned of by the commands, which do not take it for work", async () => {
    const settings = { TEST_ENDPOINT: global.endpoint, TEST_TABLE: `${uniquePrefix("cli")}auth` };
    expect((await run(["push", ...better, "--json"], settings)).json()).toMatchObject({ tables: [told] });
    const planned = await run(["plan", ...better], settings);
    expect(planned.stdout).toMatch(/eventual consistency, with replicas in eu-west-1, ap-south-1.*homeRegion/);
    const alone = await run(["plan", ...better], { ...settings, TEST_ENDPOINT: engine.endpoint });
    expect(planned.code).toBe(alone.code);
  });
});

describe.each(strongGlobalEngines)("a global table with strong consistency, on $name", (engine) => {
  const globalTable = { consistency: "strong", otherRegions: OTHER_REGIONS };
  const skipped = { setting: "ttl", outcome: "skipped", reason: expect.stringContaining("npx auth-dynamodb sweep") };

  it("gets no TTL: the report says why, and what to do", async () => {
    const client = engine.createClient();
    const options = { schema, client, tablePrefix: uniquePrefix("strong") };
    const recording = recordRequests(client);
    const expected = [
      { ttl: "not needed", settings: [], globalTable, warnings: [] },
      { ttl: "skipped", settings: [skipped], globalTable, warnings: [] },
    ];
    expect(await pushSchema(options)).toMatchObject(expected);
    expect(await pushSchema(options)).toMatchObject(expected);
    expect(await pushSchema({ ...options, dryRun: true })).toMatchObject(expected);
    recording.stop();
    expect(recording.requests.filter(({ operation }) => operation.endsWith("TimeToLive"))).toEqual([]);
  });

  it("is so told by the commands, which do not take it for work", async () => {
    const settings = { TEST_ENDPOINT: engine.endpoint, TEST_TABLE: `${uniquePrefix("cli")}auth` };
    const pushed = await run(["push", ...better, "--json"], settings);
    expect(pushed.json()).toMatchObject({ tables: [{ ttl: "skipped", settings: [skipped], globalTable }] });
    const planned = await run(["plan", ...better], settings);
    expect(planned).toMatchObject({ code: 0, stdout: expect.stringMatching(/ttl: skipped\. .*sweep/) as unknown });
  });
});
