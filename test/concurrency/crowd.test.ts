import { afterAll, beforeAll, expect, test } from "vitest";
import { createTable } from "../fault/storage.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { Callers } from "./callers.ts";
import { now, resultOf } from "./history.ts";
import type { Task } from "./tasks.ts";

const [engine] = engines;
const table = uniquePrefix("crowd");
const creates = (id: string): Task[] => [{ name: "createUser", arg: { id, email: `${id}@example.com` } }];
let callers: Callers;

beforeAll(async () => {
  await createTable(engine!.createClient(), table);
  callers = await Callers.start(1);
});
afterAll(() => callers.stop());

const order = (at = now()) => ({ endpoint: engine!.endpoint, table, conflicts: 0, at });

test("whoever asks a process gets the answer to that question, whichever comes first", async ({ signal }) => {
  const late = callers.call(order(now() + 300), creates("late"), signal);
  const early = callers.call(order(), creates("early"), signal);
  const ids = (await Promise.all([late, early])).map(([call]) => (resultOf(call!) as { id: string }).id);
  expect(ids).toEqual(["late", "early"]);
});

test("a test that is given up ends its processes, and the next one has others", async ({ signal }) => {
  const given = new AbortController();
  const never = callers.call(order(now() + 1e8), creates("never"), given.signal);
  given.abort();
  await expect(never).rejects.toThrow("A process of callers ended.");
  await callers.restart();
  const [call] = await callers.call(order(), creates("next"), signal);
  expect(resultOf(call!)).toMatchObject({ id: "next" });
});
