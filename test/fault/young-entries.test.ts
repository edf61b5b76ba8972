import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { engines } from "../support/engines.ts";
import { injectFaults, type Faults } from "../support/faults.ts";
import { Bench } from "./bench.ts";
import { faultLayouts, openOrm, type FaultClient } from "./schema.ts";
import { inspect } from "./storage.ts";

const LATER_MS = 11_000;
const VIOLATION = { code: "UNIQUE_CONSTRAINT_VIOLATION", meta: { target: ["email"] } };

// Without transactions an entry is there before its record. For a while it counts as taken; after that it may
// be taken over, although whoever wrote it may only have been slow.
describe.each(engines.filter(({ transactions }) => !transactions))("on $name, an entry whose record is late", (engine) => {
  let bench: Bench;
  let slowClient: DynamoDBClient;
  let quickFaults: Faults;
  let slowFaults: Faults;
  let slow: FaultClient;
  let quick: FaultClient;
  let ahead = 0;

  beforeAll(async () => {
    const real = Date.now;
    // Before the drivers take hold of it.
    vi.spyOn(Date, "now").mockImplementation(() => real() + ahead);
    bench = await Bench.on(engine);
    slowClient = engine.createClient();
    slow = openOrm(slowClient, bench.table);
    quick = openOrm(bench.client, bench.table);
    await slow.user.create({ data: { email: "warm-up@example.com" } });
    slowFaults = injectFaults(slowClient);
    quickFaults = injectFaults(bench.client);
  });
  afterAll(() => vi.restoreAllMocks());
  afterEach(async () => {
    ahead = 0;
    slowFaults.clear();
    quickFaults.clear();
    expect(inspect(faultLayouts(bench.table), await bench.items()).broken).toEqual([]);
    await bench.reset([]);
  });

  const later = () => {
    ahead = LATER_MS;
  };

  /** A create that has written its entries and waits before its record. */
  async function begin(data: { id: string; email: string }) {
    let release = () => {};
    const reached = new Promise<void>((resolve) => {
      // One unique entry, one index entry, then the record.
      slowFaults.delay({ operation: "PutItem", nth: 3 }, () => {
        resolve();
        return new Promise<void>((go) => (release = go));
      });
    });
    const created = slow.user.create({ data });
    created.catch(() => undefined);
    await reached;
    return { created, release: () => release() };
  }

  it("counts as taken while it is young", async () => {
    const { created, release } = await begin({ id: "slow", email: "ada@example.com" });
    await expect(quick.user.create({ data: { id: "quick", email: "ada@example.com" } })).rejects.toMatchObject(VIOLATION);
    release();
    await expect(created).resolves.toMatchObject({ id: "slow" });
  });

  it("is taken over later, and its record does not come any more", async () => {
    const { created, release } = await begin({ id: "slow", email: "ada@example.com" });
    later();
    await expect(quick.user.create({ data: { id: "quick", email: "ada@example.com" } })).resolves.toMatchObject({ id: "quick" });
    release();
    await expect(created).rejects.toMatchObject(VIOLATION);
    expect(await quick.user.findUnique({ where: { email: "ada@example.com" } })).toMatchObject({ id: "quick" });
    expect(await quick.user.findUnique({ where: { id: "slow" } })).toBeNull();
  });

  it("stays with its record where that comes at the last moment", async () => {
    const { created, release } = await begin({ id: "slow", email: "ada@example.com" });
    later();
    // After the look for the record, and before the entry is taken over.
    quickFaults.delay(
      ({ operation, input }) => operation === "PutItem" && JSON.stringify(input).includes("_w") && JSON.stringify(input["ExpressionAttributeNames"]).includes("_born"),
      async () => {
        release();
        await created;
      },
      { times: 1 },
    );
    await expect(quick.user.create({ data: { id: "quick", email: "ada@example.com" } })).rejects.toMatchObject(VIOLATION);
    expect(await quick.user.findUnique({ where: { email: "ada@example.com" } })).toMatchObject({ id: "slow" });
  });
});
