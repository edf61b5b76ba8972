import { describe, expect, it } from "vitest";
import { circlesContract } from "./contract-reference-circles.ts";
import type { ContractClient } from "./contract-schema.ts";
import { concurrently, errorOf, fresh, type ContractContext } from "./contract-schema.ts";

/** A `FOREIGN_KEY_VIOLATION` of a field and of what it refers to. */
export function violation(context: ContractContext, model: string, field: string, references: string) {
  return {
    name: "OrmError",
    code: "FOREIGN_KEY_VIOLATION",
    backendKind: context.driver.handle.kind,
    retryable: false,
    meta: { model, target: [field], references },
  };
}

/** A new parent. */
export function parentIn(orm: Pick<ContractClient, "parent">) {
  return orm.parent.create({ data: { code: fresh("code") } });
}

/**
 * References that are enforced: what is written refers to something, and what is referred to goes as `onDelete` says.
 */
export function referencesContract(context: () => ContractContext): void {
  targetsContract(context);
  deletesContract(context);
  circlesContract(context);
  refusalsContract(context);
}

function targetsContract(context: () => ContractContext): void {
  describe("references that are written", () => {
    createTargetTests(context);
    changeTargetTests(context);
  });
}

function createTargetTests(context: () => ContractContext): void {
  it("refuses a record that refers to none, and writes nothing", async () => {
    const { orm } = context();
    const id = fresh("id");
    const error = await errorOf(orm.child.create({ data: { id, parentId: fresh("nobody"), label: id } }));
    expect(error).toMatchObject(violation(context(), "child", "parentId", "parent.id"));
    expect(await orm.child.findUnique({ where: { id } })).toBeNull();
    const { id: parentId } = await parentIn(orm);
    expect(await orm.child.create({ data: { id, parentId, label: id } })).toMatchObject({ id, parentId });
  });

  it("refuses all of a list for one of its records", async () => {
    const { orm } = context();
    const { id: parentId } = await parentIn(orm);
    const error = await errorOf(orm.child.createMany({ data: [{ parentId }, { parentId: fresh("nobody") }] }));
    expect(error).toMatchObject({ code: "FOREIGN_KEY_VIOLATION" });
    expect(await orm.child.count({ where: { parentId } })).toBe(0);
    expect(await orm.child.createMany({ data: [{ parentId }, { parentId }] })).toHaveLength(2);
  });

  it("follows a reference to a field other than the id", async () => {
    const { orm } = context();
    const { code } = await parentIn(orm);
    expect(await orm.coded.create({ data: { code } })).toMatchObject({ code });
    expect(await errorOf(orm.coded.create({ data: { code: fresh("code") } }))).toMatchObject(
      violation(context(), "coded", "code", "parent.code"),
    );
  });

  it("lets null and a record's own id stand", async () => {
    const { orm } = context();
    expect(await orm.nulled.create({ data: {} })).toMatchObject({ parentId: null });
    const id = fresh("id");
    expect(await orm.parent.create({ data: { id, code: id, aboveId: id } })).toMatchObject({ id, aboveId: id });
  });

  it("holds for records that a list creates together", async () => {
    const { orm } = context();
    const [a, b] = [fresh("id"), fresh("id")];
    const made = await orm.parent.createMany({
      data: [
        { id: a, code: a, aboveId: b },
        { id: b, code: b, aboveId: a },
      ],
    });
    expect(made).toHaveLength(2);
  });
}

