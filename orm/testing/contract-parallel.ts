import { describe, expect, it } from "vitest";
import { concurrently, errorOf, fresh, freshNumber, type ContractContext } from "./contract-schema.ts";

/** Calls side by side inside of one transaction: guards and single use hold as they do one after another. */
export function parallelContract(context: () => ContractContext): void {
  describe("calls side by side inside of a transaction", () => {
    changeTests(context);
    goneTests(context);
    createTests(context);
  });
}

function changeTests(context: () => ContractContext): void {
  it("hold the guard of an increment, by the id", async () => {
    const { orm } = context();
    const id = freshNumber();
    await orm.counter.create({ data: { id, hits: 1 } });
    const results = await orm.transaction((tx) =>
      concurrently(3, () => tx.counter.increment({ where: { id, hits: { gt: 0 } }, increment: { hits: -1 } })),
    );
    expect(results.filter((result) => result !== null)).toHaveLength(1);
    expect((await orm.counter.findUnique({ where: { id } }))?.hits).toBe(0);
  });

  it("hold the guard of an increment, by another key", async () => {
    const { orm } = context();
    const { id, email } = await orm.user.create({ data: { email: fresh("email"), age: 2 } });
    const results = await orm.transaction((tx) =>
      concurrently(5, (i) =>
        tx.user.increment({
          where: i % 2 ? { email, age: { gt: 0 } } : { id, age: { gt: 0 } },
          increment: { age: -1 },
        }),
      ),
    );
    expect(results.filter((result) => result !== null)).toHaveLength(2);
    expect((await orm.user.findUnique({ where: { email } }))?.age).toBe(0);
  });

  it("hold the guard of an update, and lose no other's fields", async () => {
    const { orm } = context();
    const user = await orm.user.create({ data: { email: fresh("email"), name: "open" } });
    const { id, email } = user;
    const [first, second, other] = await orm.transaction((tx) =>
      Promise.all([
        tx.user.update({ where: { id, name: "open" }, data: { name: "first" } }),
        tx.user.update({ where: { email, name: "open" }, data: { name: "second" } }),
        tx.user.update({ where: { email }, data: { age: 7 } }),
      ]),
    );
    expect([first, second].filter((result) => result !== null)).toHaveLength(1);
    expect(other).not.toBeNull();
    const name = first ? "first" : "second";
    expect(await orm.user.findUnique({ where: { id } })).toEqual({ ...user, name, age: 7 });
  });
}

function goneTests(context: () => ContractContext): void {
  it("give a record to one of several callers", async () => {
    const { orm } = context();
    const session = await orm.session.create({ data: { token: fresh("token"), userId: fresh("user") } });
    const { id, token, userId } = session;
    const results = await orm.transaction((tx) =>
      Promise.all([
        tx.session.consume({ where: { token } }),
        tx.session.consume({ where: { id } }),
        tx.session.consume({ where: { userId } }),
      ]),
    );
    expect(results.filter((result) => result !== null)).toEqual([session]);
    expect(results.filter((result) => result === null)).toHaveLength(2);
    expect(await orm.session.findUnique({ where: { token } })).toBeNull();
  });

  it("consume beside an update: either order, and the record is gone", async () => {
    const { orm } = context();
    const { token } = await orm.session.create({ data: { token: fresh("token"), userId: fresh("user") } });
    const [consumed, updated] = await orm.transaction((tx) =>
      Promise.all([
        tx.session.consume({ where: { token } }),
        tx.session.update({ where: { token }, data: { note: "x" } }),
      ]),
    );
    expect(consumed).toMatchObject({ token, note: updated ? "x" : null });
    expect(await orm.session.findUnique({ where: { token } })).toBeNull();
  });
}

function createTests(context: () => ContractContext): void {
  it("refuse the second of two creates of one value, and write neither where that is thrown", async () => {
    const { orm } = context();
    const email = fresh("email");
    const attempt = orm.transaction((tx) =>
      Promise.all([tx.user.create({ data: { email } }), tx.user.create({ data: { email } })]),
    );
    expect(await errorOf(attempt)).toMatchObject({ code: "UNIQUE_CONSTRAINT_VIOLATION" });
    expect(await orm.user.findUnique({ where: { email } })).toBeNull();
    const results = await orm.transaction((tx) =>
      concurrently(3, () => tx.user.create({ data: { email } }).catch((error: unknown) => error)),
    );
    expect(results.filter((result) => result instanceof Error)).toHaveLength(2);
    expect(await orm.user.count({ where: { email } })).toBe(1);
  });

  it("create one record by upserts of one key", async () => {
    const { orm } = context();
    const where = { email: fresh("email") };
    const results = await orm.transaction((tx) =>
      concurrently(3, () => tx.user.upsert({ where, create: { age: 1 }, update: { age: 2 } })),
    );
    expect(results.map(({ age }) => age).sort()).toEqual([1, 2, 2]);
    expect(await orm.user.count({ where })).toBe(1);
  });

  it("delete each record once", async () => {
    const { orm } = context();
    const userId = fresh("user");
    await concurrently(3, () => orm.session.create({ data: { token: fresh("token"), userId } }));
    const counts = await orm.transaction((tx) => concurrently(3, () => tx.session.deleteMany({ where: { userId } })));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
  });
}
