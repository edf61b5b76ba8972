import { beforeAll, describe, expect, it } from "vitest";
import type { OrderBy } from "../client/where-types.ts";
import { fresh, freshNumber, type ContractContext, type ContractSchema } from "./contract-schema.ts";

type UserOrder = OrderBy<ContractSchema, "user">;

/** The names of the listed users, in their order; `after` is the name of the one that a page goes on from. */
type List = (orderBy: UserOrder, page?: { skip?: number; take?: number; after?: string }) => Promise<string>;

/** Orders and pages. */
export function orderContract(context: () => ContractContext): void {
  describe("order and pages", () => {
    const space = fresh("space");
    const names = new Map<string, string>();

    beforeAll(async () => {
      const { orm } = context();
      const rows = [
        { name: "c", age: 2, createdAt: new Date(-1000) },
        { name: "a", age: null, createdAt: new Date(1000) },
        { name: "e", age: 10, createdAt: new Date(-2000) },
        { name: "b", age: 2, createdAt: new Date(0) },
        { name: "d", age: null, createdAt: new Date(2000) },
      ];
      // Ids in the order of the names, so that ties have a known order.
      for (const row of rows) {
        const id = `${space}-${row.name}`;
        await orm.user.create({ data: { ...row, id, email: fresh("email"), space } });
        names.set(id, row.name);
      }
    });

    const list: List = async (orderBy, { after: name, ...page } = {}) => {
      const { orm } = context();
      const after = name && (await orm.user.findUnique({ where: { id: `${space}-${name}` } }));
      const found = await orm.user.findMany({
        ...{ where: { space }, orderBy, ...page, select: { name: true } },
        ...(after ? { after } : {}),
      });
      return found.map((user) => user.name).join("");
    };

    directionTests(list);
    pageTests(context, space, names);
    cursorTests(context, space);
    valueOrderTests(context);
  });
}

function directionTests(list: List): void {
  it.each<[string, UserOrder, string]>([
    ["text", { name: "asc" }, "abcde"],
    ["text, descending", { name: "desc" }, "edcba"],
    ["dates, also before 1970", { createdAt: "asc" }, "ecbad"],
    ["dates, descending", { createdAt: "desc" }, "dabce"],
    ["nulls first, ties by id", { age: "asc" }, "adbce"],
    ["nulls last in descending order, ties by id too", { age: "desc" }, "ecbda"],
    ["several fields", [{ age: "asc" }, { name: "desc" }], "dacbe"],
    ["several fields of one object", { age: "desc", createdAt: "asc" }, "ecbad"],
    ["id", { id: "desc" }, "edcba"],
  ])("orders by %s", async (_title, orderBy, expected) => {
    expect(await list(orderBy)).toBe(expected);
  });

  it.each<[string, UserOrder, string]>([
    ["an indexed order", { createdAt: "asc" }, "ecbad"],
    ["an indexed order, descending", { createdAt: "desc" }, "dabce"],
    ["an order with ties", { age: "asc" }, "adbce"],
    ["an order without an index", { name: "desc" }, "edcba"],
  ])("pages through %s", async (_title, orderBy, expected) => {
    expect(await list(orderBy, { take: 2 })).toBe(expected.slice(0, 2));
    expect(await list(orderBy, { skip: 2, take: 2 })).toBe(expected.slice(2, 4));
    expect(await list(orderBy, { skip: 4, take: 2 })).toBe(expected.slice(4));
    expect(await list(orderBy, { skip: 3 })).toBe(expected.slice(3));
    expect(await list(orderBy, { skip: 5 })).toBe("");
    expect(await list(orderBy, { take: 100 })).toBe(expected);
    expect(await list(orderBy, { take: 0 })).toBe("");
  });

  it.each<[string, UserOrder, string]>([
    ["an indexed order", { createdAt: "asc" }, "ecbad"],
    ["an indexed order, descending", { createdAt: "desc" }, "dabce"],
    ["an order with nulls and ties", { age: "asc" }, "adbce"],
    ["the same, descending", { age: "desc" }, "ecbda"],
    ["an order without an index", { name: "desc" }, "edcba"],
    ["several fields", [{ age: "asc" }, { name: "desc" }], "dacbe"],
    ["ids", { id: "asc" }, "abcde"],
  ])("goes on after a record in %s", async (_title, orderBy, expected) => {
    for (const [i, name] of [...expected].entries()) {
      expect(await list(orderBy, { after: name })).toBe(expected.slice(i + 1));
      expect(await list(orderBy, { after: name, take: 2 })).toBe(expected.slice(i + 1, i + 3));
      expect(await list(orderBy, { after: name, skip: 1, take: 2 })).toBe(expected.slice(i + 2, i + 4));
    }
  });
}

