import { afterEach, describe, expect, it, vi } from "vitest";
import { dynamodbRateLimit, dynamodbSecondaryStorage } from "auth-dynamodb/storage";
import { engines, type Engine } from "../support/engines.ts";
import { openStorages } from "./support.ts";
import { setTableTime } from "./table-time.ts";

const NOON = Date.UTC(2026, 5, 1, 12);
const MINUTE = 60_000;
const RULE = { window: 10, max: 2 };

afterEach(() => void vi.useRealTimers());

/** Processes on one table, each with a clock of its own, while the table's time is told by the test. */
async function openProcesses(engine: Engine) {
  const { client, table } = await openStorages(engine);
  let time = NOON;
  setTableTime(client, () => time);
  vi.useFakeTimers({ toFake: ["Date"] });
  return {
    /** Milliseconds after noon. */
    at: (after: number) => void (time = NOON + after),
    /** A process that has sent nothing yet. `off`: milliseconds that its clock is ahead. */
    process: (off: number) => {
      const [limits, values] = [dynamodbRateLimit({ client, table }), dynamodbSecondaryStorage({ client, table })];
      const within =
        <Args extends unknown[], Result>(run: (...args: Args) => Promise<Result>) =>
        (...args: Args) => {
          vi.setSystemTime(time + off);
          return run(...args);
        };
      return {
        pass: async () => (await within(limits.consume)("a", RULE)).allowed,
        retryAfter: async () => (await within(limits.consume)("a", RULE)).retryAfter,
        set: within(values.set),
        get: within(values.get),
        take: within(values.getAndDelete),
        increment: within(values.increment),
      };
    },
  };
}

describe.each(engines)("on $name, a process whose clock is off by a minute", (engine) => {
  it.each([MINUTE, -MINUTE])("does not open a window early (%i ms)", async (off) => {
    const { at, process } = await openProcesses(engine);
    const right = process(0);
    expect([await right.pass(), await right.pass(), await right.pass()]).toEqual([true, true, false]);
    for (const after of [0, 5_000, 9_900]) {
      at(after);
      const wrong = process(off);
      expect(await wrong.pass(), `its first request, after ${after} ms`).toBe(false);
      expect(await wrong.pass()).toBe(false);
      expect(await right.pass()).toBe(false);
    }
  });

  it.each([MINUTE, -MINUTE])("opens one that the others take for open as long, and no longer (%i ms)", async (off) => {
    const { at, process } = await openProcesses(engine);
    const [right, wrong] = [process(0), process(off)];
    expect([await wrong.pass(), await right.pass(), await right.pass()]).toEqual([true, true, false]);
    expect(await wrong.retryAfter()).toBeLessThanOrEqual(10);
    at(9_900);
    expect([await right.pass(), await wrong.pass()]).toEqual([false, false]);
    // The table tells whole seconds.
    at(12_000);
    expect([await right.pass(), await wrong.pass(), await right.pass()]).toEqual([true, true, false]);
  });

  it.each([MINUTE, -MINUTE])("begins the next window when the last one is over (%i ms)", async (off) => {
    const { at, process } = await openProcesses(engine);
    const right = process(0);
    expect([await right.pass(), await right.pass(), await right.pass()]).toEqual([true, true, false]);
    at(12_000);
    const wrong = process(off);
    expect([await wrong.pass(), await wrong.pass(), await wrong.pass()]).toEqual([true, true, false]);
  });

  it("counts in the new window, where it took the last one for open", async () => {
    const { at, process } = await openProcesses(engine);
    expect(await process(0).pass()).toBe(true);
    at(12_000);
    const slow = process(-MINUTE);
    expect([await slow.pass(), await slow.pass(), await slow.pass()]).toEqual([true, true, false]);
  });

  it.each([MINUTE, -MINUTE])("sees values for as long as the others do (%i ms)", async (off) => {
    const { at, process } = await openProcesses(engine);
    await process(0).set("k", "v", 30);
    expect(await process(off).get("k")).toBe("v");
    expect(await process(off).increment("n", 30)).toBe(1);
    at(29_000);
    expect(await process(off).get("k")).toBe("v");
    expect(await process(0).increment("n", 30)).toBe(2);
    expect(await process(off).increment("n", 30)).toBe(3);
    expect(await process(off).take("k")).toBe("v");
    await process(0).set("k", "v", 1);
    at(32_000);
    expect(await process(off).get("k")).toBeNull();
    expect(await process(off).take("k")).toBeNull();
    expect(await process(0).increment("n", 30)).toBe(1);
  });
});

describe.each(engines)("on $name, a process whose clock is set right while it runs", (engine) => {
  it("forgets what it has learnt of the old one", async () => {
    const { client, table } = await openStorages(engine);
    setTableTime(client, () => NOON);
    vi.useFakeTimers({ toFake: ["Date"], now: NOON + MINUTE });
    const { set, get } = dynamodbSecondaryStorage({ client, table });
    await set("a", "1", 10);
    await set("k", "v", 10);
    vi.setSystemTime(NOON);
    expect(await get("k")).toBe("v");
    await set("k", "w", 10);
    vi.setSystemTime(NOON);
    setTableTime(client, () => NOON + 10_000);
    vi.setSystemTime(NOON + 10_000);
    expect(await get("k")).toBeNull();
  });
});
