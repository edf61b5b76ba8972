import { describe, expect, it } from "vitest";
import { concurrently, errorOf, fresh, freshNumber, type ContractContext } from "./contract-schema.ts";

const violation = ({ driver }: ContractContext, model: string, target: string[]) => ({
  name: "OrmError",
  code: "UNIQUE_CONSTRAINT_VIOLATION",
  backendKind: driver.handle.kind,
  retryable: false,
  meta: { model, target, constraint: `${model}.${target.join("+")}` },
});

/** Unique values, under races too. */
export function uniqueContract(context: () => ContractContext): void {
  describe("unique values", () => {
    takenTests(context);
    keyTests(context);
    changeTests(context);
    homeTests(context);
    raceTests(context);
  });
}

function takenTests(context: () => ContractContext): void {
  it("refuses a second record with the same id", async () => {
    const { orm } = context();
    const { id } = await orm.user.create({ data: { email: fresh("email") } });
    const email = fresh("email");
    expect(await errorOf(orm.user.create({ data: { id, email } }))).toMatchObject(violation(context(), "user", ["id"]));
    expect(await orm.user.findUnique({ where: { email } })).toBeNull();
    const number = freshNumber();
    await orm.counter.create({ data: { id: number } });
    expect(await errorOf(orm.counter.create({ data: { id: number } }))).toMatchObject(
      violation(context(), "counter", ["id"]),
    );
  });

  it("refuses a taken value, names the field, and writes nothing", async () => {
    const { orm } = context();
    const user = await orm.user.create({ data: { email: fresh("email"), handle: fresh("handle") } });
    const id = fresh("id");
    const email = fresh("email");
    expect(await errorOf(orm.user.create({ data: { id, email: user.email } }))).toMatchObject(
      violation(context(), "user", ["email"]),
    );
    expect(await errorOf(orm.user.create({ data: { id, email, handle: user.handle } }))).toMatchObject(
      violation(context(), "user", ["handle"]),
    );
    expect(await orm.user.findUnique({ where: { id } })).toBeNull();
    expect(await orm.user.create({ data: { id, email } })).toMatchObject({ id, email });
  });

  it("takes values as they are: case and blanks count", async () => {
    const { orm } = context();
    const email = fresh("Email");
    await orm.user.create({ data: { email } });
    await orm.user.create({ data: { email: email.toLowerCase() } });
    await orm.user.create({ data: { email: `${email} ` } });
    expect(await orm.user.findUnique({ where: { email: email.toUpperCase() } })).toBeNull();
  });

  it("lets any number of records hold null", async () => {
    const { orm } = context();
    const users = await concurrently(3, () => orm.user.create({ data: { email: fresh("email") } }));
    expect(users.map((user) => user.handle)).toEqual([null, null, null]);
    const providerId = fresh("provider");
    await concurrently(3, () => orm.account.create({ data: { userId: fresh("user"), providerId } }));
    expect(await orm.account.count({ where: { providerId, accountId: null } })).toBe(3);
  });
}

function keyTests(context: () => ContractContext): void {
  it("holds compound unique constraints", async () => {
    const { orm } = context();
    const data = { providerId: "github", accountId: fresh("account") };
    const { id } = await orm.account.create({ data: { ...data, userId: fresh("user") } });
    const userId = fresh("user");
    expect(await errorOf(orm.account.create({ data: { ...data, userId } }))).toMatchObject(
      violation(context(), "account", ["providerId", "accountId"]),
    );
    expect(await orm.account.count({ where: { userId } })).toBe(0);
    // Fields are told apart, however their values would join.
    await orm.account.create({ data: { userId, providerId: "git", accountId: `hub${data.accountId}` } });
    await orm.account.create({ data: { userId, providerId: "gitlab", accountId: data.accountId } });
    await orm.account.update({ where: { id }, data: { accountId: null } });
    expect(await orm.account.findUnique({ where: data })).toBeNull();
    expect(await orm.account.create({ data: { ...data, userId } })).toMatchObject(data);
  });

  it("moves a unique value: the old one is free, the new one taken", async () => {
    const { orm } = context();
    const [old, next] = [fresh("email"), fresh("email")];
    const user = await orm.user.create({ data: { email: old } });
    expect(await orm.user.update({ where: { id: user.id }, data: { email: next } })).toEqual({
      ...user,
      email: next,
    });
    expect(await orm.user.findUnique({ where: { email: old } })).toBeNull();
    expect(await orm.user.findUnique({ where: { email: next } })).toEqual({ ...user, email: next });
    expect(await errorOf(orm.user.create({ data: { email: next } }))).toMatchObject(
      violation(context(), "user", ["email"]),
    );
    await orm.user.create({ data: { email: old } });
  });
}

