import { beforeAll, describe, expect, it } from "vitest";
import type { OrderBy } from "../client/where-types.ts";
import { fresh, freshNumber, type ContractContext, type ContractSchema } from "./contract-schema.ts";

type UserOrder = OrderBy<ContractSchema, "user">;

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

    const list = async (orderBy: UserOrder, page: { skip?: number; take?: number } = {}) => {
      const found = await context().orm.user.findMany({ where: { space }, orderBy, ...page, select: { name: true } });
      return found.map((user) => user.name).join("");
    };

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

    it("counts pages over what a filter leaves", async () => {
      const { orm } = context();
      const where = { space, name: { in: ["a", "c", "e"] } };
      const found = await orm.user.findMany({ where, orderBy: { createdAt: "asc" }, skip: 1, take: 2 });
      expect(found.map((user) => user.name)).toEqual(["c", "a"]);
      expect(await orm.user.findFirst({ where, orderBy: { createdAt: "desc" }, select: { name: true } })).toEqual({ name: "a" });
      expect(await orm.user.findFirst({ where, orderBy: { createdAt: "asc" }, skip: 2, select: { name: true } })).toEqual({
        name: "a",
      });
      expect(await orm.user.findFirst({ where, skip: 3 })).toBeNull();
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
  });
}
