import { describe, expect, it } from "vitest";
import { parentIn, violation } from "./contract-references.ts";
import { errorOf, fresh, type ContractContext } from "./contract-schema.ts";

/** References in transactions: they are looked at when the writes commit, against what is there then. */
export function referencesInTransactionsContract(context: () => ContractContext): void {
  describe("references in transactions", () => {
    ownWriteTests(context);
    restrictTests(context);
    rivalTests(context);
    restoredTests(context);
  });
}

function ownWriteTests(context: () => ContractContext): void {
  it("hold for records that the transaction creates, in whatever order", async () => {
    const { orm } = context();
    const parentId = fresh("id");
    await orm.transaction(async (tx) => {
      await tx.child.create({ data: { parentId } });
      await tx.parent.create({ data: { id: parentId, code: parentId } });
      await tx.coded.create({ data: { code: parentId } });
    });
    expect(await orm.child.count({ where: { parentId } })).toBe(1);
    expect(await orm.coded.count({ where: { code: parentId } })).toBe(1);
  });

  it("refuse the commit where one leads nowhere, and nothing is written", async () => {
    const { orm } = context();
    const [id, parentId] = [fresh("id"), fresh("nobody")];
    const attempt = orm.transaction(async (tx) => {
      await tx.parent.create({ data: { id, code: id } });
      await tx.child.create({ data: { parentId } });
    });
    expect(await errorOf(attempt)).toMatchObject(violation(context(), "child", "parentId", "parent.id"));
    expect(await orm.parent.findUnique({ where: { id } })).toBeNull();
    expect(await orm.child.count({ where: { parentId } })).toBe(0);
  });

  it("show a delete with its dependents to the reads inside, and to nobody else before the end", async () => {
    const { orm } = context();
    const { id: parentId } = await parentIn(orm);
    const child = await orm.child.create({ data: { parentId } });
    const nulled = await orm.nulled.create({ data: { parentId } });
    await orm.transaction(async (tx) => {
      await tx.child.create({ data: { parentId } });
      expect(await tx.parent.deleteMany({ where: { id: parentId } })).toBe(1);
      expect(await tx.child.count({ where: { parentId } })).toBe(0);
      expect(await tx.nulled.findUnique({ where: { id: nulled.id } })).toEqual({ ...nulled, parentId: null });
      expect(await orm.child.findUnique({ where: { id: child.id } })).toEqual(child);
    });
    expect(await orm.child.count({ where: { parentId } })).toBe(0);
    expect(await orm.nulled.findUnique({ where: { id: nulled.id } })).toEqual({ ...nulled, parentId: null });
  });
}

function restrictTests(context: () => ContractContext): void {
  it("restrict at once, and take no action before the end", async () => {
    const { orm } = context();
    const [one, two] = [await parentIn(orm), await parentIn(orm)];
    const restricted = await orm.restricted.create({ data: { parentId: one.id } });
    const unacted = await orm.unacted.create({ data: { parentId: two.id } });
    await orm.transaction(async (tx) => {
      expect(await errorOf(tx.parent.delete({ where: { id: one.id } }))).toMatchObject(
        violation(context(), "restricted", "parentId", "parent.id"),
      );
      expect(await tx.parent.delete({ where: { id: two.id } })).toBe(1);
      await tx.unacted.delete({ where: { id: unacted.id } });
    });
    expect(await orm.parent.findUnique({ where: { id: one.id } })).toEqual(one);
    expect(await orm.restricted.findUnique({ where: { id: restricted.id } })).toEqual(restricted);
    expect(await orm.parent.findUnique({ where: { id: two.id } })).toBeNull();
  });

  it("refuse the commit where an action was left to take", async () => {
    const { orm } = context();
    const parent = await parentIn(orm);
    await orm.unacted.create({ data: { parentId: parent.id } });
    const attempt = orm.transaction((tx) => tx.parent.delete({ where: { id: parent.id } }));
    expect(await errorOf(attempt)).toMatchObject(violation(context(), "unacted", "parentId", "parent.id"));
    expect(await orm.parent.findUnique({ where: { id: parent.id } })).toEqual(parent);
  });
}

function rivalTests(context: () => ContractContext): void {
  it("refuse the one that loses to a delete of what it refers to", async () => {
    const { orm } = context();
    const { id: parentId } = await parentIn(orm);
    const attempt = orm.transaction(async (tx) => {
      expect(await tx.parent.findUnique({ where: { id: parentId } })).not.toBeNull();
      await tx.child.create({ data: { parentId } });
      await orm.parent.delete({ where: { id: parentId } });
    });
    expect(await errorOf(attempt)).toMatchObject(violation(context(), "child", "parentId", "parent.id"));
    expect(await orm.child.count({ where: { parentId } })).toBe(0);
  });

  it("take along what others added meanwhile", async () => {
    const { orm } = context();
    const { id: parentId } = await parentIn(orm);
    let nulled = "";
    await orm.transaction(async (tx) => {
      await tx.parent.delete({ where: { id: parentId } });
      const child = await orm.child.create({ data: { parentId } });
      await orm.grandchild.create({ data: { childId: child.id } });
      nulled = (await orm.nulled.create({ data: { parentId } })).id;
    });
    expect(await orm.parent.findUnique({ where: { id: parentId } })).toBeNull();
    expect(await orm.child.count({ where: { parentId } })).toBe(0);
    expect(await orm.nulled.findUnique({ where: { id: nulled } })).toEqual({ id: nulled, parentId: null });
  });

  it("refuse a delete that others restricted meanwhile", async () => {
    const { orm } = context();
    const parent = await parentIn(orm);
    const attempt = orm.transaction(async (tx) => {
      await tx.parent.delete({ where: { id: parent.id } });
      await orm.restricted.create({ data: { parentId: parent.id } });
    });
    expect(await errorOf(attempt)).toMatchObject(violation(context(), "restricted", "parentId", "parent.id"));
    expect(await orm.parent.findUnique({ where: { id: parent.id } })).toEqual(parent);
  });

  it("refuse the change of a key that others began to refer to meanwhile", async () => {
    const { orm } = context();
    const parent = await parentIn(orm);
    const attempt = orm.transaction(async (tx) => {
      await tx.parent.update({ where: { id: parent.id }, data: { code: fresh("code") } });
      await orm.coded.create({ data: { code: parent.code } });
    });
    expect(await errorOf(attempt)).toMatchObject(violation(context(), "coded", "code", "parent.code"));
    expect(await orm.parent.findUnique({ where: { id: parent.id } })).toEqual(parent);
  });
}

function restoredTests(context: () => ContractContext): void {
  it("hold again where the transaction puts back what it deleted", async () => {
    const { orm } = context();
    const { id, code } = await parentIn(orm);
    await orm.transaction(async (tx) => {
      await tx.parent.delete({ where: { id } });
      await tx.parent.create({ data: { id, code } });
      await tx.child.create({ data: { parentId: id } });
    });
    expect(await orm.child.count({ where: { parentId: id } })).toBe(1);
  });
}
