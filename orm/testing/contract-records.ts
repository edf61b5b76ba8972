import { describe, expect, it } from "vitest";
import { concurrently, fresh, freshNumber, type ContractContext } from "./contract-schema.ts";

/** Creating, finding, changing and deleting records. */
export function recordsContract(context: () => ContractContext): void {
  describe("records", () => {
    createTests(context);
    findTests(context);
    updateTests(context);
    manyTests(context);
    upsertTests(context);
  });
}

function createTests(context: () => ContractContext): void {
  it("creates a record, applies defaults and returns it whole", async () => {
    const { orm } = context();
    const email = fresh("email");
    const before = Date.now();
    const user = await orm.user.create({ data: { email } });
    expect(user).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      email,
      handle: null,
      name: null,
      age: null,
      role: "member",
      active: true,
      space: "",
      createdAt: expect.any(Date) as Date,
    });
    expect(user.createdAt.getTime()).toBeGreaterThanOrEqual(before);
    expect(await orm.user.findUnique({ where: { id: user.id } })).toEqual(user);
  });

  it("keeps ids that are given, and integer ids", async () => {
    const { orm } = context();
    const id = fresh("id");
    expect((await orm.user.create({ data: { id, email: fresh("email") } })).id).toBe(id);
    const number = freshNumber();
    const counter = await orm.counter.create({ data: { id: number, name: "a" } });
    expect(counter).toEqual({ id: number, name: "a", hits: null, total: 0 });
    expect(await orm.counter.findUnique({ where: { id: number } })).toEqual(counter);
  });
}

function findTests(context: () => ContractContext): void {
  it("finds a record by each of its unique keys, and null by others", async () => {
    const { orm } = context();
    const user = await orm.user.create({ data: { email: fresh("email"), handle: fresh("handle") } });
    expect(await orm.user.findUnique({ where: { email: user.email } })).toEqual(user);
    expect(await orm.user.findUnique({ where: { handle: user.handle! } })).toEqual(user);
    const session = await orm.session.create({ data: { token: fresh("token"), userId: user.id } });
    expect(await orm.session.findUnique({ where: { token: session.token } })).toEqual(session);
    expect(await orm.session.findUnique({ where: { id: session.id } })).toEqual(session);
    const keys = { providerId: "github", accountId: fresh("account") };
    const account = await orm.account.create({ data: { ...keys, userId: user.id } });
    expect(await orm.account.findUnique({ where: keys })).toEqual(account);
    expect(await orm.account.findUnique({ where: { id: account.id } })).toEqual(account);
    expect(await orm.account.findUnique({ where: { ...keys, providerId: "gitlab" } })).toBeNull();
    expect(await orm.user.findUnique({ where: { email: fresh("email") } })).toBeNull();
    expect(await orm.session.findUnique({ where: { token: fresh("token") } })).toBeNull();
  });

  it("returns only what is selected", async () => {
    const { orm } = context();
    const email = fresh("email");
    const created = await orm.user.create({ data: { email, age: 3 }, select: { age: true } });
    expect(created).toEqual({ age: 3 });
    const found = await orm.user.findUnique({ where: { email }, select: { email: true, name: true, age: false } });
    expect(found).toEqual({ email, name: null });
  });

  it("hands out records that share nothing with the store", async () => {
    const { orm } = context();
    const data = { list: [1] };
    const moment = new Date("2024-01-01T00:00:00.000Z");
    const { id } = await orm.sample.create({ data: { data, moment } });
    data.list.push(2);
    moment.setTime(0);
    const first = (await orm.sample.findUnique({ where: { id } }))!;
    (first.data as { list: number[] }).list.push(3);
    first.moment!.setTime(0);
    const second = (await orm.sample.findUnique({ where: { id } }))!;
    expect(second.data).toEqual({ list: [1] });
    expect(second.moment).toEqual(new Date("2024-01-01T00:00:00.000Z"));
  });

  it("creates many records and finds them by a long list of keys", async () => {
    const { orm } = context();
    const labels = Array.from({ length: 120 }, () => fresh("label"));
    const tags = await orm.tag.createMany({ data: labels.map((label) => ({ label })) });
    expect(tags.map((tag) => tag.label)).toEqual(labels);
    const ids = tags.map((tag) => tag.id);
    const found = await orm.tag.findMany({ where: { id: { in: [...ids, fresh("none"), ids[0]!] } } });
    expect(found.map((tag) => tag.id).sort()).toEqual([...ids].sort());
    expect(await orm.tag.count({ where: { label: { in: labels } } })).toBe(120);
    expect(await orm.tag.deleteMany({ where: { id: { in: ids } } })).toBe(120);
    expect(await orm.tag.count({ where: { label: { in: labels } } })).toBe(0);
  });
}

