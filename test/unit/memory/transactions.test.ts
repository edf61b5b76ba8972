import { beforeEach, describe, expect, it } from "vitest";
import { createOrm } from "../../../orm/client/create-orm.ts";
import { createMemoryDriver } from "../../../orm/memory/driver.ts";
import { ormError, schema } from "../support.ts";

const make = () => createOrm({ schema, driver: createMemoryDriver() });
let orm: ReturnType<typeof make>;

beforeEach(async () => {
  orm = make();
  await orm.item.createMany({ data: ["a", "b"].map((code) => ({ id: code, code, second: 1 })) });
});

// The contract suite has what every driver promises; here is what is the memory driver's own.
describe("transactions in memory", () => {
  it("write nothing at a conflict, in any model", async () => {
    const attempt = orm.transaction(async (tx) => {
      await tx.part.create({ data: { id: 1, itemId: "a" } });
      await tx.item.update({ where: { id: "a" }, data: { name: "inside" } });
      await orm.item.update({ where: { id: "a" }, data: { name: "outside" } });
    });
    await expect(attempt).rejects.toThrow(ormError("TRANSACTION_CONFLICT"));
    expect(await orm.part.count()).toBe(0);
    expect(await orm.item.findUnique({ where: { id: "a" }, select: { name: true } })).toEqual({ name: "outside" });
  });

  it("conflict with a delete", async () => {
    const attempt = orm.transaction(async (tx) => {
      await tx.item.increment({ where: { id: "a" }, increment: { second: 1 } });
      await orm.item.delete({ where: { id: "a" } });
    });
    await expect(attempt).rejects.toThrow(ormError("TRANSACTION_CONFLICT"));
    expect(await orm.item.count()).toBe(1);
  });

  it("do not conflict over records that they only read", async () => {
    await orm.transaction(async (tx) => {
      await tx.item.findMany();
      await orm.item.update({ where: { id: "a" }, data: { name: "outside" } });
      await tx.item.update({ where: { id: "b" }, data: { name: "inside" } });
    });
    expect((await orm.item.findMany()).map((item) => item.name)).toEqual(["outside", "inside"]);
  });

  it("find at the commit that a unique value was taken meanwhile", async () => {
    const taken = (data: { id: string; code: string }) =>
      orm.transaction(async (tx) => {
        await tx.item.create({ data: { id: "c", code: "c" } });
        await orm.item.create({ data });
      });
    await expect(taken({ id: "d", code: "c" })).rejects.toMatchObject({
      code: "UNIQUE_CONSTRAINT_VIOLATION",
      meta: { target: ["code"] },
    });
    await orm.item.delete({ where: { id: "d" } });
    await expect(taken({ id: "c", code: "d" })).rejects.toMatchObject({
      code: "UNIQUE_CONSTRAINT_VIOLATION",
      meta: { target: ["id"] },
    });
  });

  it("may swap unique values", async () => {
    await orm.transaction(async (tx) => {
      await tx.item.update({ where: { id: "a" }, data: { code: "c" } });
      await tx.item.update({ where: { id: "b" }, data: { code: "a" } });
      await tx.item.update({ where: { id: "a" }, data: { code: "b" } });
    });
    expect((await orm.item.findMany({ orderBy: { id: "asc" } })).map((item) => item.code)).toEqual(["b", "a"]);
  });

  it("cannot write after their end", async () => {
    let late: Promise<unknown> | undefined;
    await orm.transaction(async (tx) => {
      late = new Promise((resolve) => setTimeout(resolve)).then(() => tx.item.create({ data: { code: "late" } }));
      await tx.item.count();
    });
    await expect(late).rejects.toThrow(ormError("INVALID_QUERY", "over"));
    expect(await orm.item.count()).toBe(2);
  });
});

describe("writes in memory", () => {
  it("are all or nothing for many records", async () => {
    const data = [{ code: "c" }, { code: "a" }];
    await expect(orm.item.createMany({ data })).rejects.toThrow(ormError("UNIQUE_CONSTRAINT_VIOLATION", "code"));
    await expect(orm.item.updateMany({ data: { code: "same" } })).rejects.toThrow(
      ormError("UNIQUE_CONSTRAINT_VIOLATION", "code"),
    );
    await expect(orm.item.updateMany({ data: { id: "same" } })).rejects.toThrow(
      ormError("UNIQUE_CONSTRAINT_VIOLATION", "id"),
    );
    expect((await orm.item.findMany()).map((item) => item.code)).toEqual(["a", "b"]);
  });

  it("move a record to another id", async () => {
    await orm.item.update({ where: { id: "a" }, data: { id: "z" } });
    expect(await orm.item.findUnique({ where: { id: "a" } })).toBeNull();
    expect(await orm.item.findUnique({ where: { id: "z" }, select: { code: true } })).toEqual({ code: "a" });
    await expect(orm.item.update({ where: { id: "z" }, data: { id: "b" } })).rejects.toThrow(
      ormError("UNIQUE_CONSTRAINT_VIOLATION", "id"),
    );
  });

  it("are shared by the ORMs over one driver, and seen in its client", async () => {
    const driver = createMemoryDriver();
    const [one, two] = [createOrm({ schema, driver }), createOrm({ schema, driver })];
    await one.item.create({ data: { id: "x", code: "x" } });
    expect(await two.item.count()).toBe(1);
    expect(one.$driver.client.get("item")?.get("x")).toMatchObject({ code: "x" });
  });
});
