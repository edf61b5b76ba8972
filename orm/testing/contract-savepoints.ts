import { describe, expect, it } from "vitest";
import { errorOf, fresh, type ContractClient, type ContractContext } from "./contract-schema.ts";

/** Runs a transaction inside of `tx` that writes and then throws, and catches that. */
async function failing(tx: ContractClient, write: (inner: ContractClient) => Promise<unknown>): Promise<void> {
  const failure = new Error("on purpose");
  const attempt = tx.transaction(async (inner) => {
    await write(inner);
    throw failure;
  });
  expect(await errorOf(attempt)).toBe(failure);
}

/** Transactions inside of transactions: a throw that is caught takes back its own writes, and no others. */
export function savepointsContract(context: () => ContractContext): void {
  describe("savepoints", () => {
    takenBackTests(context);
    keptTests(context);
    partTests(context);
  });
}

function takenBackTests(context: () => ContractContext): void {
  it("take back their writes, and keep those around them", async () => {
    const { orm } = context();
    const space = fresh("space");
    const [before, inside, after] = [fresh("a"), fresh("b"), fresh("c")];
    await orm.transaction(async (tx) => {
      await tx.user.create({ data: { email: before, space } });
      await failing(tx, (inner) => inner.user.create({ data: { email: inside, space } }));
      expect(await tx.user.findUnique({ where: { email: inside } })).toBeNull();
      await tx.user.create({ data: { email: after, space } });
    });
    const left = await orm.user.findMany({ where: { space }, select: { email: true } });
    expect(left.map(({ email }) => email).sort()).toEqual([before, after]);
  });

  it("take back changes and deletes of what the transaction wrote, and of what was there", async () => {
    const { orm } = context();
    const space = fresh("space");
    const old = await orm.user.create({ data: { email: fresh("email"), space, age: 1 } });
    const made = await orm.transaction(async (tx) => {
      const created = await tx.user.create({ data: { email: fresh("email"), space, age: 1 } });
      await tx.user.update({ where: { id: old.id }, data: { age: 2 } });
      await failing(tx, async (inner) => {
        await inner.user.increment({ where: { id: old.id }, increment: { age: 10 } });
        await inner.user.update({ where: { id: created.id }, data: { email: fresh("email"), name: "changed" } });
        await inner.user.delete({ where: { id: created.id } });
        await inner.user.deleteMany({ where: { space } });
        expect(await inner.user.count({ where: { space } })).toBe(0);
      });
      expect(await tx.user.findUnique({ where: { email: created.email } })).toEqual(created);
      await tx.user.increment({ where: { id: old.id }, increment: { age: 1 } });
      return created;
    });
    expect(await orm.user.findUnique({ where: { id: made.id } })).toEqual(made);
    expect(await orm.user.findUnique({ where: { email: old.email } })).toEqual({ ...old, age: 3 });
  });

  it("free the unique values that they took", async () => {
    const { orm } = context();
    const [email, other] = [fresh("email"), fresh("email")];
    const kept = await orm.user.create({ data: { email: other } });
    const made = await orm.transaction(async (tx) => {
      await failing(tx, async (inner) => {
        await inner.user.create({ data: { email } });
        await inner.user.delete({ where: { id: kept.id } });
        await inner.user.create({ data: { email: other } });
      });
      expect(await errorOf(tx.user.create({ data: { email: other } }))).toMatchObject({
        code: "UNIQUE_CONSTRAINT_VIOLATION",
      });
      return tx.user.create({ data: { email } });
    });
    expect(await orm.user.findUnique({ where: { email } })).toEqual(made);
    expect(await orm.user.findUnique({ where: { email: other } })).toEqual(kept);
  });
}