function updateTests(context: () => ContractContext): void {
  it("updates a record and returns it", async () => {
    const { orm } = context();
    const user = await orm.user.create({ data: { email: fresh("email"), age: 1 } });
    const updated = await orm.user.update({
      where: { id: user.id },
      data: { age: 2, name: "Ada", handle: undefined },
    });
    expect(updated).toEqual({ ...user, age: 2, name: "Ada" });
    expect(await orm.user.update({ where: { email: user.email }, data: { name: null } })).toEqual({
      ...user,
      age: 2,
    });
    expect(await orm.user.findUnique({ where: { id: user.id } })).toEqual({ ...user, age: 2 });
    expect(await orm.user.update({ where: { id: user.id }, data: {} })).toEqual({ ...user, age: 2 });
  });

  it("updates nothing where the rest of the filter does not match", async () => {
    const { orm } = context();
    const user = await orm.user.create({ data: { email: fresh("email"), age: 1 } });
    expect(await orm.user.update({ where: { id: user.id, age: 2 }, data: { name: "a" } })).toBeNull();
    expect(await orm.user.update({ where: { email: user.email, age: { gt: 1 } }, data: { name: "a" } })).toBeNull();
    expect(await orm.user.update({ where: { id: fresh("none") }, data: { name: "a" } })).toBeNull();
    expect(await orm.user.findUnique({ where: { id: user.id } })).toEqual(user);
  });

  it("updates at most one record", async () => {
    const { orm } = context();
    const space = fresh("space");
    await concurrently(3, () => orm.user.create({ data: { email: fresh("email"), space } }));
    expect(await orm.user.update({ where: { space }, data: { name: "a" } })).toMatchObject({ space, name: "a" });
    expect(await orm.user.count({ where: { space, name: "a" } })).toBe(1);
  });
}

function manyTests(context: () => ContractContext): void {
  it("updates and deletes many, and counts them", async () => {
    const { orm } = context();
    const space = fresh("space");
    await concurrently(5, (age) => orm.user.create({ data: { email: fresh("email"), space, age } }));
    expect(await orm.user.updateMany({ where: { space, age: { gte: 2 } }, data: { name: "a" } })).toBe(3);
    expect(await orm.user.updateMany({ where: { space: fresh("space") }, data: { name: "a" } })).toBe(0);
    expect(await orm.user.count({ where: { space, name: "a" } })).toBe(3);
    expect(await orm.user.deleteMany({ where: { space, name: "a" } })).toBe(3);
    expect((await orm.user.findMany({ where: { space } })).map((user) => user.age).sort()).toEqual([0, 1]);
    expect(await orm.user.deleteMany({ where: { space } })).toBe(2);
    expect(await orm.user.deleteMany({ where: { space } })).toBe(0);
  });

  it("deletes one record and frees its keys", async () => {
    const { orm } = context();
    const user = await orm.user.create({ data: { email: fresh("email"), handle: fresh("handle") } });
    expect(await orm.user.delete({ where: { id: user.id, age: 5 } })).toBe(0);
    expect(await orm.user.delete({ where: { email: user.email } })).toBe(1);
    expect(await orm.user.delete({ where: { email: user.email } })).toBe(0);
    expect(await orm.user.findUnique({ where: { id: user.id } })).toBeNull();
    expect(await orm.user.findUnique({ where: { handle: user.handle! } })).toBeNull();
    const data = { id: user.id, email: user.email, handle: user.handle };
    expect(await orm.user.create({ data })).toMatchObject(data);
  });

  it("updates, counts and deletes all records with an empty where", async () => {
    const { orm } = context();
    await orm.badge.createMany({ data: ["a", "b"].map((label) => ({ userId: fresh("user"), label })) });
    const all = await orm.badge.count();
    expect(all).toBeGreaterThanOrEqual(2);
    expect((await orm.badge.findMany()).length).toBe(all);
    expect(await orm.badge.updateMany({ data: { label: "c" } })).toBe(all);
    expect(await orm.badge.count({ where: { label: "c" } })).toBe(all);
    expect(await orm.badge.deleteMany({})).toBe(all);
    expect(await orm.badge.count()).toBe(0);
  });
}

function upsertTests(context: () => ContractContext): void {
  it("upserts: creates, then updates", async () => {
    const { orm } = context();
    const where = { email: fresh("email") };
    const created = await orm.user.upsert({ where, create: { name: "a" }, update: { name: "b" } });
    expect(created).toMatchObject({ ...where, name: "a" });
    const updated = await orm.user.upsert({ where, create: { name: "a" }, update: { name: "b" } });
    expect(updated).toEqual({ ...created, name: "b" });
    expect(await orm.user.upsert({ where, create: {}, update: {} })).toEqual(updated);
    const keys = { providerId: "github", accountId: fresh("account") };
    const account = await orm.account.upsert({ where: keys, create: { userId: created.id }, update: {} });
    expect(account).toMatchObject({ ...keys, userId: created.id });
    expect(await orm.account.upsert({ where: keys, create: { userId: "other" }, update: {} })).toEqual(account);
  });

  it("explains how a read would be served", () => {
    const { orm } = context();
    const explanation = orm.user.explain({ where: { id: "a" } });
    expect(explanation).toMatchObject({ model: "user", path: "home", fields: ["id"] });
  });
}
