import { defineSchema, id, model, string } from "auth-dynamodb";
import { describe, expect, it } from "vitest";
import { engines } from "../support/engines.ts";
import type { FaultRequest } from "../support/faults.ts";
import { openRivals } from "../support/rivals.ts";

const schema = defineSchema({
  root: model({ table: "root", fields: { id: id() } }),
  parent: model({
    table: "parent",
    fields: { id: id(), rootId: string().references("root.id", { onDelete: "cascade" }) },
  }),
  child: model({
    table: "child",
    fields: { id: id(), parentId: string().references("parent.id", { onDelete: "cascade" }) },
  }),
  leaf: model({
    table: "leaf",
    fields: { id: id(), childId: string().references("child.id", { onDelete: "cascade" }) },
  }),
});

// A delete looks for what depends on a record, and then writes. What comes in between refers to a record that goes.
describe.each(engines)("on $name, a delete takes along what was added after its look", (engine) => {
  it.each([1, 120])("to one of %i records that go with it", async (parents) => {
    const { orm, rival, faults } = await openRivals(engine, schema);
    await rival.root.create({ data: { id: "r" } });
    await rival.parent.createMany({ data: Array.from({ length: parents }, (_, n) => ({ id: `p${n}`, rootId: "r" })) });
    // The look for parents has found them, and that for their children has found none.
    const isLook = ({ operation, input }: FaultRequest) =>
      operation === "Query" && JSON.stringify(input).includes("child|parentId|");
    faults.delayResponse(isLook, () => rival.child.create({ data: { id: "c", parentId: "p0" } }), { times: 1 });
    await orm.root.delete({ where: { id: "r" } });
    expect(await rival.child.findUnique({ where: { id: "c" } })).toBeNull();
  });

  it("and what was added to that", async () => {
    const { orm, rival, faults } = await openRivals(engine, schema);
    await rival.root.create({ data: { id: "r" } });
    await rival.parent.create({ data: { id: "p", rootId: "r" } });
    let looks = 0;
    const add = async () => {
      looks += 1;
      if (looks === 1) await rival.child.create({ data: { id: "c", parentId: "p" } });
    };
    faults.delayResponse(({ input }) => JSON.stringify(input).includes("child|parentId|"), add);
    const addLeaf = () => rival.leaf.create({ data: { id: "l", childId: "c" } });
    faults.delayResponse(({ input }) => JSON.stringify(input).includes("leaf|childId|"), addLeaf, { times: 1 });
    await orm.root.delete({ where: { id: "r" } });
    expect(looks).toBeGreaterThan(1);
    expect(await rival.child.findUnique({ where: { id: "c" } })).toBeNull();
    expect(await rival.leaf.findUnique({ where: { id: "l" } })).toBeNull();
  });
});
