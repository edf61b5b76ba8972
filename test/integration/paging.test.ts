import { defineSchema, id, integer, model, string } from "auth-dynamodb";
import { describe, expect, it } from "vitest";
import { engines } from "../support/engines.ts";
import { openRivals } from "../support/rivals.ts";

const schema = defineSchema({
  row: model({
    table: "rows",
    fields: { id: id(), list: string(), rank: integer(), kind: string() },
    constraints: { indexes: [{ on: ["list"], orderBy: "rank" }] },
  }),
  item: model({
    table: "items",
    fields: { id: id({ type: "integer" }), list: string(), kind: string() },
    constraints: { indexes: [{ on: ["list"], orderBy: "id" }] },
  }),
});

describe.each(engines)("paging on $name", (engine) => {
  it("finds a record once whose place in the order changes between two pages", async () => {
    const { orm, rival, faults } = await openRivals(engine, schema);
    await rival.row.createMany({
      data: Array.from({ length: 150 }, (_, i) => ({
        id: `r${i}`,
        list: "l",
        rank: i,
        kind: i === 0 || i > 140 ? "x" : "y",
      })),
    });
    faults.delay({ operation: "Query", nth: 2 }, () => rival.row.update({ where: { id: "r0" }, data: { rank: 149 } }));
    const found = await orm.row.findMany({ where: { list: "l", kind: "x" }, orderBy: { rank: "asc" }, take: 50 });
    expect(found.filter((row) => row.id === "r0")).toHaveLength(1);
  });

  it("over several partitions without an order neither drops nor repeats", async () => {
    const { orm } = await openRivals(engine, schema);
    const data = ["a", "b"].flatMap((list) =>
      Array.from({ length: 300 }, (_, i) => ({ id: `${list}${i}`, list, rank: i, kind: i % 100 === 50 ? "x" : "y" })),
    );
    await orm.row.createMany({ data });
    const where = { list: { in: ["a", "b"] }, kind: "x" };
    const seen: string[] = [];
    for (let skip = 0; skip < 6; skip += 2)
      seen.push(...(await orm.row.findMany({ where, skip, take: 2 })).map((row) => row.id));
    expect(seen.sort()).toEqual(["a150", "a250", "a50", "b150", "b250", "b50"]);
  });

  it("orders numeric ids as numbers, over two partitions with a filter", async () => {
    const { orm } = await openRivals(engine, schema);
    const range = (list: string, from: number, x: number) =>
      Array.from({ length: 120 }, (_, i) => ({ id: from + i, list, kind: from + i === x ? "x" : "y" }));
    await orm.item.createMany({ data: [...range("a", 1000, 1050), ...range("b", 200, 310)] });
    const [first] = await orm.item.findMany({
      where: { list: { in: ["a", "b"] }, kind: "x" },
      orderBy: { id: "asc" },
      take: 1,
    });
    expect(first).toMatchObject({ id: 310 });
  });

  it("needs no scan for what belongs to a thousand records", async () => {
    const { orm } = await openRivals(engine, schema);
    const values = Array.from({ length: 1001 }, (_, i) => `l${i}`);
    expect(orm.row.explain({ where: { list: { in: values } } }).path).toBe("index");
    expect(orm.row.explain({ where: { id: { in: values } } }).path).toBe("home");
  });
});