function changeTests(context: () => ContractContext): void {
  it("refuses an update to a taken value and changes nothing", async () => {
    const { orm } = context();
    const taken = await orm.user.create({ data: { email: fresh("email"), handle: fresh("handle") } });
    const user = await orm.user.create({ data: { email: fresh("email"), age: 1 } });
    const data = { handle: taken.handle, age: 2 };
    expect(await errorOf(orm.user.update({ where: { id: user.id }, data }))).toMatchObject(
      violation(context(), "user", ["handle"]),
    );
    expect(await errorOf(orm.user.updateMany({ where: { id: user.id }, data }))).toMatchObject(
      violation(context(), "user", ["handle"]),
    );
    expect(await orm.user.findUnique({ where: { id: user.id } })).toEqual(user);
    expect(await orm.user.update({ where: { id: taken.id }, data: { handle: taken.handle, age: 3 } })).toEqual({
      ...taken,
      age: 3,
    });
  });

  it("sets and clears a nullable unique value", async () => {
    const { orm } = context();
    const handle = fresh("handle");
    const user = await orm.user.create({ data: { email: fresh("email") } });
    await orm.user.update({ where: { id: user.id }, data: { handle } });
    expect(await orm.user.findUnique({ where: { handle }, select: { id: true } })).toEqual({ id: user.id });
    await orm.user.update({ where: { handle }, data: { handle: null } });
    expect(await orm.user.findUnique({ where: { handle } })).toBeNull();
    await orm.user.create({ data: { email: fresh("email"), handle } });
  });
}

function homeTests(context: () => ContractContext): void {
  it("moves a record whose home changes", async () => {
    const { orm } = context();
    const [userA, userB] = [fresh("user"), fresh("user")];
    const session = await orm.session.create({ data: { token: fresh("token"), userId: userA } });
    const token = fresh("token");
    expect(await orm.session.update({ where: { id: session.id }, data: { token } })).toEqual({ ...session, token });
    expect(await orm.session.findUnique({ where: { token: session.token } })).toBeNull();
    expect(await orm.session.findUnique({ where: { id: session.id } })).toEqual({ ...session, token });
    const account = await orm.account.create({
      data: { userId: userA, providerId: "p", accountId: fresh("account") },
    });
    await orm.account.update({ where: { id: account.id }, data: { userId: userB } });
    expect(await orm.account.findMany({ where: { userId: userA } })).toEqual([]);
    expect(await orm.account.findMany({ where: { userId: userB } })).toEqual([{ ...account, userId: userB }]);
    expect(await orm.account.findUnique({ where: { providerId: "p", accountId: account.accountId! } })).toEqual({
      ...account,
      userId: userB,
    });
  });

  it("keeps indexes true when their fields change", async () => {
    const { orm } = context();
    const [from, to] = [fresh("space"), fresh("space")];
    const user = await orm.user.create({ data: { email: fresh("email"), space: from, age: 1 } });
    await orm.user.update({ where: { email: user.email }, data: { space: to } });
    expect(await orm.user.count({ where: { space: from } })).toBe(0);
    expect(await orm.user.findMany({ where: { space: to, age: { gt: 0 } } })).toEqual([{ ...user, space: to }]);
    await orm.user.update({ where: { id: user.id }, data: { age: null } });
    expect(await orm.user.count({ where: { space: to, age: { gt: 0 } } })).toBe(0);
    expect(await orm.user.count({ where: { space: to, age: null } })).toBe(1);
  });
}

function raceTests(context: () => ContractContext): void {
  it("lets one of many concurrent creates win", async () => {
    const { orm } = context();
    const email = fresh("email");
    const results = await concurrently(20, () => orm.user.create({ data: { email } }).catch((error: unknown) => error));
    const losers = results.filter((result) => result instanceof Error);
    expect(losers).toHaveLength(19);
    for (const loser of losers) expect(loser).toMatchObject(violation(context(), "user", ["email"]));
    expect(await orm.user.count({ where: { email } })).toBe(1);
  });

  it("gives no two records one value by a change of many, and changes none", async () => {
    const { orm } = context();
    const space = fresh("space");
    const data = [1, 2, 3].map((age) => ({ email: fresh("email"), space, age }));
    await orm.user.createMany({ data });
    const before = await orm.user.findMany({ where: { space }, orderBy: { age: "asc" } });
    const change = { handle: fresh("handle"), name: "changed" };
    expect(await errorOf(orm.user.updateMany({ where: { space }, data: change }))).toMatchObject(
      violation(context(), "user", ["handle"]),
    );
    expect(await orm.user.findMany({ where: { space }, orderBy: { age: "asc" } })).toEqual(before);
    expect(await orm.user.count({ where: { handle: change.handle } })).toBe(0);
    expect(await orm.user.updateMany({ where: { space, age: 1 }, data: change })).toBe(1);
    expect(await orm.user.findUnique({ where: { handle: change.handle } })).toMatchObject({ space, age: 1 });
  });

  it("refuses a list of records with a value twice", async () => {
    const { orm } = context();
    const label = fresh("label");
    const error = await errorOf(orm.tag.createMany({ data: [{ label }, { label }] }));
    expect(error).toMatchObject(violation(context(), "tag", ["label"]));
  });
}
