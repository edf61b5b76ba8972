import { beforeEach, describe, expect, it } from "vitest";
import { createOrm } from "../../../orm/client/create-orm.ts";
import { createMemoryDriver } from "../../../orm/memory/driver.ts";
import { id, string } from "../../../orm/schema/fields.ts";
import { defineSchema, model } from "../../../orm/schema/model.ts";
import { ormError } from "../support.ts";

const schema = defineSchema({
  node: model({
    table: "nodes",
    fields: {
      id: id(),
      code: string().unique(),
      nextId: string().nullable().references("node.id", { onDelete: "cascade" }),
    },
  }),
  link: model({
    table: "links",
    fields: {
      id: id(),
      code: string().nullable().unique().references("node.code", { onDelete: "set null" }),
      pick: string().default("home").references("node.code", { onDelete: "set default" }),
    },
  }),
});

// The contract suite has what every driver promises; here are the corners.
const make = () => createOrm({ schema, driver: createMemoryDriver() });
let orm: ReturnType<typeof make>;

beforeEach(async () => {
  orm = make();
  await orm.node.createMany({ data: ["home", "a", "b"].map((code) => ({ id: code, code })) });
});

describe("references in memory", () => {
  it("refuse a default that is not there", async () => {
    await orm.link.create({ data: { code: "a", pick: "b" } });
    await orm.node.delete({ where: { id: "b" } });
    await expect(orm.node.delete({ where: { code: "home" } })).rejects.toThrow(ormError("FOREIGN_KEY_VIOLATION"));
    expect(await orm.link.findMany()).toMatchObject([{ code: "a", pick: "home" }]);
    expect(await orm.node.count()).toBe(2);
  });

  it("follow a record whose id changes with its reference to itself", async () => {
    await orm.node.update({ where: { id: "a" }, data: { nextId: "a" } });
    await expect(orm.node.update({ where: { id: "a" }, data: { id: "z" } })).rejects.toThrow(
      ormError("FOREIGN_KEY_VIOLATION"),
    );
    expect(await orm.node.update({ where: { id: "a" }, data: { id: "z", nextId: "z" } })).toMatchObject({ id: "z" });
  });

  it("do not take a record with another id for one that is gone", async () => {
    const attempt = orm.transaction(async (tx) => {
      await tx.node.update({ where: { id: "a" }, data: { id: "z" } });
      await orm.node.create({ data: { id: "c", code: "c", nextId: "a" } });
    });
    await expect(attempt).rejects.toThrow(ormError("FOREIGN_KEY_VIOLATION"));
    expect(await orm.node.count()).toBe(4);
  });

  it("hold while another record takes the key over", async () => {
    await orm.link.create({ data: { code: "a", pick: "b" } });
    await orm.transaction(async (tx) => {
      await tx.node.create({ data: { id: "c", code: "c" } });
      await tx.link.deleteMany();
      await tx.node.delete({ where: { id: "a" } });
      await tx.node.create({ data: { id: "d", code: "a" } });
      await orm.link.create({ data: { code: null, pick: "a" } });
    });
    expect(await orm.link.findMany()).toMatchObject([{ pick: "a" }]);
  });

  it("are not run again after a violation", async () => {
    let runs = 0;
    const attempt = orm.transaction(
      (tx) => {
        runs += 1;
        return tx.node.create({ data: { code: "x", nextId: "nobody" } });
      },
      { retries: 3 },
    );
    await expect(attempt).rejects.toThrow(ormError("FOREIGN_KEY_VIOLATION", "nextId"));
    expect(runs).toBe(1);
  });
});

describe("savepoints in memory", () => {
  it("lose against a call beside them that changes the same record, and are run again", async () => {
    let runs = 0;
    const change = (retries: number) =>
      orm.transaction(async (tx) => {
        const attempt = tx.transaction(
          async (inner) => {
            runs += 1;
            await inner.node.update({ where: { id: "a" }, data: { code: `inner ${runs}` } });
            if (runs === 1) await tx.node.update({ where: { id: "a" }, data: { code: "outer" } });
          },
          { retries },
        );
        await attempt;
      });
    await expect(change(0)).rejects.toThrow(ormError("TRANSACTION_CONFLICT"));
    runs = 0;
    await change(1);
    expect(await orm.node.findUnique({ where: { id: "a" } })).toMatchObject({ code: "inner 2" });
  });

  it("cannot write after their end", async () => {
    await orm.transaction(async (tx) => {
      let late: typeof tx | undefined;
      await tx.transaction((inner) => Promise.resolve((late = inner)));
      await expect(late!.node.create({ data: { code: "late" } })).rejects.toThrow(ormError("INVALID_QUERY", "over"));
      await tx.node.create({ data: { code: "in time" } });
    });
    expect(await orm.node.count()).toBe(4);
  });
});
