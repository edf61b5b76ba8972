import { beforeAll, describe, expect, it } from "vitest";
import type { DBAdapter } from "better-auth/adapters";
import { isOrmError } from "auth-dynamodb";
import { createAuthSchema, dynamodbAdapter } from "auth-dynamodb/better-auth";
import { pushSchema } from "auth-dynamodb/setup";
import { engines, uniquePrefix } from "../support/engines.ts";

const CALLERS = 50;

const options = {
  user: {
    additionalFields: { tags: { type: "string[]", required: false }, credits: { type: "number", required: false } },
  },
} as const;

const modes = engines.flatMap((engine) => [
  { engine, transaction: true, name: `${engine.name}, transactions on` },
  { engine, transaction: false, name: `${engine.name}, transactions off` },
]);

describe.each(modes)("Better Auth's data on $name", ({ engine, transaction }) => {
  const client = engine.createClient();
  const tablePrefix = uniquePrefix("guarantees");
  let adapter: DBAdapter;
  let made = 0;
  const email = () => `user-${(made += 1)}@example.com`;

  beforeAll(async () => {
    await pushSchema({ schema: createAuthSchema(options), client, tablePrefix });
    adapter = dynamodbAdapter({ client, tablePrefix, transaction, scans: "refuse" })(options);
  });

  const createUser = (
    data: Record<string, unknown> = {},
  ): Promise<{ id: string; email: string; [field: string]: unknown }> =>
    adapter.create({ model: "user", data: { name: "Ada", email: email(), emailVerified: false, ...data } });
  const findByEmail = (value: string) =>
    adapter.findOne<{ id: string }>({ model: "user", where: [{ field: "email", value }] });
  const crowd = <T>(run: (caller: number) => Promise<T>) =>
    Promise.allSettled(Array.from({ length: CALLERS }, (_, caller) => run(caller)));
  const fulfilled = <T>(results: PromiseSettledResult<T>[]) =>
    results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const rejected = (results: PromiseSettledResult<unknown>[]) =>
    results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));

  describe("50 callers at once", () => {
    it("create one user for one e-mail", async () => {
      const value = email();
      const results = await crowd(() => createUser({ email: value }));
      expect(fulfilled(results)).toHaveLength(1);
      for (const error of rejected(results)) {
        expect(isOrmError(error, "UNIQUE_CONSTRAINT_VIOLATION") && error.meta).toMatchObject({
          model: "user",
          target: ["email"],
        });
      }
      expect((await findByEmail(value))?.id).toBe(fulfilled(results)[0]!.id);
    });

    it("create one account for one provider's account", async () => {
      const { id: userId } = await createUser();
      const results = await crowd(() =>
        adapter.create({ model: "account", data: { userId, providerId: "google", accountId: userId } }),
      );
      expect(fulfilled(results)).toHaveLength(1);
      const accounts = await adapter.findMany({ model: "account", where: [{ field: "userId", value: userId }] });
      expect(accounts).toHaveLength(1);
    });

    it("give a verification to one of them", async () => {
      const created = await adapter.create<{ id: string }>({
        model: "verification",
        data: { identifier: email(), value: "token", expiresAt: new Date(Date.now() + 60_000) } as never,
      });
      const results = await crowd(() =>
        adapter.consumeOne<{ value: string }>({ model: "verification", where: [{ field: "id", value: created.id }] }),
      );
      expect(rejected(results)).toEqual([]);
      expect(fulfilled(results).filter((row) => row !== null)).toMatchObject([{ value: "token" }]);
    });

    it("count exactly to the guard", async () => {
      const { id } = await createUser({ credits: 20 });
      const results = await crowd(() =>
        adapter.incrementOne<{ credits: number }>({
          model: "user",
          where: [
            { field: "id", value: id },
            { field: "credits", operator: "gt", value: 0 },
          ],
          increment: { credits: -1 },
        }),
      );
      expect(rejected(results)).toEqual([]);
      const winners = fulfilled(results).filter((row) => row !== null);
      expect(winners.map((row) => row.credits).sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, n) => n));
      expect(await adapter.findOne({ model: "user", where: [{ field: "id", value: id }] })).toMatchObject({
        credits: 0,
      });
    });
  });

  describe("an e-mail", () => {
    it("moves with a change: the old one is free, the new one is taken", async () => {
      const user = await createUser();
      const next = email();
      await adapter.update({ model: "user", where: [{ field: "id", value: user.id }], update: { email: next } });
      expect(await findByEmail(user.email)).toBeNull();
      expect((await findByEmail(next))?.id).toBe(user.id);
      await expect(createUser({ email: next })).rejects.toMatchObject({ code: "UNIQUE_CONSTRAINT_VIOLATION" });
      expect((await createUser({ email: user.email })).email).toBe(user.email);
    });

    it("moves through updateMany, and cannot become two users' own", async () => {
      const [first, second] = [await createUser(), await createUser()];
      const next = email();
      const byId = { field: "id", value: first.id };
      expect(await adapter.updateMany({ model: "user", where: [byId], update: { email: next } })).toBe(1);
      expect(await findByEmail(first.email)).toBeNull();
      const both = { field: "id", operator: "in" as const, value: [first.id, second.id] };
      await expect(
        adapter.updateMany({ model: "user", where: [both], update: { email: email() } }),
      ).rejects.toMatchObject({ code: "UNIQUE_CONSTRAINT_VIOLATION" });
    });

    it("is free after a delete, and after deleteMany", async () => {
      const [first, second] = [await createUser(), await createUser()];
      await adapter.delete({ model: "user", where: [{ field: "id", value: first.id }] });
      expect(
        await adapter.deleteMany({ model: "user", where: [{ field: "email", operator: "in", value: [second.email] }] }),
      ).toBe(1);
      for (const { email: freed } of [first, second]) {
        expect(await findByEmail(freed)).toBeNull();
        await createUser({ email: freed });
      }
    });
  });

  describe("hostile input", () => {
    const nasty = [
      `${"x".repeat(2100)}@example.com`,
      "a#b|c+d>e@example.com",
      "user|id|1",
      "ünïcödé-\u{1F600}@example.com",
      "\u0000\u0001\u001f",
      "__proto__",
      "constructor",
      " ",
    ];

    it.each(nasty)("works as an e-mail: %j", async (value) => {
      const user = await createUser({ email: `${value}${email()}`, name: value });
      expect(await findByEmail(user.email)).toMatchObject({ id: user.id, name: value });
      await expect(createUser({ email: user.email })).rejects.toMatchObject({ code: "UNIQUE_CONSTRAINT_VIOLATION" });
      await adapter.delete({ model: "user", where: [{ field: "email", value: user.email }] });
      expect(await findByEmail(user.email)).toBeNull();
    });

    it.each(nasty)("finds nothing by a token or an id that nobody has: %j", async (value) => {
      for (const [model, field] of [
        ["session", "token"],
        ["session", "id"],
        ["user", "id"],
        ["account", "id"],
      ] as const) {
        expect(await adapter.findOne({ model, where: [{ field, value }] })).toBeNull();
        await adapter.delete({ model, where: [{ field, value }] });
        expect(
          await adapter.update({ model, where: [{ field, value }], update: { updatedAt: new Date() } }),
        ).toBeNull();
      }
    });

    it("refuses an id that cannot be a key, before anything is written", async () => {
      const value = email();
      const data = { id: "x".repeat(513), name: "Ada", email: value };
      const error: unknown = await adapter
        .create({ model: "user", data, forceAllowId: true } as never)
        .catch((caught: unknown) => caught);
      expect(isOrmError(error, "INVALID_VALUE") && error.meta).toEqual({ model: "user", target: ["id"] });
      expect(await findByEmail(value)).toBeNull();
    });

    it("refuses an item over 400 KB, before anything is written", async () => {
      const value = email();
      const error: unknown = await createUser({ email: value, name: "x".repeat(400 * 1024) }).catch(
        (caught: unknown) => caught,
      );
      expect(isOrmError(error, "ITEM_TOO_LARGE") && error.meta).toMatchObject({ model: "user", target: ["name"] });
      expect(await findByEmail(value)).toBeNull();
      const { id } = await createUser({ email: value });
      const update: unknown = await adapter
        .update({ model: "user", where: [{ field: "id", value: id }], update: { name: "x".repeat(400 * 1024) } })
        .catch((caught: unknown) => caught);
      expect(isOrmError(update, "ITEM_TOO_LARGE")).toBe(true);
      expect(await findByEmail(value)).toMatchObject({ name: "Ada" });
    });

    it("refuses a value of another type than its field, naming it", async () => {
      for (const [field, value] of [
        ["name", { $ne: null }],
        ["emailVerified", "perhaps"],
        ["createdAt", new Date(Number.NaN)],
        ["credits", Number.NaN],
      ]) {
        const error: unknown = await createUser({ [field as string]: value }).catch((caught: unknown) => caught);
        expect(isOrmError(error, "INVALID_VALUE") && error.meta).toEqual({ model: "user", target: [field] });
      }
    });

    it("knows no model, field or operator that is not there", async () => {
      await expect(adapter.findOne({ model: "nothing", where: [] })).rejects.toThrow();
      await expect(adapter.findOne({ model: "user", where: [{ field: "nothing", value: "x" }] })).rejects.toThrow();
      for (const name of ["__proto__", "constructor", "toString"]) {
        await expect(adapter.findOne({ model: "user", where: [{ field: name, value: "x" }] })).rejects.toThrow();
      }
      await expect(
        adapter.findMany({ model: "user", where: [{ field: "email", operator: "like" as never, value: "x" }] }),
      ).rejects.toMatchObject({ code: "INVALID_QUERY" });
    });

    it("takes an empty list as matching nothing", async () => {
      const where = [{ field: "id", operator: "in" as const, value: [] }];
      expect(await adapter.findMany({ model: "user", where })).toEqual([]);
      expect(await adapter.updateMany({ model: "user", where, update: { name: "x" } })).toBe(0);
      expect(await adapter.deleteMany({ model: "user", where })).toBe(0);
    });

    it("touches nothing by an empty where", async () => {
      const user = await createUser();
      expect(await adapter.update({ model: "user", where: [], update: { name: "changed" } })).toBeNull();
      await adapter.delete({ model: "user", where: [] });
      expect(await findByEmail(user.email)).toMatchObject({ name: "Ada" });
    });
  });

  it("keeps lists and their order", async () => {
    const user = await createUser({ tags: ["b", "a", "", "b"] });
    expect(await findByEmail(user.email)).toMatchObject({ tags: ["b", "a", "", "b"] });
  });

  it("selects in findMany too", async () => {
    const user = await createUser();
    const [found] = await adapter.findMany<Record<string, unknown>>({
      model: "user",
      where: [{ field: "id", value: user.id }],
      select: ["email"],
    });
    expect(Object.entries(found!).filter(([, value]) => value !== undefined)).toEqual([["email", user.email]]);
  });
});

it("refuses numeric ids, saying why and what to use", () => {
  const client = engines[0]!.createClient();
  expect(() => dynamodbAdapter({ client })({ advanced: { database: { generateId: "serial" } } })).toThrowError(
    /auto-increment.*uuid/s,
  );
});
