import { describe, expect, it } from "vitest";
import { errorOf, fresh, type ContractContext } from "./contract-schema.ts";

/** Transactions: all or nothing where the driver says so, immediate writes elsewhere. */
export function transactionsContract(context: () => ContractContext, atomic: boolean): void {
  describe("transactions", () => {
    it(`are ${atomic ? "all or nothing" : "immediate writes"}, as the capability says`, () => {
      expect(context().driver.handle.capabilities.supportsTransactions).toBe(atomic);
    });

    callbackTests(context);

    if (!atomic) return;

    ownWriteTests(context);
    uniqueTests(context);
    rivalTests(context);
    nestedTests(context);
  });
}

function callbackTests(context: () => ContractContext): void {
  it("returns what the callback returns, and its writes are there afterwards", async () => {
    const { orm } = context();
    const email = fresh("email");
    const user = await orm.transaction(async (tx) => {
      const created = await tx.user.create({ data: { email, handle: fresh("handle") } });
      await tx.session.create({ data: { token: fresh("token"), userId: created.id } });
      return tx.user.update({ where: { id: created.id }, data: { name: "a" } });
    });
    expect(user).toMatchObject({ email, name: "a" });
    expect(await orm.user.findUnique({ where: { email } })).toEqual(user);
    expect(await orm.session.count({ where: { userId: user?.id ?? "" } })).toBe(1);
  });

  it("runs a batch in order and returns its results", async () => {
    const { orm } = context();
    const email = fresh("email");
    const results = await orm.batch([
      (tx) => tx.user.create({ data: { email, name: "a" }, select: { email: true } }),
      (tx) => tx.user.update({ where: { email }, data: { name: "b" }, select: { name: true } }),
      (tx) => tx.user.count({ where: { email } }),
    ]);
    expect(results).toEqual([{ email }, { name: "b" }, 1]);
  });

  it("passes a failure of the callback on", async () => {
    const { orm } = context();
    const failure = new Error("on purpose");
    expect(await errorOf(orm.transaction(() => Promise.reject(failure)))).toBe(failure);
  });
}

function ownWriteTests(context: () => ContractContext): void {
  it("discards every write when the callback throws", async () => {
    const { orm } = context();
    const space = fresh("space");
    const [kept, changed, email] = [fresh("email"), fresh("email"), fresh("email")];
    await orm.user.createMany({
      data: [
        { email: kept, space },
        { email: changed, space },
      ],
    });
    const attempt = orm.transaction(async (tx) => {
      await tx.user.create({ data: { email, space } });
      await tx.user.update({ where: { email: changed }, data: { name: "changed", email: fresh("email") } });
      await tx.user.delete({ where: { email: kept } });
      await tx.user.increment({ where: { email: changed }, increment: { age: 1 } });
      throw new Error("on purpose");
    });
    await errorOf(attempt);
    const left = await orm.user.findMany({
      where: { space },
      orderBy: { email: "asc" },
      select: { email: true, name: true, age: true },
    });
    expect(left).toEqual([kept, changed].sort().map((one) => ({ email: one, name: null, age: null })));
    expect(await orm.user.findUnique({ where: { email } })).toBeNull();
  });

  it("shows its own writes to its reads, and to nobody else before the end", async () => {
    const { orm } = context();
    const space = fresh("space");
    const old = await orm.user.create({ data: { email: fresh("email"), space, age: 1, createdAt: new Date(1000) } });
    const gone = await orm.user.create({ data: { email: fresh("email"), space, age: 2, createdAt: new Date(2000) } });
    await orm.transaction(async (tx) => {
      const made = await tx.user.create({
        data: { email: fresh("email"), space, age: 3, createdAt: new Date(3000) },
      });
      const moved = await tx.user.update({ where: { id: old.id }, data: { email: fresh("email"), age: 9 } });
      await tx.user.delete({ where: { id: gone.id } });
      expect(await tx.user.findUnique({ where: { email: made.email } })).toEqual(made);
      expect(await tx.user.findUnique({ where: { id: made.id } })).toEqual(made);
      expect(await tx.user.findUnique({ where: { email: old.email } })).toBeNull();
      expect(await tx.user.findUnique({ where: { email: moved!.email } })).toEqual(moved);
      expect(await tx.user.findUnique({ where: { email: gone.email } })).toBeNull();
      expect(await tx.user.findMany({ where: { space }, orderBy: { age: "desc" } })).toEqual([moved, made]);
      expect(await tx.user.findMany({ where: { space }, orderBy: { createdAt: "asc" }, take: 1 })).toEqual([moved]);
      expect(await tx.user.count({ where: { space, age: { gt: 2 } } })).toBe(2);
      expect(await orm.user.findMany({ where: { space }, orderBy: { age: "asc" } })).toEqual([old, gone]);
    });
    expect(await orm.user.count({ where: { space } })).toBe(2);
  });
}

