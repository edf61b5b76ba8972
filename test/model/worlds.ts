import { ofEntries } from "./worlds-of-entries.ts";
import { ofRecords } from "./worlds-of-records.ts";
import type { World } from "./world.ts";
import { create, pass, remove, update } from "./writes.ts";

/** Small worlds: who meets whom, and over what. */
export const worlds = { ...ofRecords, ...ofEntries };

export type WorldName = keyof typeof worlds;

/** Plans that are not those of the code, and would break it. */
export const wrongPlans = {
  // What is left of a record that has moved is removed by its birth, which it still has, when it owns the value again.
  "a record that moves, and gets back the value that it had": {
    native: false,
    homes: 2,
    items: ["a/1/r0", null, "0/w0/r0", null],
    uniques: { a: 2, b: 3 },
    procs: [
      {
        kind: "journaled",
        writes: [remove(0, "a/1/r0"), create(1, "b/2/r0"), create(3, "1/t0/r0")],
        leftovers: [{ item: 2, guard: { type: "owned", born: "r0" } }],
      },
      {
        kind: "journaled",
        writes: [update(1, "b/2/r0", "a/3/r0"), create(2, "1/t1/r0"), pass(3, "r0", null)],
        takesOver: 2,
      },
    ],
  },
} satisfies Record<string, World>;
