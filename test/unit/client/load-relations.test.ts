import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createOrm } from "../../../orm/client/create-orm.ts";
import type { DriverConnection, FindQuery, OrmDriver } from "../../../orm/driver.ts";
import { createMemoryDriver } from "../../../orm/memory/driver.ts";
import { id, string } from "../../../orm/schema/fields.ts";
import { defineSchema, model } from "../../../orm/schema/model.ts";
import { belongsTo, hasMany, hasOne, manyToMany } from "../../../orm/schema/relations.ts";
import type { RecordValues } from "../../../orm/values/normalize.ts";

const schema = defineSchema({
  user: model({
    table: "users",
    fields: { id: id(), name: string().nullable(), bossId: string().nullable().references("user.id") },
    relations: {
      boss: belongsTo("user", { foreignKey: "bossId" }),
      posts: hasMany("post", { foreignKey: "userId" }),
      first: hasOne("post", { foreignKey: "userId" }),
      groups: manyToMany("group", { through: "member", from: "userId", to: "groupId" }),
    },
  }),
  post: model({
    table: "posts",
    fields: { id: id(), userId: string().references("user.id") },
    relations: { user: belongsTo("user", { foreignKey: "userId" }) },
  }),
  group: model({ table: "groups", fields: { id: id() } }),
  member: model({
    table: "members",
    fields: { id: id(), userId: string().references("user.id"), groupId: string().references("group.id") },
  }),
});

/** Called instead of the session's `find`. */
let onFind: (query: FindQuery, find: DriverConnection["find"]) => Promise<RecordValues[]>;
let finds: FindQuery[];
const unhandled: unknown[] = [];
const noteUnhandled = (reason: unknown) => unhandled.push(reason);

function make() {
  const driver = createMemoryDriver();
  const spied: OrmDriver = {
    handle: driver.handle,
    connect: (manifest) => {
      const session = driver.connect(manifest);
      const find = session.find.bind(session);
      session.find = (query) => {
        finds.push(query);
        return onFind(query, find);
      };
      return session;
    },
  };
  return createOrm({ schema, driver: spied });
}

let orm: ReturnType<typeof make>;

beforeEach(async () => {
  finds = [];
  onFind = (query, find) => find(query);
  orm = make();
  const ids = Array.from({ length: 20 }, (_, i) => `u${String(i).padStart(2, "0")}`);
  await orm.user.createMany({ data: ids.map((one, i) => ({ id: one, name: one, bossId: i ? ids[i % 3]! : null })) });
  await orm.post.createMany({ data: ids.flatMap((userId) => [2, 1].map((n) => ({ id: `${userId}-${n}`, userId }))) });
  await orm.group.createMany({ data: [{ id: "g1" }, { id: "g2" }] });
  await orm.member.createMany({
    data: ids.flatMap((userId) => ["g2", "g1", "g2"].map((groupId) => ({ userId, groupId }))),
  });
  process.on("unhandledRejection", noteUnhandled);
});

afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve));
  process.off("unhandledRejection", noteUnhandled);
  expect(unhandled.splice(0)).toEqual([]);
});

const models = () => finds.map((query) => query.model.name);
const nextTick = () => new Promise<void>((resolve) => setTimeout(resolve));

describe("loading relations", () => {
  it("reads once for each relation of a level, whatever the number of records", async () => {
    const users = await orm.user.findMany({
      select: {
        id: true,
        posts: { select: { id: true, user: { select: { boss: true } } } },
        first: true,
        boss: { select: { name: true, posts: true } },
        groups: true,
      },
    });
    expect(users).toHaveLength(20);
    expect(users[4]).toMatchObject({
      id: "u04",
      posts: [
        { id: "u04-2", user: { boss: { id: "u01" } } },
        { id: "u04-1", user: { boss: { id: "u01" } } },
      ],
      first: { id: "u04-1" },
      boss: { name: "u01", posts: [{ id: "u01-2" }, { id: "u01-1" }] },
      groups: [{ id: "g1" }, { id: "g2" }],
    });
    expect(users[0]!.boss).toBeNull();
    expect(models().sort()).toEqual(["group", "member", "post", "post", "post", "user", "user", "user", "user"]);
  });

  it("asks for distinct keys, and for none where there are none", async () => {
    await orm.user.findMany({ where: { bossId: { not: null } }, select: { boss: true } });
    expect(finds[1]!.where).toMatchObject({ field: "id", operator: "in", value: ["u01", "u02", "u00"] });
    finds.length = 0;
    expect(await orm.user.findMany({ where: { id: "u00" }, select: { boss: true } })).toEqual([{ boss: null }]);
    expect(await orm.user.findMany({ where: { id: "nobody" }, select: { posts: true } })).toEqual([]);
    expect(
      await orm.user.findUnique({ where: { id: "u01" }, select: { posts: { take: 0 }, groups: { take: 0 } } }),
    ).toEqual({
      posts: [],
      groups: [],
    });
    expect(models()).toEqual(["user", "user", "user"]);
  });

  it("counts skip and take for each parent", async () => {
    const users = await orm.user.findMany({
      take: 2,
      select: {
        posts: { orderBy: { id: "asc" }, take: 1, select: { id: true } },
        groups: { orderBy: { id: "desc" }, skip: 1, take: 5 },
      },
    });
    expect(users).toEqual([
      { posts: [{ id: "u00-1" }], groups: [{ id: "g1" }] },
      { posts: [{ id: "u01-1" }], groups: [{ id: "g1" }] },
    ]);
  });

  it("gives each parent objects of its own", async () => {
    const posts = await orm.post.findMany({
      where: { userId: "u05" },
      select: { user: { select: { name: true, groups: true } } },
    });
    posts[0]!.user!.groups.pop();
    posts[0]!.user!.name = "changed";
    expect(posts[1]!.user).toEqual({ name: "u05", groups: [{ id: "g1" }, { id: "g2" }] });
  });

  it("fails where a read fails", async () => {
    onFind = (query, find) => (query.model.name === "post" ? Promise.reject(new Error("down")) : find(query));
    await expect(orm.user.findMany({ select: { posts: true, first: true, boss: true } })).rejects.toThrow("down");
  });
});