function uniqueTests(context: () => ContractContext): void {
  it("writes nothing when a unique value is taken", async () => {
    const { orm } = context();
    const space = fresh("space");
    const { email } = await orm.user.create({ data: { email: fresh("email") } });
    const attempt = orm.transaction(async (tx) => {
      await tx.user.create({ data: { email: fresh("email"), space } });
      await tx.user.create({ data: { email, space } });
    });
    expect(await errorOf(attempt)).toMatchObject({ code: "UNIQUE_CONSTRAINT_VIOLATION" });
    expect(await orm.user.count({ where: { space } })).toBe(0);
  });

  it("takes back a value that it freed itself", async () => {
    const { orm } = context();
    const { id, email } = await orm.user.create({ data: { email: fresh("email") } });
    const next = await orm.transaction(async (tx) => {
      await tx.user.delete({ where: { id } });
      return tx.user.create({ data: { email } });
    });
    expect(await orm.user.findUnique({ where: { email } })).toEqual(next);
    expect(await orm.user.findUnique({ where: { id } })).toBeNull();
  });
}

function rivalTests(context: () => ContractContext): void {
  it("fails where another writer changed what it read and changes", async () => {
    const { orm } = context();
    const id = (await orm.user.create({ data: { email: fresh("email"), age: 1 } })).id;
    const attempt = orm.transaction(async (tx) => {
      const user = (await tx.user.findUnique({ where: { id } }))!;
      await orm.user.update({ where: { id }, data: { age: 10 } });
      await tx.user.update({ where: { id }, data: { age: user.age! + 1 } });
    });
    expect(await errorOf(attempt)).toMatchObject({ name: "OrmError", code: "TRANSACTION_CONFLICT", retryable: true });
    expect((await orm.user.findUnique({ where: { id } }))?.age).toBe(10);
  });

  it("runs again, as often as asked, what lost a race", async () => {
    const { orm } = context();
    const { id } = await orm.user.create({ data: { email: fresh("email"), age: 0 } });
    let runs = 0;
    const add = (losses: number, retries: number) => {
      runs = 0;
      return orm.transaction(
        async (tx) => {
          const { age } = (await tx.user.findUnique({ where: { id } }))!;
          if (runs++ < losses) await orm.user.increment({ where: { id }, increment: { age: 10 } });
          await tx.user.update({ where: { id }, data: { age: age! + 1 } });
        },
        { retries },
      );
    };
    await add(1, 1);
    expect(runs).toBe(2);
    expect((await orm.user.findUnique({ where: { id } }))?.age).toBe(11);
    expect(await errorOf(add(3, 1))).toMatchObject({ code: "TRANSACTION_CONFLICT" });
    expect(runs).toBe(2);
    expect((await orm.user.findUnique({ where: { id } }))?.age).toBe(31);
  });
}

function nestedTests(context: () => ContractContext): void {
  it("makes a transaction inside of another a part of it", async () => {
    const { orm } = context();
    const email = fresh("email");
    await errorOf(
      orm.transaction(async (tx) => {
        await tx.transaction((inner) => inner.user.create({ data: { email } }));
        await tx.batch([(inner) => inner.user.update({ where: { email }, data: { name: "a" } })]);
        throw new Error("on purpose");
      }),
    );
    expect(await orm.user.findUnique({ where: { email } })).toBeNull();
  });

  it("says what the driver can do, unchangeably", () => {
    const { driver, orm } = context();
    expect(orm.$driver.kind).toBe(driver.handle.kind);
    expect(orm.$driver.client).toBe(driver.handle.client);
    expect(orm.$driver.capabilities).toEqual(driver.handle.capabilities);
    expect(Object.isFrozen(orm.$driver)).toBe(true);
    expect(Object.isFrozen(orm.$driver.capabilities)).toBe(true);
  });
}
