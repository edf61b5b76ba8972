import { createMemoryDriver, createOrm } from "auth-dynamodb";
import { describe, expect, it } from "vitest";
import { ormError, schema } from "../support.ts";

const open = (seeds: Parameters<typeof createMemoryDriver>[0]) => {
  const driver = createMemoryDriver(seeds);
  return { driver, connect: () => createOrm({ schema, driver }) };
};

describe("seeds of the memory driver", () => {
  it("are records from the first ORM on, with their defaults", async () => {
    const { driver, connect } = open({
      item: [
        { id: "a", code: "1" },
        { code: "2", choice: "two" },
      ],
      part: [{ id: 1, itemId: "a" }],
    });
    const orm = connect();
    expect(await orm.item.findUnique({ where: { code: "1" }, select: { id: true, made: true, parts: true } })).toEqual({
      id: "a",
      made: "made",
      parts: [{ id: 1, itemId: "a", size: 1 }],
    });
    const generated = await orm.item.findUnique({ where: { code: "2" } });
    expect(generated).toMatchObject({ id: expect.any(String) as string, choice: "two", flag: false });
    expect(driver.handle.client.get("part")?.get(1)).toEqual({ id: 1, itemId: "a", size: 1 });
    expect([...driver.handle.client.get("item")!.values()].map(({ code }) => code)).toEqual(["1", "2"]);
  });

  it("are planted once: what is deleted stays deleted", async () => {
    const { connect } = open({ item: [{ id: "a", code: "1" }] });
    await connect().item.deleteMany();
    expect(await connect().item.count()).toBe(0);
  });

  it("are copies: neither the caller's list nor another driver changes them", async () => {
    const seeds = { item: [{ id: "a", code: "1", at: new Date(0), data: { list: [1] } }] };
    const [one, other] = [open(seeds).connect(), open(seeds).connect()];
    await one.item.update({ where: { id: "a" }, data: { name: "changed" } });
    seeds.item[0]!.at.setTime(1);
    seeds.item[0]!.data.list.push(2);
    expect(await other.item.findUnique({ where: { id: "a" } })).toMatchObject({
      name: null,
      at: new Date(0),
      data: { list: [1] },
    });
  });

  it.each([
    ["an unknown model", { nope: [] }, ormError("INVALID_QUERY", '"nope"')],
    ["what is no list", { item: { id: "a" } as never }, ormError("INVALID_QUERY", "list")],
    ["an unknown field", { item: [{ code: "1", nope: 1 }] }, ormError("INVALID_QUERY", '"nope"')],
    ["a missing value", { item: [{ id: "a" }] }, ormError("INVALID_VALUE", "code")],
    ["a value of another kind", { item: [{ code: 1 }] }, ormError("INVALID_VALUE", "code")],
    ["an id twice", { part: [1, 1].map((id) => ({ id, itemId: "a" })) }, ormError("UNIQUE_CONSTRAINT_VIOLATION", "id")],
    ["a unique value twice", { item: [{ code: "1" }, { code: "1" }] }, ormError("UNIQUE_CONSTRAINT_VIOLATION", "code")],
  ])("are refused with %s, and leave nothing", (_title, seeds, error) => {
    const { driver, connect } = open({ part: [{ id: 9, itemId: "a" }], ...seeds });
    expect(connect).toThrow(error);
    expect(driver.handle.client.get("part")?.size ?? 0).toBe(0);
  });
});
