import type { World } from "./world.ts";
import { create, index, pass, remove, update, Y } from "./writes.ts";

/** Who meets over unique entries, and over index entries. */
export const ofEntries = {
  // The value of a record that is gone, which two want.
  "a take-over": {
    native: true,
    homes: 3,
    items: [null, null, null, "2/w0/gone"],
    uniques: { a: 3 },
    late: 1,
    procs: [
      { kind: "journaled", writes: [create(0, "a/1/t0"), create(3, "0/t0/t0")], takesOver: 3 },
      { kind: "native", writes: [create(1, "a/1/n1"), create(3, "1/n1/n1")], takesOver: 3, tries: 2 },
      { kind: "follower", value: "a" },
    ],
    more: [{ kind: "helper", tries: 1 }],
  },
  // Its record is created anew meanwhile, and goes again.
  "a take-over while the record comes back": {
    native: true,
    homes: 2,
    items: [null, null, "1/w0/gone"],
    uniques: { a: 2 },
    procs: [
      { kind: "journaled", writes: [create(0, "a/1/t0"), create(2, "0/t0/t0")], takesOver: 2 },
      { kind: "native", writes: [create(1, "a/1/n1"), create(2, "1/n1/n1")], takesOver: 2, tries: 2 },
      { kind: "deleter", item: 1, born: "n1", entries: [2] },
      { kind: "helper", tries: 1 },
    ],
  },
  // It has moved, and takes its value again: its birth is the same.
  "a take-over from a record that has moved": {
    native: true,
    homes: 3,
    items: [null, "b/2/r0", null, "0/w0/r0", "1/w1/r0"],
    uniques: { a: 3, b: 4 },
    procs: [
      { kind: "journaled", writes: [create(2, "a/1/t0"), create(3, "2/t0/t0")], takesOver: 3 },
      {
        kind: "native",
        writes: [update(1, "b/2/r0", "a/3/r0"), create(3, "1/n1/r0"), pass(4, "r0", null)],
        takesOver: 3,
        tries: 2,
      },
      { kind: "helper", tries: 1 },
    ],
  },
  "two take-overs, request by request": {
    native: false,
    homes: 3,
    items: [null, "b/2/r0", null, "0/w0/r0", "1/w1/r0"],
    uniques: { a: 3, b: 4 },
    late: 1,
    lateAt: ["begin", "lockHomes", "lockEntries", "decide"],
    procs: [
      { kind: "journaled", writes: [create(2, "a/1/t0"), create(3, "2/t0/t0")], takesOver: 3 },
      {
        kind: "journaled",
        writes: [update(1, "b/2/r0", "a/3/r0"), create(3, "1/t1/r0"), pass(4, "r0", null)],
        takesOver: 3,
      },
    ],
  },
  "two records that swap their values": {
    native: true,
    homes: 3,
    items: ["a/1/r0", "b/1/r1", null, "0/w0/r0", "1/w1/r1"],
    uniques: { a: 3, b: 4 },
    procs: [
      {
        kind: "journaled",
        writes: [
          update(0, "a/1/r0", "b/2/r0"),
          update(1, "b/1/r1", "a/2/r1"),
          pass(3, "r0", "1/t0/r1"),
          pass(4, "r1", "0/t0/r0"),
        ],
      },
      { kind: "native", writes: [create(2, "a/1/n1"), create(3, "2/n1/n1")], takesOver: 3, tries: 1 },
      { kind: "follower", value: "a" },
    ],
    more: [{ kind: "helper", tries: 2 }],
  },
  // Lists believe the entry without a look at its record, and counts that it is there.
  "entries that carry their record": {
    native: true,
    homes: 1,
    items: ["a/1/r0", "0/w0/r0|a/1/r0", null],
    indexes: [
      { item: 1, home: 0, value: "a", carries: true },
      { item: 2, home: 0, value: "b", carries: true },
    ],
    late: 1,
    procs: [
      {
        kind: "journaled",
        writes: [update(0, "a/1/r0", "b/2/r0"), index(1, null, true), index(2, "0/t0/r0|b/2/r0")],
      },
      { kind: "native", writes: [update(0, "a/1/r0", "a/2/r0"), index(1, "0/n1/r0|a/2/r0", true)] },
      { kind: "reader", item: 1 },
      { kind: "helper", tries: 1 },
    ],
    more: [
      { kind: "native", writes: [update(0, "b/2/r0", "a/3/r0"), index(1, "0/n2/r0|a/3/r0"), index(2, null, true)] },
      { kind: "reader", item: 2 },
    ],
  },
  "an index entry that is counted, request by request": {
    native: false,
    homes: 2,
    items: ["a/1/r0", Y, "0/w0/r0"],
    indexes: [{ item: 2, home: 0, value: "a" }],
    late: 1,
    procs: [
      { kind: "journaled", writes: [remove(0, "a/1/r0"), update(1, Y, "-/2/r1"), index(2, null, true)] },
      { kind: "journaled", writes: [update(0, "a/1/r0", "a/2/r0"), index(2, "0/t1/r0", true)] },
      { kind: "reader", item: 2 },
    ],
  },
  "an index entry that two write one after the other": {
    native: true,
    homes: 1,
    items: ["a/1/r0", "0/w0/r0", null],
    indexes: [
      { item: 1, home: 0, value: "a" },
      { item: 2, home: 0, value: "b" },
    ],
    late: 1,
    procs: [
      { kind: "journaled", writes: [update(0, "a/1/r0", "b/2/r0"), index(1, null, true), index(2, "0/t0/r0")] },
      { kind: "journaled", writes: [update(0, "b/2/r0", "c/3/r0"), index(2, null, true)] },
      { kind: "helper", tries: 1 },
    ],
    more: [{ kind: "reader", item: 2 }],
  },
  // Native writes of index entries ask nothing: that their records' homes are free is enough.
  "an index entry that others write over": {
    native: true,
    homes: 1,
    items: [null, null],
    indexes: [{ item: 1, home: 0, value: "a" }],
    procs: [
      { kind: "journaled", writes: [create(0, "a/1/t0"), index(1, "0/t0/t0")] },
      { kind: "native", writes: [create(0, "a/1/n1"), index(1, "0/n1/n1")] },
      { kind: "native", writes: [remove(0, "a/1/n1"), index(1, null, true)] },
      { kind: "helper", tries: 1 },
    ],
    more: [{ kind: "reader", item: 1 }],
  },
  // After it, the next one writes over what it has left.
  "an entry that is not as it was thought to be": {
    native: true,
    homes: 2,
    items: ["a/1/r0", Y, null, null, "0/w0/r0"],
    uniques: { b: 4 },
    indexes: [
      { item: 2, home: 0, value: "b" },
      { item: 3, home: 0, value: "c" },
    ],
    procs: [
      {
        kind: "journaled",
        writes: [
          update(0, "a/1/r0", "b/2/r0"),
          update(1, Y, "-/2/r1"),
          index(2, "0/t0/r0"),
          index(3, null, true),
          pass(4, "r0", "0/t0/r0"),
        ],
      },
      {
        kind: "native",
        writes: [update(0, "b/2/r0", "c/3/r0"), index(2, null, true), index(3, "0/n1/r0"), pass(4, "r0", null)],
      },
      { kind: "helper", tries: 1 },
      { kind: "reader", item: 2 },
    ],
  },
  // It does not own its value any more, and wants it back.
  "a take-over from a record that is there": {
    native: false,
    homes: 3,
    items: [null, "b/2/r0", null, "1/w0/r0", "1/w1/r0"],
    uniques: { a: 3, b: 4 },
    late: 1,
    procs: [
      { kind: "journaled", writes: [create(2, "a/1/t0"), create(3, "2/t0/t0")], takesOver: 3 },
      {
        kind: "journaled",
        writes: [update(1, "b/2/r0", "a/3/r0"), create(3, "1/t1/r0"), pass(4, "r0", null)],
        takesOver: 3,
      },
    ],
    more: [{ kind: "inPlace", item: 1 }],
  },
  // Its home goes first, and its entry after that.
  "a take-over from a record that is being deleted": {
    native: false,
    homes: 2,
    items: ["a/1/r0", null, "0/w0/r0"],
    uniques: { a: 2 },
    late: 1,
    procs: [
      { kind: "deleter", item: 0, born: "r0", entries: [2] },
      { kind: "journaled", writes: [create(1, "a/1/t0"), create(2, "1/t0/t0")], takesOver: 2 },
      { kind: "follower", value: "a" },
    ],
    more: [{ kind: "helper", tries: 1 }],
  },
  "a take-over of what a transaction leaves": {
    native: false,
    homes: 3,
    items: ["a/1/r0", Y, null, "0/w0/r0"],
    uniques: { a: 3 },
    late: 1,
    procs: [
      {
        kind: "journaled",
        writes: [remove(0, "a/1/r0"), update(1, Y, "-/2/r1")],
        leftovers: [{ item: 3, guard: { type: "owned", born: "r0" } }],
      },
      { kind: "journaled", writes: [create(2, "a/1/t1"), create(3, "2/t1/t1")], takesOver: 3 },
      { kind: "follower", value: "a" },
    ],
    more: [{ kind: "helper", tries: 1 }],
  },
  "a record that moves, and is deleted": {
    native: false,
    homes: 2,
    items: ["a/1/r0", null, "0/w0/r0"],
    uniques: { a: 2 },
    late: 1,
    procs: [
      { kind: "journaled", writes: [remove(0, "a/1/r0"), create(1, "a/2/r0"), pass(2, "r0", "1/t0/r0")] },
      { kind: "deleter", item: 1, born: "r0", entries: [2] },
      { kind: "deleter", item: 0, born: "r0", entries: [2] },
      { kind: "follower", value: "a" },
    ],
    more: [{ kind: "helper", tries: 1 }],
  },
  "a record that moves, and gets back the value that it had": {
    native: false,
    homes: 2,
    items: ["a/1/r0", null, "0/w0/r0", null],
    uniques: { a: 2, b: 3 },
    procs: [
      {
        kind: "journaled",
        writes: [remove(0, "a/1/r0"), create(1, "b/2/r0"), create(3, "1/t0/r0"), pass(2, "r0", null)],
      },
      {
        kind: "journaled",
        writes: [update(1, "b/2/r0", "a/3/r0"), create(2, "1/t1/r0"), pass(3, "r0", null)],
        takesOver: 2,
      },
    ],
  },
} satisfies Record<string, World>;