describe("reading ahead", () => {
  /** A driver that knows parts of posts before it has them. */
  const ahead = (parts: RecordValues[]) => {
    onFind = async (query, find) => {
      if (query.ahead) {
        query.ahead(parts);
        await nextTick();
        finds.push({ ...query, model: { ...query.model, name: "(whole)" } });
      }
      return find(query);
    };
  };
  const select = { id: true, user: { select: { name: true } } } as const;
  const expected = { id: "u03-1", user: { name: "u03" } };
  const find = () => orm.post.findUnique({ where: { id: "u03-1" }, select });

  it("loads relations while the records are on their way, once", async () => {
    ahead([{ id: "u03-1", userId: "u03" }]);
    expect(await find()).toEqual(expected);
    expect(models()).toEqual(["post", "user", "(whole)"]);
  });

  it("loads what the parts did not have", async () => {
    ahead([{ id: "u03-1" }]);
    expect(await find()).toEqual(expected);
    expect(models()).toEqual(["post", "(whole)", "user"]);
    finds.length = 0;
    ahead([{ id: "u03-1", userId: "u03" }]);
    const posts = await orm.post.findMany({ where: { id: { in: ["u03-1", "u04-1"] } }, select });
    expect(posts).toEqual([expected, { id: "u04-1", user: { name: "u04" } }]);
    expect(finds.at(-1)!.where).toMatchObject({ value: "u04" });
    expect(models()).toEqual(["post", "user", "(whole)", "user"]);
  });

  it("does not trust parts that were wrong", async () => {
    ahead([
      { id: "u03-1", userId: "u09" },
      { id: "gone", userId: "gone" },
      { id: "none", userId: null },
    ]);
    expect(await find()).toEqual(expected);
  });

  it("takes parts in several calls", async () => {
    onFind = (query, find) => {
      query.ahead?.([{ userId: "u03" }]);
      query.ahead?.([{ userId: "u03" }, { userId: "u04" }]);
      return find(query);
    };
    expect(await find()).toEqual(expected);
    expect(finds.map((query) => query.where)).toMatchObject([{}, { value: "u03" }, { value: "u04" }]);
  });

  it("waits where the keys are many", async () => {
    ahead(Array.from({ length: 101 }, (_, i) => ({ userId: `u${i}` })));
    expect(await find()).toEqual(expected);
    expect(models()).toEqual(["post", "(whole)", "user"]);
  });

  it("ignores the failure of a read that was not needed, and passes on that of one that was", async () => {
    const failing = (userId: string) => {
      onFind = (query, find) => {
        query.ahead?.([{ id: "u03-1", userId }]);
        return query.model.name === "user" && "value" in query.where && String(query.where.value) === userId
          ? Promise.reject(new Error("down"))
          : find(query);
      };
    };
    failing("u09");
    expect(await find()).toEqual(expected);
    failing("u03");
    await expect(find()).rejects.toThrow("down");
  });

  it("leaves no failure behind where the records themselves cannot be read", async () => {
    onFind = (query) => {
      query.ahead?.([{ id: "u03-1", userId: "u03" }]);
      return Promise.reject(new Error(`down: ${query.model.name}`));
    };
    await expect(find()).rejects.toThrow("down: post");
  });
});