function keptTests(context: () => ContractContext): void {
  it("become the transaction's own where they end well, at any depth", async () => {
    const { orm } = context();
    const space = fresh("space");
    const emails = Array.from({ length: 6 }, () => fresh("email"));
    const create = (tx: ContractClient, i: number) => tx.user.create({ data: { email: emails[i]!, space } });
    await orm.transaction(async (tx) => {
      await create(tx, 0);
      await tx.transaction(async (second) => {
        await create(second, 1);
        await failing(second, async (third) => {
          await create(third, 2);
          await third.transaction((fourth) => create(fourth, 3));
          expect(await third.user.count({ where: { space } })).toBe(4);
        });
        await second.transaction((third) => create(third, 4));
      });
      await failing(tx, (second) => second.transaction((third) => create(third, 5)));
    });
    const left = await orm.user.findMany({ where: { space }, select: { email: true } });
    expect(left.map(({ email }) => email).sort()).toEqual([emails[0], emails[1], emails[4]]);
  });

  it("keep what was written on the transaction around them meanwhile", async () => {
    const { orm } = context();
    const space = fresh("space");
    const [inside, outside] = [fresh("email"), fresh("email")];
    await orm.transaction(async (tx) => {
      await failing(tx, async (inner) => {
        await inner.user.create({ data: { email: inside, space } });
        await tx.user.create({ data: { email: outside, space } });
      });
    });
    expect(await orm.user.findMany({ where: { space }, select: { email: true } })).toEqual([{ email: outside }]);
  });

  it("run side by side, each with its own writes", async () => {
    const { orm } = context();
    const space = fresh("space");
    const emails = Array.from({ length: 4 }, () => fresh("email"));
    await orm.transaction((tx) =>
      Promise.all(
        emails.map((email, i) => {
          const write = (inner: ContractClient) => inner.user.create({ data: { email, space } });
          return i % 2 ? failing(tx, write) : tx.transaction(write);
        }),
      ),
    );
    const left = await orm.user.findMany({ where: { space }, select: { email: true } });
    expect(left.map(({ email }) => email).sort()).toEqual([emails[0], emails[2]]);
  });
}

function partTests(context: () => ContractContext): void {
  it("leave nothing behind where only they wrote", async () => {
    const { orm } = context();
    const { id, email } = await orm.user.create({ data: { email: fresh("email"), age: 1 } });
    await orm.transaction(async (tx) => {
      await failing(tx, (inner) => inner.user.update({ where: { id }, data: { age: 2 } }));
      await orm.user.update({ where: { id }, data: { age: 10 } });
    });
    expect((await orm.user.findUnique({ where: { email } }))?.age).toBe(10);
  });

  it("take a failed call of theirs back with the rest", async () => {
    const { orm } = context();
    const [taken, email] = [fresh("email"), fresh("email")];
    await orm.transaction(async (tx) => {
      await tx.user.create({ data: { email: taken } });
      const attempt = tx.batch([
        (inner) => inner.user.create({ data: { email } }),
        (inner) => inner.user.create({ data: { email: taken } }),
      ]);
      expect(await errorOf(attempt)).toMatchObject({ code: "UNIQUE_CONSTRAINT_VIOLATION" });
      expect(await tx.user.findUnique({ where: { email } })).toBeNull();
    });
    expect(await orm.user.findUnique({ where: { email } })).toBeNull();
    expect(await orm.user.count({ where: { email: taken } })).toBe(1);
  });

  it("forget the references that they made", async () => {
    const { orm } = context();
    const [id, parentId] = [fresh("id"), fresh("nobody")];
    const parent = await orm.parent.create({ data: { code: fresh("code") } });
    const child = await orm.child.create({ data: { parentId: parent.id } });
    await orm.transaction(async (tx) => {
      await failing(tx, async (inner) => {
        await inner.child.create({ data: { parentId } });
        await inner.parent.delete({ where: { id: parent.id } });
      });
      await tx.parent.create({ data: { id, code: id } });
    });
    expect(await orm.parent.findUnique({ where: { id } })).not.toBeNull();
    expect(await orm.child.findUnique({ where: { id: child.id } })).toEqual(child);
  });
}