function changeTargetTests(context: () => ContractContext): void {
  it("refuses an update of a reference to none, and changes nothing", async () => {
    const { orm } = context();
    const { id: parentId } = await parentIn(orm);
    const child = await orm.child.create({ data: { parentId, label: fresh("label") } });
    const data = { parentId: fresh("nobody"), note: "a" };
    const expected = violation(context(), "child", "parentId", "parent.id");
    expect(await errorOf(orm.child.update({ where: { id: child.id }, data }))).toMatchObject(expected);
    expect(await errorOf(orm.child.updateMany({ where: { parentId }, data }))).toMatchObject(expected);
    const where = { label: child.label! };
    expect(await errorOf(orm.child.upsert({ where, create: { parentId }, update: data }))).toMatchObject(expected);
    const set = { parentId: fresh("nobody") };
    expect(await errorOf(orm.child.increment({ where: { id: child.id }, set }))).toMatchObject(expected);
    expect(await orm.child.findUnique({ where: { id: child.id } })).toEqual(child);
    const other = await parentIn(orm);
    expect(await orm.child.update({ where: { id: child.id }, data: { parentId: other.id } })).toMatchObject({
      parentId: other.id,
    });
  });

  it("refuses an upsert that would create a reference to none", async () => {
    const { orm } = context();
    const where = { label: fresh("label") };
    const create = { parentId: fresh("nobody") };
    expect(await errorOf(orm.child.upsert({ where, create, update: {} }))).toMatchObject({
      code: "FOREIGN_KEY_VIOLATION",
    });
    expect(await orm.child.findUnique({ where })).toBeNull();
  });

  it("asserts nothing for models that expire, and for references without onDelete", async () => {
    const { orm } = context();
    const token = fresh("token");
    await orm.ticket.create({ data: { token, parentId: fresh("nobody"), expiresAt: new Date(Date.now() + 1e6) } });
    expect(await orm.ticket.update({ where: { token }, data: { parentId: fresh("nobody") } })).not.toBeNull();
    expect(await orm.session.create({ data: { token, userId: fresh("nobody") } })).toMatchObject({ token });
  });
}

function deletesContract(context: () => ContractContext): void {
  describe("references to what is deleted", () => {
    cascadeTests(context);
    releaseTests(context);
  });
}

/** A parent, and one of each that may refer to it. */
async function family(orm: ContractClient) {
  const parent = await parentIn(orm);
  const { id: parentId, code } = parent;
  const child = await orm.child.create({ data: { parentId, label: fresh("label") } });
  await orm.grandchild.createMany({ data: [{ childId: child.id }, { childId: child.id }] });
  await orm.coded.create({ data: { code } });
  const nulled = await orm.nulled.create({ data: { parentId } });
  const ticket = { token: fresh("token"), parentId, expiresAt: new Date(Date.now() + 1e6) };
  await orm.ticket.create({ data: ticket });
  const session = await orm.session.create({ data: { token: fresh("token"), userId: parentId } });
  return { parent, child, nulled, ticket, session };
}

function cascadeTests(context: () => ContractContext): void {
  it.each(["delete", "deleteMany", "consume"] as const)("%s takes dependents along, and theirs", async (how) => {
    const { orm } = context();
    const { parent, child, nulled, ticket, session } = await family(orm);
    const other = await family(orm);
    const result = await orm.parent[how]({ where: { id: parent.id } });
    expect(result).toEqual(how === "consume" ? parent : 1);
    expect(await orm.child.findUnique({ where: { id: child.id } })).toBeNull();
    expect(await orm.grandchild.count({ where: { childId: child.id } })).toBe(0);
    expect(await orm.coded.count({ where: { code: parent.code } })).toBe(0);
    expect(await orm.ticket.findUnique({ where: { token: ticket.token } })).toBeNull();
    expect(await orm.nulled.findUnique({ where: { id: nulled.id } })).toEqual({ ...nulled, parentId: null });
    expect(await orm.session.findUnique({ where: { id: session.id } })).toEqual(session);
    expect(await orm.child.findUnique({ where: { id: other.child.id } })).toEqual(other.child);
    expect(await orm.grandchild.count({ where: { childId: other.child.id } })).toBe(2);
    // Their unique values are free.
    const again = { parentId: other.parent.id, label: child.label };
    expect(await orm.child.create({ data: again })).toMatchObject(again);
  });

  it("counts the records that matched, not their dependents", async () => {
    const { orm } = context();
    const note = fresh("note");
    const parents = await orm.parent.createMany({
      data: [
        { code: fresh("code"), note },
        { code: fresh("code"), note },
      ],
    });
    await orm.child.createMany({ data: parents.map(({ id }) => ({ parentId: id })) });
    expect(await orm.parent.deleteMany({ where: { note } })).toBe(2);
    expect(await orm.child.count({ where: { parentId: { in: parents.map(({ id }) => id) } } })).toBe(0);
  });

  it("takes along more dependents than one request holds", async () => {
    const { orm } = context();
    const { id: parentId } = await parentIn(orm);
    await orm.child.createMany({ data: Array.from({ length: 130 }, () => ({ parentId, label: fresh("label") })) });
    expect(await orm.parent.delete({ where: { id: parentId } })).toBe(1);
    expect(await orm.child.count({ where: { parentId } })).toBe(0);
  });
}

