import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { withClock } from "./clock.ts";

const DAY = 86_400_000;
const days = () => Math.round((Date.now() - performance.timeOrigin) / DAY);

test("a clock is its own caller's, also of one who has not ended", async () => {
  let release = () => {};
  const unfinished = withClock(async (clock) => {
    clock.ahead = 3 * DAY;
    await new Promise<void>((resolve) => (release = resolve));
    return days();
  });
  expect(days()).toBe(0);
  await withClock(async (clock) => {
    expect(days()).toBe(0);
    clock.ahead = DAY;
    await sleep(1);
    expect(days()).toBe(1);
    release();
  });
  expect(await unfinished).toBe(3);
  expect(days()).toBe(0);
});

test("a function that took hold of the clock tells the time of whoever calls it", () => {
  const now = Date.now;
  expect(Math.round((withClock(() => now(), DAY) - now()) / DAY)).toBe(1);
});
