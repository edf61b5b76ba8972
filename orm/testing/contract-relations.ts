import { beforeAll, describe, expect, it } from "vitest";
import { fresh, type ContractContext } from "./contract-schema.ts";

/** The users that the tests are about: by name, and the space that all of them are in. */
interface Rows {
  readonly ids: Readonly<Record<"ada" | "bob" | "none", string>>;
  readonly space: string;
}

const allOf = (ids: Rows["ids"]) => ({ id: { in: [ids.ada, ids.bob, ids.none] } });

const label = (tag: { label: string }) => tag.label.split("-")[0];

/** Relations, loaded by the core through the driver's reads. */
export function relationsContract(context: () => ContractContext): void {
  describe("relations", () => {
    const ids = { ada: fresh("ada"), bob: fresh("bob"), none: fresh("none") };
    const space = fresh("space");

    beforeAll(async () => {
      const { orm } = context();
      await orm.user.createMany({
        data: Object.entries(ids).map(([name, id]) => ({ id, name, email: `${name}@${space}`, space })),
      });
      const session = (name: "ada" | "bob", hour: number) => ({
        token: fresh("token"),
        userId: ids[name],
        note: `${name}${hour}`,
        createdAt: new Date(Date.UTC(2024, 0, 1, hour)),
      });
      await orm.session.createMany({
        data: [session("ada", 2), session("bob", 5), session("ada", 1), session("ada", 3), session("bob", 4)],
      });
      await orm.account.create({ data: { userId: ids.ada, providerId: "github", accountId: fresh("account") } });
      await orm.profile.create({ data: { userId: ids.ada, bio: "countess" } });
      await orm.badge.createMany({
        data: [
          { id: `${space}-2`, userId: ids.ada, label: "second" },
          { id: `${space}-1`, userId: ids.ada, label: "first" },
        ],
      });
      const labels = ["red", "green", "blue"];
      const tags = await orm.tag.createMany({
        data: labels.map((label, weight) => ({ id: `${space}-${label}`, label: `${label}-${space}`, weight })),
      });
      const [red, green, blue] = tags.map((tag) => tag.id) as [string, string, string];
      const links: [string, string][] = [
        [ids.ada, blue],
        [ids.ada, red],
        [ids.ada, red],
        [ids.bob, green],
        [ids.bob, red],
        [ids.bob, "gone"],
      ];
      await orm.tagging.createMany({ data: links.map(([userId, tagId]) => ({ userId, tagId })) });
    });

    belongsToTests(context, { ids, space });
    hasTests(context, { ids });
    manyToManyTests(context, { ids, space });
    nestedTests(context, { ids });
  });
}

function belongsToTests(context: () => ContractContext, { ids, space }: Rows): void {
  it("loads belongsTo, null where there is no such record", async () => {
    const { orm } = context();
    const sessions = await orm.session.findMany({
      where: { userId: ids.bob },
      orderBy: { createdAt: "asc" },
      select: { note: true, user: { select: { name: true } } },
    });
    expect(sessions).toEqual([
      { note: "bob4", user: { name: "bob" } },
      { note: "bob5", user: { name: "bob" } },
    ]);
    expect(sessions[0]?.user).not.toBe(sessions[1]?.user);
    const token = fresh("token");
    const created = await orm.session.create({ data: { token, userId: fresh("gone") }, select: { user: true } });
    expect(created).toEqual({ user: null });
    expect(await orm.session.findUnique({ where: { token }, select: { token: true, user: true } })).toEqual({
      token,
      user: null,
    });
    await orm.session.delete({ where: { token } });
  });

  it("loads belongsTo with a record found by its keys", async () => {
    const { orm } = context();
    const one = (await orm.session.findFirst({ where: { userId: ids.ada } }))!;
    const select = { id: true, user: { select: { id: true, name: true } } } as const;
    const expected = { id: one.id, user: { id: ids.ada, name: "ada" } };
    expect(await orm.session.findUnique({ where: { token: one.token }, select })).toEqual(expected);
    expect(await orm.session.findUnique({ where: { id: one.id }, select })).toEqual(expected);
    const account = await orm.account.findFirst({
      where: { userId: ids.ada },
      select: { user: { select: { name: true } } },
    });
    expect(account).toEqual({ user: { name: "ada" } });
  });

  it("filters belongsTo", async () => {
    const { orm } = context();
    const user = { where: { name: "bob" }, select: { name: true } } as const;
    const sessions = await orm.session.findMany({
      where: { note: { in: ["ada1", "bob4"] } },
      orderBy: { note: "asc" },
      select: { user },
    });
    expect(sessions).toEqual([{ user: null }, { user: { name: "bob" } }]);
  });

  it("loads belongsTo by another key than the id", async () => {
    const { orm } = context();
    await orm.invite.createMany({ data: [{ email: `ada@${space}` }, { email: null }, { email: fresh("email") }] });
    const invites = await orm.invite.findMany({ select: { email: true, user: { select: { id: true } } } });
    expect(invites.filter((invite) => invite.user)).toEqual([{ email: `ada@${space}`, user: { id: ids.ada } }]);
  });
}

