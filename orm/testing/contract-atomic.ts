import { describe, expect, it } from "vitest";
import { concurrently, fresh, freshNumber, type ContractContext } from "./contract-schema.ts";

const MANY = 50;

/** The operations that must be atomic, under races. */
export function atomicContract(context: () => ContractContext): void {
  consumeContract(context);
  incrementContract(context);
  changeContract(context);
}

function consumeContract(context: () => ContractContext): void {
  describe("consume", () => {
    it("returns the record that it deletes, once", async () => {
      const { orm } = context();
      const session = await orm.session.create({ data: { token: fresh("token"), userId: fresh("user") } });
      expect(await orm.session.consume({ where: { token: session.token } })).toEqual(session);
      expect(await orm.session.consume({ where: { token: session.token } })).toBeNull();
      expect(await orm.session.findUnique({ where: { id: session.id } })).toBeNull();
    });

    it("leaves a record that the rest of the filter does not match", async () => {
      const { orm } = context();
      const session = await orm.session.create({ data: { token: fresh("token"), userId: fresh("user"), note: "a" } });
      expect(await orm.session.consume({ where: { token: session.token, note: "b" } })).toBeNull();
      expect(await orm.session.consume({ where: { id: session.id, createdAt: { gt: session.createdAt } } })).toBeNull();
      expect(await orm.session.consume({ where: { id: session.id, note: "a" } })).toEqual(session);
    });

    it("takes one of several matching records", async () => {
      const { orm } = context();
      const userId = fresh("user");
      await concurrently(3, () => orm.session.create({ data: { token: fresh("token"), userId } }));
      expect(await orm.session.consume({ where: { userId }, select: { userId: true } })).toEqual({ userId });
      expect(await orm.session.count({ where: { userId } })).toBe(2);
    });

    it("gives a record to one of many concurrent callers, by its home", async () => {
      const { orm } = context();
      const { token } = await orm.session.create({ data: { token: fresh("token"), userId: fresh("user") } });
      const results = await concurrently(MANY, () => orm.session.consume({ where: { token } }));
      expect(results.filter((result) => result !== null)).toHaveLength(1);
    });

    it("gives a record to one of many concurrent callers, by another key or a filter", async () => {
      const { orm } = context();
      const { id, userId } = await orm.session.create({ data: { token: fresh("token"), userId: fresh("user") } });
      const results = await concurrently(MANY, (i) => orm.session.consume({ where: i % 2 ? { id } : { userId } }));
      expect(results.filter((result) => result !== null)).toHaveLength(1);
    });

    it("gives several records to as many concurrent callers", async () => {
      const { orm } = context();
      const userId = fresh("user");
      await concurrently(5, () => orm.session.create({ data: { token: fresh("token"), userId } }));
      const results = await concurrently(10, () => orm.session.consume({ where: { userId } }));
      const ids = results.flatMap((result) => (result ? [result.id] : []));
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.length + (await orm.session.count({ where: { userId } }))).toBe(5);
    });
  });
}

function incrementContract(context: () => ContractContext): void {
  describe("increment", () => {
    it("adds, subtracts and sets, and returns the record", async () => {
      const { orm } = context();
      const id = freshNumber();
      await orm.counter.create({ data: { id, total: 1.5 } });
      const first = await orm.counter.increment({
        where: { id },
        increment: { hits: 2, total: 0.25 },
        set: { name: "a" },
      });
      expect(first).toEqual({ id, hits: 2, total: 1.75, name: "a" });
      const second = await orm.counter.increment({ where: { id, name: "a" }, increment: { hits: -3 } });
      expect(second).toEqual({ id, hits: -1, total: 1.75, name: "a" });
      expect(await orm.counter.increment({ where: { id }, set: { name: null }, select: { name: true } })).toEqual({
        name: null,
      });
      expect(await orm.counter.findUnique({ where: { id } })).toEqual({ id, hits: -1, total: 1.75, name: null });
    });

    it("changes nothing where the guard does not hold", async () => {
      const { orm } = context();
      const id = freshNumber();
      const counter = await orm.counter.create({ data: { id, hits: 3 } });
      expect(await orm.counter.increment({ where: { id, hits: { lt: 3 } }, increment: { hits: 1 } })).toBeNull();
      expect(await orm.counter.increment({ where: { id: freshNumber() }, increment: { hits: 1 } })).toBeNull();
      expect(await orm.counter.findUnique({ where: { id } })).toEqual(counter);
    });

    it("keeps indexes true", async () => {
      const { orm } = context();
      const space = fresh("space");
      const { email } = await orm.user.create({ data: { email: fresh("email"), space } });
      await orm.user.increment({ where: { email }, increment: { age: 5 } });
      expect(await orm.user.findMany({ where: { space, age: { gt: 4 } }, select: { age: true } })).toEqual([
        { age: 5 },
      ]);
      expect(await orm.user.count({ where: { space, age: null } })).toBe(0);
    });

    incrementRaceTests(context);
  });
}

function incrementRaceTests(context: () => ContractContext): void {
  it("loses none of many concurrent increments", async () => {
    const { orm } = context();
    const id = freshNumber();
    await orm.counter.create({ data: { id } });
    const results = await concurrently(MANY, () => orm.counter.increment({ where: { id }, increment: { hits: 1 } }));
    expect(results.map((result) => result?.hits).sort((a, b) => (a ?? 0) - (b ?? 0))).toEqual(
      Array.from({ length: MANY }, (_, i) => i + 1),
    );
  });

  it("holds the guard for each of many concurrent increments", async () => {
    const { orm } = context();
    const id = freshNumber();
    await orm.counter.create({ data: { id, hits: 0 } });
    const results = await concurrently(MANY, () =>
      orm.counter.increment({ where: { id, hits: { lt: 7 } }, increment: { hits: 1 } }),
    );
    expect(results.filter((result) => result !== null)).toHaveLength(7);
    expect((await orm.counter.findUnique({ where: { id } }))?.hits).toBe(7);
  });
}

function changeContract(context: () => ContractContext): void {
  describe("update", () => {
    it("lets one of many concurrent callers pass a condition", async () => {
      const { orm } = context();
      const { id } = await orm.user.create({ data: { email: fresh("email"), name: "open" } });
      const results = await concurrently(MANY, (i) =>
        orm.user.update({ where: { id, name: "open" }, data: { name: `taken by ${i}` } }),
      );
      expect(results.filter((result) => result !== null)).toHaveLength(1);
    });
  });

  describe("upsert", () => {
    it("creates one record for many concurrent callers", async () => {
      const { orm } = context();
      const where = { email: fresh("email") };
      const results = await concurrently(MANY, (age) =>
        orm.user.upsert({ where, create: { name: "new" }, update: { age } }),
      );
      expect(new Set(results.map((user) => user.id)).size).toBe(1);
      expect(results.filter((user) => user.age === null).length).toBeGreaterThanOrEqual(1);
      expect(await orm.user.count({ where })).toBe(1);
    });
  });
}
