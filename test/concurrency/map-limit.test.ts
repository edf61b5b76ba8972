import { expect, it } from "vitest";
import { mapLimit } from "../../orm/util/map-limit.ts";

const soon = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

it("maps in order, with no more calls under way than the limit", async () => {
  let underWay = 0;
  let most = 0;
  const mapped = await mapLimit([3, 1, 2, 0], 2, async (ms) => {
    most = Math.max(most, (underWay += 1));
    await soon(ms);
    underWay -= 1;
    return ms * 2;
  });
  expect(mapped).toEqual([6, 2, 4, 0]);
  expect(most).toBe(2);
});

it("begins nothing after a failure, and leaves nothing under way behind it", async () => {
  const ended: number[] = [];
  const mapped = mapLimit([0, 1, 2, 3], 2, async (n) => {
    if (n === 0) throw new RangeError("first");
    await soon(10);
    ended.push(n);
  });
  await expect(mapped).rejects.toThrow(RangeError);
  expect(ended).toEqual([1]);
});
