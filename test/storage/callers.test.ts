import type { ChildProcess } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forkScript } from "../concurrency/fork-script.ts";
import { engines, type Engine } from "../support/engines.ts";
import type { StorageOrder } from "./caller.ts";
import { openStorages } from "./support.ts";

const PROCESSES = 4;
const MINUTE = 60_000;

let children: ChildProcess[] = [];
beforeAll(async () => {
  const caller = new URL("./caller.ts", import.meta.url);
  children = await Promise.all(Array.from({ length: PROCESSES }, () => forkScript(caller)));
}, 120_000);
afterAll(() => {
  for (const child of children) child.disconnect();
});

/** Calls from four processes at once. Of one the clock is a minute ahead, of one a minute behind. */
async function callAll<Result>(
  engine: Engine,
  order: Pick<StorageOrder, "table" | "call" | "times"> & { readonly tableAhead?: number },
): Promise<Result[]> {
  const answers = children.map((child, i) => {
    const ahead = [0, MINUTE, -MINUTE, 0][i]!;
    const times = Math.ceil(order.times / PROCESSES);
    const sent: StorageOrder = { tableAhead: 0, ...order, endpoint: engine.endpoint, times, ahead };
    return new Promise<Result[]>((resolve, reject) => {
      const ended = () => reject(new Error("A process of callers ended."));
      child.once("exit", ended);
      child.once("message", (results: Result[]) => {
        child.off("exit", ended);
        resolve(results);
      });
      child.send(sent);
    });
  });
  return (await Promise.all(answers)).flat();
}

describe.each(engines)("on $name, four processes", (engine) => {
  it("let exactly 10 of 200 requests pass, in the next window again", async () => {
    const { table } = await openStorages(engine);
    for (const tableAhead of [0, 610_000]) {
      const answers = await callAll<{ allowed: boolean }>(engine, { table, call: "consume", times: 200, tableAhead });
      expect(answers).toHaveLength(200);
      expect(answers.filter(({ allowed }) => allowed)).toHaveLength(10);
    }
  }, 120_000);

  it("count to 200", async () => {
    const { table, values } = await openStorages(engine);
    const answers = await callAll<number>(engine, { table, call: "increment", times: 200 });
    expect(answers.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(await values.get("n")).toBe("200");
  }, 120_000);

  it("take a value once among 52 callers", async () => {
    const { table, values } = await openStorages(engine);
    await values.set("k", "v", 600);
    const answers = await callAll<string | null>(engine, { table, call: "getAndDelete", times: 52 });
    expect(answers.filter((answer) => answer !== null)).toEqual(["v"]);
  }, 120_000);
});

describe.each(engines)("on $name, one process", (engine) => {
  it("counts to 200", async () => {
    const { values } = await openStorages(engine);
    const counts = await Promise.all(Array.from({ length: 200 }, () => values.increment("n", 600)));
    expect(counts.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
  });

  it("takes a value once among 50 callers", async () => {
    const { values } = await openStorages(engine);
    await values.set("k", "v", 600);
    const taken = await Promise.all(Array.from({ length: 50 }, () => values.getAndDelete("k")));
    expect(taken.filter((value) => value !== null)).toEqual(["v"]);
  });
});
