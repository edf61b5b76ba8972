import { describe, expect, it } from "vitest";
import { explore, type Explored } from "./explore.ts";
import { mutants } from "./mutants.ts";
import type { World } from "./world.ts";
import { worlds, wrongPlans, type WorldName } from "./worlds.ts";

/** With BIG=1 more take part in each world: minutes instead of seconds. */
const isBig = process.env["BIG"] === "1";

/** States that each world has at least: one that explores less has lost a process on its way. */
const LEAST: Readonly<Record<WorldName, number>> = {
  "two transactions, in chunks": 18000,
  "two transactions, request by request": 3500,
  "a change in place": 4800,
  "a change in place, request by request": 2800,
  "a create that others delete": 17000,
  "a sweeper": 5600,
  "a sweeper and a change in place, in chunks": 4900,
  "two that read what the other writes": 7800,
  "the same, request by request": 2100,
  "two that look whether the other's record is absent": 1900,
  "records that have expired": 1200,
  "a take-over": 7500,
  "a take-over while the record comes back": 4800,
  "a take-over from a record that has moved": 2100,
  "two take-overs, request by request": 2600,
  "two records that swap their values": 870,
  "entries that carry their record": 21000,
  "an index entry that is counted, request by request": 8500,
  "an index entry that two write one after the other": 6600,
  "an index entry that others write over": 7300,
  "an entry that is not as it was thought to be": 9300,
  "a take-over from a record that is there": 3900,
  "a take-over from a record that is being deleted": 3800,
  "a take-over of what a transaction leaves": 21000,
  "a record that moves, and is deleted": 8500,
  "a record that moves, and gets back the value that it had": 110,
  "a coordinator that gets no answer when it aborts": 110,
  "a coordinator that sleeps for longer than tombstones are kept": 380,
};

/** For the largest of the big worlds, in milliseconds. */
const MINUTES = isBig ? 3_600_000 : undefined;

function outcomeOf({ violation, trace = [] }: Explored): string {
  return violation === undefined ? "holds" : [violation, ...trace].join("\n");
}

describe("the protocol as it is built, in every order of its steps", () => {
  it.each(Object.keys(worlds) as WorldName[])(
    "%s",
    (name) => {
      const world: World = worlds[name];
      const explored = explore(isBig ? { ...world, procs: [...world.procs, ...(world.more ?? [])] } : world);
      expect(outcomeOf(explored)).toBe("holds");
      expect(explored.states).toBeGreaterThanOrEqual(LEAST[name]);
      expect(explored.told["committed"]).toBeGreaterThan(0);
      expect(explored.told["failed"]).toBeGreaterThan(0);
      if (isBig) console.log(`${name}: ${explored.states} states, ${explored.transitions} steps`);
    },
    MINUTES,
  );
});

describe("a protocol that", () => {
  it.each(mutants.map((mutant) => [mutant.what, mutant] as const))("%s, is found out", (_, { rules, world }) => {
    const { violation } = explore(worlds[world], rules);
    expect(violation).toBeDefined();
    expect(violation).not.toBe("too many states");
  });
});

describe("a plan that is wrong is found out", () => {
  it.each(Object.entries(wrongPlans))("%s", (_, world) => {
    const { violation } = explore(world);
    expect(violation).toBeDefined();
    expect(violation).not.toBe("too many states");
  });
});
