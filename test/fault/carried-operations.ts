import type { Operation } from "./operations.ts";
import type { FaultClient } from "./schema.ts";

const note = (n: number) => ({ id: `n${n}`, folder: "inbox", text: `Text ${n}` });
const notes = (orm: FaultClient) => orm.note.createMany({ data: [1, 2, 3].map(note) });

/** Writes to records that index entries carry. */
export const carriedOperations: readonly Operation[] = [
  {
    name: "create of a carried record",
    seed: () => Promise.resolve(),
    run: (orm) => orm.note.create({ data: note(1) }),
  },
  {
    name: "update of a carried record",
    seed: notes,
    run: (orm) => orm.note.update({ where: { id: "n2" }, data: { text: "Changed" } }),
  },
  {
    name: "increment of a carried record",
    seed: notes,
    run: (orm) => orm.note.increment({ where: { id: "n2" }, increment: { reads: 1 } }),
  },
  {
    name: "updateMany of carried records",
    seed: notes,
    parts: true,
    run: (orm) => orm.note.updateMany({ where: { folder: "inbox" }, data: { text: "Changed" } }),
  },
  {
    name: "deleteMany of carried records",
    seed: notes,
    parts: true,
    deletes: true,
    afterLostDelete: (count) => (count as number) < 3,
    run: (orm) => orm.note.deleteMany({ where: { folder: "inbox" } }),
  },
  {
    name: "consume of a carried record",
    seed: notes,
    deletes: true,
    afterLostDelete: (result) => result === null,
    run: (orm) => orm.note.consume({ where: { folder: "inbox", text: "Text 2" } }),
  },
];