function pageTests(context: () => ContractContext, space: string, names: ReadonlyMap<string, string>): void {
  it("counts pages over what a filter leaves", async () => {
    const { orm } = context();
    const where = { space, name: { in: ["a", "c", "e"] } };
    const found = await orm.user.findMany({ where, orderBy: { createdAt: "asc" }, skip: 1, take: 2 });
    expect(found.map((user) => user.name)).toEqual(["c", "a"]);
    expect(await orm.user.findFirst({ where, orderBy: { createdAt: "desc" }, select: { name: true } })).toEqual({
      name: "a",
    });
    expect(await orm.user.findFirst({ where, orderBy: { createdAt: "asc" }, skip: 2, select: { name: true } })).toEqual(
      {
        name: "a",
      },
    );
    expect(await orm.user.findFirst({ where, skip: 3 })).toBeNull();
  });

  it("lists several values of the field of an order", async () => {
    const { orm } = context();
    const where = { space, age: { in: [10, 2, 7, 2] } };
    const lists = await Promise.all([
      orm.user.findMany({ where, orderBy: { age: "asc" } }),
      orm.user.findMany({ where, orderBy: { age: "desc" }, take: 2 }),
      orm.user.findMany({ where, orderBy: { age: "asc" }, skip: 1, take: 1 }),
      orm.user.findMany({ where, orderBy: { age: "asc" }, after: { id: `${space}-b`, age: 2 } }),
      orm.user.findMany({ where, orderBy: { createdAt: "desc" } }),
    ]);
    expect(lists.map((users) => users.map(({ name }) => name).join(""))).toEqual(["bce", "ec", "c", "ce", "bce"]);
    expect(await orm.user.count({ where })).toBe(3);
    expect(await orm.user.count({ where: { ...where, name: { not: "b" } } })).toBe(2);
  });

  it("lists each of several long texts that begin alike once", async () => {
    const { orm } = context();
    const [one = "", other = "", third = ""] = ["1", "2", "3"].map((end) => "x".repeat(1500) + end);
    for (const text of [one, other, other, third]) await orm.sample.create({ data: { space, text } });
    const where = { space, text: { in: [one, other] } };
    const found = await orm.sample.findMany({ where, orderBy: { text: "desc" } });
    expect(found.map(({ text }) => text)).toEqual([other, other, one]);
    expect(await orm.sample.findMany({ where, orderBy: { text: "asc" }, take: 2 })).toHaveLength(2);
    expect(await orm.sample.count({ where })).toBe(3);
  });

  it("takes as many as asked without an order", async () => {
    const { orm } = context();
    const found = await orm.user.findMany({ where: { space }, take: 3 });
    expect(new Set(found.map((user) => user.id)).size).toBe(3);
    expect(await orm.user.findMany({ where: { space }, skip: 3 })).toHaveLength(2);
  });

  it("orders within a list of keys", async () => {
    const { orm } = context();
    const where = { id: { in: [...names.keys()] } };
    const found = await orm.user.findMany({ where, orderBy: { name: "desc" }, skip: 1, take: 2 });
    expect(found.map((user) => user.name)).toEqual(["d", "c"]);
  });
}

function cursorTests(context: () => ContractContext, space: string): void {
  it("goes on after a record that is not there any more", async () => {
    const { orm } = context();
    const after = { id: `${space}-zz`, createdAt: new Date(-500) };
    const found = await orm.user.findMany({ where: { space }, orderBy: { createdAt: "asc" }, take: 2, after });
    expect(found.map((user) => user.name)).toEqual(["b", "a"]);
  });

  it("refuses to go on without an order, or without what it goes by", async () => {
    const { orm } = context();
    const after = { id: `${space}-a` };
    await expect(orm.user.findMany({ where: { space }, after })).rejects.toMatchObject({ code: "INVALID_QUERY" });
    await expect(orm.user.findMany({ where: { space }, orderBy: { age: "asc" }, after })).rejects.toMatchObject({
      code: "INVALID_QUERY",
      meta: { target: ["age"] },
    });
  });

  it("goes on in a transaction, which sees its own records", async () => {
    const { orm } = context();
    const own = fresh("space");
    const users = ["a", "b", "d"].map((name, i) => ({
      ...{ id: `${own}-${name}`, name, age: i, email: fresh("email"), space: own, createdAt: new Date(i * 1000) },
    }));
    await orm.user.createMany({ data: users });
    const names = await orm.transaction(async (tx) => {
      await tx.user.create({
        data: { ...users[0]!, id: `${own}-c`, name: "c", email: fresh("email"), createdAt: new Date(1500) },
      });
      const page = async (after?: (typeof users)[number]) =>
        tx.user.findMany({
          where: { space: own },
          orderBy: { createdAt: "asc" },
          take: 2,
          ...(after ? { after } : {}),
        });
      const first = await page();
      const all = await tx.user.findMany({ where: { space: own } });
      const second = await page({ ...users[0]!, ...first.at(-1) } as (typeof users)[number]);
      return [...first, ...second].map((user) => user.name).join("") + all.length;
    });
    expect(names).toBe("abcd4");
  });
}

function valueOrderTests(context: () => ContractContext): void {
  it("orders text by code points, and numbers by value", async () => {
    const { orm } = context();
    const own = fresh("space");
    const texts = ["\u{1f600}", "\uffee", "é", "z", "Z", ""];
    await orm.sample.createMany({
      data: texts.map((text, i) => ({ space: own, text, exact: String(10 - 4 * i), big: BigInt(5 * i - 12) })),
    });
    const by = async (orderBy: OrderBy<ContractSchema, "sample">) =>
      (await orm.sample.findMany({ where: { space: own }, orderBy })).map((sample) => sample.text);
    expect(await by({ text: "asc" })).toEqual(["", "Z", "z", "é", "\uffee", "\u{1f600}"]);
    expect(await by({ text: "desc" })).toEqual(texts);
    expect(await by({ exact: "desc" })).toEqual(texts);
    expect(await by({ big: "asc" })).toEqual(texts);
  });

  it("orders integer ids as numbers", async () => {
    const { orm } = context();
    const name = fresh("name");
    const base = freshNumber() * 1000;
    const ids = [base, -base, 7 - base];
    await orm.counter.createMany({ data: ids.map((id) => ({ id, name })) });
    const found = await orm.counter.findMany({ where: { name }, orderBy: { id: "asc" } });
    expect(found.map((counter) => counter.id)).toEqual([-base, 7 - base, base]);
    expect(await orm.counter.count({ where: { id: { in: ids, lt: 0 } } })).toBe(2);
  });
}
