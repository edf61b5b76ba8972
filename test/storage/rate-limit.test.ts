import { afterEach, describe, expect, it, vi } from "vitest";
import { textOf } from "../../orm/dynamodb/layout/stored-record.ts";
import { engines } from "../support/engines.ts";
import { readItems } from "../fault/storage.ts";
import { openStorages } from "./support.ts";
import { setTableTime } from "./table-time.ts";

const TEN = { window: 60, max: 10 };

afterEach(() => void vi.useRealTimers());

describe.each(engines)("the rate limit on $name", (engine) => {
  it("lets as many pass as the rule says, and tells the others when to come back", async () => {
    const { limits } = await openStorages(engine);
    const rule = { window: 60, max: 3 };
    for (let i = 0; i < 3; i++) {
      expect(await limits.consume("a", rule)).toEqual({ allowed: true, retryAfter: null });
    }
    for (let i = 0; i < 3; i++) {
      const { allowed, retryAfter } = await limits.consume("a", rule);
      expect(allowed).toBe(false);
      expect(retryAfter).toBeGreaterThan(50);
      expect(retryAfter).toBeLessThanOrEqual(60);
    }
    expect(await limits.consume("b", rule)).toMatchObject({ allowed: true });
  });

  it("has a function that works by itself", async () => {
    const { consume } = (await openStorages(engine)).limits;
    expect(await consume("a", TEN)).toMatchObject({ allowed: true });
  });

  it("lets exactly as many of 200 at once pass, and so again in the next window", async () => {
    const { limits, client } = await openStorages(engine);
    setTableTime(client);
    vi.useFakeTimers({ toFake: ["Date"] });
    for (let window = 0; window < 2; window++) {
      const answers = await Promise.all(Array.from({ length: 200 }, () => limits.consume("a", TEN)));
      expect(answers.filter(({ allowed }) => allowed)).toHaveLength(10);
      vi.setSystemTime(Date.now() + 60_000);
    }
  });

  it("keeps to a limit that is larger than its memory of writers", async () => {
    const { limits } = await openStorages(engine);
    const answers = await Promise.all(
      Array.from({ length: 150 }, () => limits.consume("a", { window: 600, max: 100 })),
    );
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(100);
  });

  it("follows a rule that changes within a window", async () => {
    const { limits } = await openStorages(engine);
    await limits.consume("a", TEN);
    await limits.consume("a", TEN);
    expect(await limits.consume("a", { window: 60, max: 2 })).toMatchObject({ allowed: false });
    expect(await limits.consume("a", { window: 60, max: 3 })).toMatchObject({ allowed: true });
  });

  it.each([0, -1, NaN, Infinity])("refuses a window of %s", async (window) => {
    const { limits } = await openStorages(engine);
    await expect(limits.consume("a", { window, max: 1 })).rejects.toMatchObject({ code: "INVALID_VALUE" });
  });

  it("shows no address in a key of the table", async () => {
    const { limits, client, table } = await openStorages(engine);
    await limits.consume("203.0.113.7|/sign-in/email", TEN);
    const [item] = (await readItems(client, table)).filter(({ key }) => key);
    expect(textOf(item!, "_pk")).toMatch(/^rateLimitWindow\|id\|[\w-]{43}$/);
  });

  it("says which table is missing, and what to do", async () => {
    const { client } = await openStorages(engine);
    const { dynamodbRateLimit } = await import("auth-dynamodb/storage");
    const limits = dynamodbRateLimit({ client, tablePrefix: "nowhere_" });
    await expect(limits.consume("a", TEN)).rejects.toMatchObject({
      code: "MISSING_TABLE",
      meta: { model: "rateLimitWindow", table: "nowhere_rateLimitWindow" },
    });
  });
});
