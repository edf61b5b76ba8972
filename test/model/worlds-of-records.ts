import type { State, World } from "./world.ts";
import { create, pass, remove, update, X, Y } from "./writes.ts";

/** Homes 0 and 1 are there, 2 is not; the entries of "x" and "a". One gives "a" to home 0, the other to home 2. */
const overTheSame = {
  homes: 3,
  items: [X, Y, null, "0/w0/r0", null],
  uniques: { x: 3, a: 4 },
} as const;

const givesAway = [update(0, X, "a/2/r0"), update(1, Y, "-/2/r1"), pass(3, "r0", null), create(4, "0/t0/r0")];
const takes = [update(0, X, "x/5/r0"), create(2, "a/1/t1"), create(4, "2/t1/t1")];

const bothCommitted = ({ committed }: State) => (committed[0] && committed[1] ? "write skew" : undefined);

/** Who meets over records, and over what else they own. */
export const ofRecords = {
  "two transactions, in chunks": {
    native: true,
    ...overTheSame,
    late: 1,
    procs: [
      { kind: "journaled", writes: givesAway },
      { kind: "journaled", writes: takes },
      { kind: "helper", tries: 1 },
    ],
    more: [{ kind: "follower", value: "a" }],
  },
  "two transactions, request by request": {
    native: false,
    ...overTheSame,
    late: 1,
    procs: [
      { kind: "journaled", writes: givesAway },
      { kind: "journaled", writes: takes },
    ],
    more: [{ kind: "helper", tries: 1 }],
  },
  "a change in place": {
    native: true,
    homes: 3,
    items: [X, Y, "-/1/r2"],
    late: 1,
    procs: [
      { kind: "journaled", writes: [update(0, X, "x/2/r0"), update(1, Y, "-/2/r1"), update(2, "-/1/r2", "-/2/r2")] },
      { kind: "inPlace", item: 2 },
      { kind: "reader", item: 0 },
      { kind: "reader", item: 2 },
    ],
  },
  "a change in place, request by request": {
    native: false,
    homes: 2,
    items: [X, Y],
    late: 1,
    procs: [
      { kind: "journaled", writes: [update(0, X, "x/2/r0"), update(1, Y, "-/2/r1")] },
      { kind: "inPlace", item: 1 },
      { kind: "reader", item: 0 },
    ],
    more: [{ kind: "helper", tries: 1 }],
  },
  // What is created is deleted while the transaction that made it is not over yet.
  "a create that others delete": {
    native: false,
    homes: 2,
    items: [X, null, null],
    uniques: { b: 2 },
    late: 1,
    procs: [
      { kind: "journaled", writes: [update(0, X, "x/2/r0"), create(1, "b/1/t0"), create(2, "1/t0/t0")] },
      { kind: "deleter", item: 1, born: "t0", entries: [2] },
      { kind: "reader", item: 1 },
      { kind: "helper", tries: 1 },
    ],
  },
  "a sweeper": {
    native: false,
    homes: 2,
    items: [X, null, null],
    uniques: { b: 2 },
    late: 1,
    procs: [
      { kind: "journaled", writes: [update(0, X, "x/2/r0"), create(1, "b/1/t0"), create(2, "1/t0/t0")] },
      { kind: "sweeper", tx: 0 },
      { kind: "deleter", item: 1, born: "t0", entries: [2] },
    ],
  },
  "a sweeper and a change in place, in chunks": {
    native: true,
    homes: 3,
    items: [X, null, Y, null],
    uniques: { b: 3 },
    late: 1,
    procs: [
      {
        kind: "journaled",
        writes: [update(0, X, "x/2/r0"), create(1, "b/1/t0"), update(2, Y, "-/2/r1"), create(3, "1/t0/t0")],
      },
      { kind: "sweeper", tx: 0 },
      { kind: "inPlace", item: 0 },
    ],
    more: [{ kind: "sweeper", tx: 0 }],
  },
  // Each asserts what the other one changes.
  "two that read what the other writes": {
    native: true,
    homes: 2,
    items: [X, Y],
    never: bothCommitted,
    procs: [
      { kind: "journaled", writes: [update(0, X, "x/2/r0")], checks: [{ item: 1, guard: { type: "is", content: Y } }] },
      { kind: "journaled", writes: [update(1, Y, "-/2/r1")], checks: [{ item: 0, guard: { type: "is", content: X } }] },
      { kind: "inPlace", item: 1 },
      { kind: "helper", tries: 1 },
    ],
  },
  "the same, request by request": {
    native: false,
    homes: 2,
    items: [X, Y],
    never: bothCommitted,
    late: 1,
    procs: [
      { kind: "journaled", writes: [update(0, X, "x/2/r0")], checks: [{ item: 1, guard: { type: "is", content: Y } }] },
      { kind: "journaled", writes: [update(1, Y, "-/2/r1")], checks: [{ item: 0, guard: { type: "is", content: X } }] },
    ],
  },
  "two that look whether the other's record is absent": {
    native: false,
    homes: 2,
    items: [null, null],
    never: bothCommitted,
    late: 1,
    procs: [
      { kind: "journaled", writes: [create(0, "x/1/t0")], checks: [{ item: 1, guard: { type: "absent" } }] },
      { kind: "journaled", writes: [create(1, "-/1/t1")], checks: [{ item: 0, guard: { type: "absent" } }] },
    ],
    more: [{ kind: "helper", tries: 1 }],
  },
  // The versions of these have expired: TTL may take them at any time, unless they are to live on.
  "records that have expired": {
    native: true,
    homes: 3,
    items: ["-/1!/r0", "-/1!/r1", X],
    procs: [
      {
        kind: "journaled",
        writes: [update(0, "-/1!/r0", "-/2/r0"), remove(1, "-/1!/r1"), update(2, X, "x/2/r0")],
      },
      { kind: "reader", item: 0 },
      { kind: "helper", tries: 1 },
    ],
  },
  // The decision has landed, and its second copy is refused for that. What is asked then is not answered.
  "a coordinator that gets no answer when it aborts": {
    native: false,
    homes: 1,
    items: [X],
    late: 2,
    lateAt: ["decide", "abort"],
    procs: [{ kind: "journaled", writes: [update(0, X, "x/2/r0")] }],
  },
  // The deciding request is sent again after all traces of it are gone.
  "a coordinator that sleeps for longer than tombstones are kept": {
    native: true,
    homes: 1,
    items: [X],
    late: 1,
    sleeps: true,
    procs: [
      { kind: "journaled", writes: [update(0, X, "x/2/r0")] },
      { kind: "sweeper", tx: 0 },
    ],
  },
} satisfies Record<string, World>;