function releaseTests(context: () => ContractContext): void {
  it("sets a default, or null where there is none", async () => {
    const { orm } = context();
    const house = { id: "contract-house", code: "contract-house" };
    await orm.parent.upsert({ where: { id: house.id }, create: house, update: {} });
    const { id } = await parentIn(orm);
    const made = await orm.defaulted.create({ data: { parentId: id, otherId: id } });
    expect(await orm.parent.delete({ where: { id } })).toBe(1);
    const expected = { ...made, parentId: house.id, otherId: null };
    expect(await orm.defaulted.findUnique({ where: { id: made.id } })).toEqual(expected);
  });

  it("leaves no dependent that was written while its record was deleted", async () => {
    const { orm } = context();
    for (let round = 0; round < 10; round++) {
      const { id: parentId } = await parentIn(orm);
      const results = await concurrently(6, (i) =>
        (i === 3
          ? orm.parent.delete({ where: { id: parentId } })
          : orm.child.create({ data: { parentId, label: fresh("label") } })
        ).catch((error: unknown) => error),
      );
      const errors = results.filter((result) => result instanceof Error);
      for (const error of errors) expect(error).toMatchObject({ code: "FOREIGN_KEY_VIOLATION" });
      expect(await orm.parent.findUnique({ where: { id: parentId } })).toBeNull();
      expect(await orm.child.count({ where: { parentId } })).toBe(0);
    }
  });
}

function refusalsContract(context: () => ContractContext): void {
  describe("references that refuse", () => {
    it.each(["restricted", "unacted"] as const)("keeps what a record of %s refers to", async (model) => {
      const { orm } = context();
      const parent = await parentIn(orm);
      const child = await orm.child.create({ data: { parentId: parent.id } });
      // As `unacted` takes no more, the type of both is its.
      const dependents = orm[model] as typeof orm.unacted;
      const dependent = await dependents.create({ data: { parentId: parent.id } });
      const expected = violation(context(), model, "parentId", "parent.id");
      const where = { id: parent.id };
      expect(await errorOf(orm.parent.delete({ where }))).toMatchObject(expected);
      expect(await errorOf(orm.parent.deleteMany({ where }))).toMatchObject(expected);
      expect(await errorOf(orm.parent.consume({ where }))).toMatchObject(expected);
      expect(await orm.parent.findUnique({ where })).toEqual(parent);
      expect(await orm.child.findUnique({ where: { id: child.id } })).toEqual(child);
      await dependents.update({ where: { id: dependent.id }, data: { parentId: null } });
      expect(await orm.parent.delete({ where })).toBe(1);
    });

    it("is not refused by what the same delete takes along", async () => {
      const { orm } = context();
      const { id: parentId } = await parentIn(orm);
      const child = await orm.child.create({ data: { parentId } });
      await orm.restricted.create({ data: { parentId, childId: child.id } });
      expect(await orm.parent.delete({ where: { id: parentId } })).toBe(1);
      expect(await orm.restricted.count({ where: { childId: child.id } })).toBe(0);
    });

    it("refuses to delete what lies beyond a refusal, and deletes nothing", async () => {
      const { orm } = context();
      const top = await parentIn(orm);
      const below = await orm.parent.create({ data: { code: fresh("code"), aboveId: top.id } });
      await orm.restricted.create({ data: { parentId: below.id } });
      expect(await errorOf(orm.parent.delete({ where: { id: top.id } }))).toMatchObject(
        violation(context(), "restricted", "parentId", "parent.id"),
      );
      expect(await orm.parent.count({ where: { id: { in: [top.id, below.id] } } })).toBe(2);
    });

    it("keeps a key that others refer to", async () => {
      const { orm } = context();
      const parent = await parentIn(orm);
      const coded = await orm.coded.create({ data: { code: parent.code } });
      const expected = violation(context(), "coded", "code", "parent.code");
      const data = { code: fresh("code"), note: "a" };
      expect(await errorOf(orm.parent.update({ where: { id: parent.id }, data }))).toMatchObject(expected);
      expect(await errorOf(orm.parent.updateMany({ where: { id: parent.id }, data }))).toMatchObject(expected);
      expect(await orm.parent.findUnique({ where: { id: parent.id } })).toEqual(parent);
      const same = { code: parent.code, note: "a" };
      expect(await orm.parent.update({ where: { id: parent.id }, data: same })).toEqual({ ...parent, ...same });
      await orm.coded.delete({ where: { id: coded.id } });
      expect(await orm.parent.update({ where: { id: parent.id }, data })).toEqual({ ...parent, ...data });
    });
  });
}