function hasTests(context: () => ContractContext, { ids }: Pick<Rows, "ids">): void {
  it("loads hasMany with a filter, an order and a page for each parent", async () => {
    const { orm } = context();
    const users = await orm.user.findMany({
      where: allOf(ids),
      orderBy: { name: "asc" },
      select: { name: true, sessions: { select: { note: true }, orderBy: { createdAt: "desc" }, take: 2 } },
    });
    expect(users).toEqual([
      { name: "ada", sessions: [{ note: "ada3" }, { note: "ada2" }] },
      { name: "bob", sessions: [{ note: "bob5" }, { note: "bob4" }] },
      { name: "none", sessions: [] },
    ]);
    const rest = await orm.user.findMany({
      where: allOf(ids),
      orderBy: { name: "asc" },
      select: {
        sessions: { select: { note: true }, orderBy: { note: "asc" }, skip: 1, where: { note: { not: "ada2" } } },
      },
    });
    expect(rest).toEqual([{ sessions: [{ note: "ada3" }] }, { sessions: [{ note: "bob5" }] }, { sessions: [] }]);
    expect(await orm.user.findUnique({ where: { id: ids.ada }, select: { sessions: { take: 0 } } })).toEqual({
      sessions: [],
    });
  });

  it("loads hasMany whose records live under the parent's key", async () => {
    const { orm } = context();
    const user = await orm.user.findUnique({
      where: { id: ids.ada },
      select: { accounts: { select: { providerId: true } } },
    });
    expect(user).toEqual({ accounts: [{ providerId: "github" }] });
  });

  it("loads hasOne, over a unique and over another key", async () => {
    const { orm } = context();
    const users = await orm.user.findMany({
      where: allOf(ids),
      orderBy: { name: "asc" },
      select: { profile: { select: { bio: true } }, badge: { select: { label: true } } },
    });
    expect(users).toEqual([
      { profile: { bio: "countess" }, badge: { label: "first" } },
      { profile: null, badge: null },
      { profile: null, badge: null },
    ]);
  });
}

function manyToManyTests(context: () => ContractContext, { ids, space }: Rows): void {
  it("loads manyToMany: each target once, in order, in pages for each parent", async () => {
    const { orm } = context();
    const users = await orm.user.findMany({
      where: allOf(ids),
      orderBy: { name: "asc" },
      select: { tags: { orderBy: { weight: "asc" } } },
    });
    expect(users.map((user) => user.tags.map(label))).toEqual([["red", "blue"], ["red", "green"], []]);
    const page = await orm.user.findMany({
      where: allOf(ids),
      orderBy: { name: "asc" },
      select: { tags: { orderBy: { weight: "desc" }, skip: 1, take: 1, select: { label: true } } },
    });
    expect(page.map((user) => user.tags.map(label))).toEqual([["red"], ["red"], []]);
    const light = await orm.user.findUnique({
      where: { id: ids.bob },
      select: { tags: { where: { weight: { gt: 0 } }, select: { label: true } } },
    });
    expect(light?.tags.map(label)).toEqual(["green"]);
    const red = await orm.tag.findUnique({
      where: { label: `red-${space}` },
      select: { users: { select: { name: true }, orderBy: { name: "desc" } } },
    });
    expect(red).toEqual({ users: [{ name: "bob" }, { name: "ada" }] });
  });
}

function nestedTests(context: () => ContractContext, { ids }: Pick<Rows, "ids">): void {
  it("loads nested relations", async () => {
    const { orm } = context();
    const profile = await orm.profile.findUnique({
      where: { userId: ids.ada },
      select: {
        bio: true,
        user: {
          select: {
            sessions: {
              where: { note: "ada1" },
              select: { note: true, user: { select: { name: true, profile: { select: { bio: true } } } } },
            },
          },
        },
      },
    });
    expect(profile).toEqual({
      bio: "countess",
      user: { sessions: [{ note: "ada1", user: { name: "ada", profile: { bio: "countess" } } }] },
    });
  });

  it("loads relations of what writes return", async () => {
    const { orm } = context();
    const select = { bio: true, user: { select: { name: true } } } as const;
    const user = { name: "bob" };
    const where = { userId: ids.bob };
    expect(await orm.profile.create({ data: { userId: ids.bob, bio: "a" }, select })).toEqual({ bio: "a", user });
    expect(await orm.profile.update({ where, data: { bio: "b" }, select })).toEqual({ bio: "b", user });
    expect(await orm.profile.upsert({ where, create: { bio: "" }, update: { bio: "c" }, select })).toEqual({
      bio: "c",
      user,
    });
    expect(await orm.profile.consume({ where, select })).toEqual({ bio: "c", user });
  });
}
