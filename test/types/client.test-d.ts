// Checked by `tsc --noEmit` only: what must not compile carries `@ts-expect-error`.
import { expectTypeOf } from "vitest";
import { createOrm } from "../../orm/client/create-orm.ts";
import type { CreateData, RecordOf, UniqueWhere, ValueOf } from "../../orm/client/infer.ts";
import type { Selected } from "../../orm/client/select-types.ts";
import type { OrmClient } from "../../orm/client/types.ts";
import type { UntypedOrmClient } from "../../orm/client/untyped.ts";
import type { Where } from "../../orm/client/where-types.ts";
import type { Isolation, TransactionOptions } from "../../orm/driver.ts";
import { createMemoryDriver } from "../../orm/memory/driver.ts";
import { bigint, boolean, datetime, decimal, enumeration, id, integer, json, string } from "../../orm/schema/fields.ts";
import { defineSchema, model, type Schema } from "../../orm/schema/model.ts";
import { belongsTo, hasMany, hasOne, manyToMany } from "../../orm/schema/relations.ts";

const schema = defineSchema({
  user: model({
    table: "users",
    fields: {
      id: id(),
      email: string().unique(),
      name: string().nullable(),
      role: enumeration(["admin", "member"]).default("member"),
      active: boolean().default(true),
      visits: integer().default(0),
      balance: decimal().nullable(),
      serial: bigint().nullable().unique(),
      settings: json<{ theme: string; tags?: string[] }>().nullable(),
      createdAt: datetime().defaultNow(),
    },
    relations: {
      sessions: hasMany("session", { foreignKey: "userId" }),
      profile: hasOne("profile", { foreignKey: "userId" }),
      groups: manyToMany("group", { through: "membership", from: "userId", to: "groupId" }),
    },
  }),
  session: model({
    table: "sessions",
    fields: { id: id(), token: string().unique(), userId: string().references("user.id"), expiresAt: datetime() },
    relations: { user: belongsTo("user", { foreignKey: "userId" }) },
  }),
  profile: model({
    table: "profiles",
    fields: { id: id(), userId: string().unique().references("user.id"), bio: string() },
  }),
  group: model({ table: "groups", fields: { id: id({ type: "integer" }), name: string() } }),
  membership: model({
    table: "memberships",
    fields: { id: id(), userId: string().references("user.id"), groupId: integer().references("group.id") },
    constraints: { unique: [["userId", "groupId"]], indexes: [["groupId"]] },
  }),
});
type S = typeof schema;

const orm = createOrm({ schema, driver: createMemoryDriver() });
declare const date: Date;

/** As a library would write it that never sees the driver. */
type Orm = ReturnType<typeof createOrm<S>>;

export async function anyDriver(any: Orm) {
  expectTypeOf<Orm>().toEqualTypeOf<OrmClient<S>>();
  expectTypeOf(orm).toExtend<Orm>();
  const user = await any.user.findUnique({ where: { email: "a" }, select: { name: true, sessions: true } });
  expectTypeOf(user!.name).toEqualTypeOf<string | null>();
  expectTypeOf(user!.sessions[0]!).toEqualTypeOf<Selected<S, "session", undefined>>();
  expectTypeOf<ValueOf<S["models"]["user"]["fields"]["role"]>>().toEqualTypeOf<"admin" | "member">();
  expectTypeOf(any.$driver.client).toEqualTypeOf<unknown>();
  await any.transaction(async (tx) => expectTypeOf(tx.user).toEqualTypeOf(any.user));
}

export function records() {
  expectTypeOf<RecordOf<S, "user">>().toEqualTypeOf<{
    id: string;
    email: string;
    name: string | null;
    role: "admin" | "member";
    active: boolean;
    visits: number;
    balance: string | null;
    serial: bigint | null;
    settings: { theme: string; tags?: string[] } | null;
    createdAt: Date;
  }>();
  expectTypeOf<RecordOf<S, "group">["id"]>().toEqualTypeOf<number>();
}

export function creating() {
  void orm.user.create({ data: { email: "a" } });
  void orm.user.create({ data: { email: "a", name: null, role: "admin", settings: { theme: "dark" } } });
  const group: CreateData<S, "group"> = { id: 1, name: "a" };
  void group;
  // @ts-expect-error email is required
  void orm.user.create({ data: { name: "a" } });
  // @ts-expect-error an integer id is assigned by the application
  void orm.group.create({ data: { name: "a" } });
  // @ts-expect-error not one of the texts
  void orm.user.create({ data: { email: "a", role: "owner" } });
  // @ts-expect-error email is not nullable
  void orm.user.create({ data: { email: null } });
  // @ts-expect-error unknown field
  void orm.user.create({ data: { email: "a", emial: "b" } });
  // @ts-expect-error a date is not text
  void orm.user.create({ data: { email: "a", createdAt: "2024-01-01" } });
  // @ts-expect-error unknown model
  void orm.users.create({ data: { email: "a" } });
  // @ts-expect-error every record is checked
  void orm.user.createMany({ data: [{ email: "a" }, { name: "b" }] });
}

export function filters() {
  void orm.user.findMany({
    where: { email: { contains: "a", mode: "insensitive" }, name: null, visits: { gt: 1, lte: 5 } },
  });
  void orm.user.findMany({
    where: { OR: [{ role: "admin" }, { role: { in: ["member"] } }], NOT: { name: { not: null } } },
  });
  void orm.user.findMany({
    where: { createdAt: { gte: date }, serial: { lt: 5n }, balance: { gt: "1.5" }, active: { not: true } },
  });
  void orm.user.findMany({ where: { settings: { theme: "dark" } } });
  void orm.user.findMany({ where: { settings: { eq: { theme: "dark" } } } });
  void orm.user.count({ where: { name: { eq: null } } });
  const where: Where<S, "session"> = { expiresAt: { lt: date } };
  void orm.session.deleteMany({ where });
  // @ts-expect-error unknown field
  void orm.user.findMany({ where: { emial: "a" } });
  // @ts-expect-error unknown field beside a known one
  void orm.user.findMany({ where: { email: "a", emial: "a" } });
  // @ts-expect-error unknown operator beside a known one
  void orm.user.findMany({ where: { email: { eq: "a", has: "a" } } });
  // @ts-expect-error relations are not filters
  void orm.user.findMany({ where: { sessions: {} } });
  // @ts-expect-error a wrong value type
  void orm.user.findMany({ where: { visits: "1" } });
  // @ts-expect-error text operators are for text
  void orm.user.findMany({ where: { visits: { contains: "1" } } });
  // @ts-expect-error a decimal is a number: it has no text operators
  void orm.user.findMany({ where: { balance: { startsWith: "1" } } });
  // @ts-expect-error a boolean has no order
  void orm.user.findMany({ where: { active: { gt: false } } });
  // @ts-expect-error email is never null
  void orm.user.findMany({ where: { email: null } });
  // @ts-expect-error an integer id has no text operators
  void orm.group.findMany({ where: { id: { contains: "1" } } });
  // @ts-expect-error wrong inside OR too
  void orm.user.findMany({ where: { OR: [{ emial: "a" }] } });
  // @ts-expect-error wrong inside NOT too
  void orm.user.findMany({ where: { NOT: { email: "a", emial: "a" } } });
  // @ts-expect-error an unknown argument
  void orm.user.findMany({ wher: {} });
  // @ts-expect-error json has no order
  void orm.user.findMany({ orderBy: { settings: "asc" } });
  // @ts-expect-error a direction
  void orm.user.findMany({ orderBy: { email: "up" } });
  // @ts-expect-error unknown field
  void orm.user.findMany({ orderBy: [{ emial: "asc" }] });
}

export function unique() {
  expectTypeOf<{ id: string }>().toExtend<UniqueWhere<S, "user">>();
  void orm.user.findUnique({ where: { id: "1" } });
  void orm.user.findUnique({ where: { serial: 5n } });
  void orm.membership.findUnique({ where: { userId: "1", groupId: 2 } });
  // @ts-expect-error not unique
  void orm.user.findUnique({ where: { name: "a" } });
  // @ts-expect-error two keys
  void orm.user.findUnique({ where: { id: "1", email: "a" } });
  // @ts-expect-error half of a compound key
  void orm.membership.findUnique({ where: { userId: "1" } });
  // @ts-expect-error nothing
  void orm.user.findUnique({ where: {} });
  // @ts-expect-error nothing, where a model has a compound key
  void orm.membership.findUnique({ where: {} });
  // @ts-expect-error null names no record
  void orm.user.findUnique({ where: { serial: null } });
  // @ts-expect-error an index is not unique
  void orm.membership.findUnique({ where: { groupId: 2 } });
  void orm.user.upsert({ where: { email: "a" }, create: {}, update: { name: "b" } });
  void orm.user.upsert({ where: { id: "1" }, create: { email: "a" }, update: {} });
  // @ts-expect-error unknown field in where
  void orm.user.upsert({ where: { email: "a", emial: "a" }, create: {}, update: {} });
  // @ts-expect-error unknown field in create
  void orm.user.upsert({ where: { email: "a" }, create: { nam: "a" }, update: {} });
  // @ts-expect-error a wrong value in update
  void orm.user.upsert({ where: { email: "a" }, create: {}, update: { visits: "1" } });
  // @ts-expect-error email is required unless where has it
  void orm.user.upsert({ where: { id: "1" }, create: {}, update: {} });
}

export function namingOneRecord() {
  void orm.user.update({ where: { id: "1", visits: { lt: 3 }, NOT: { name: null } }, data: {} });
  void orm.user.delete({ where: { name: "a", role: "admin" } });
  void orm.user.consume({ where: { OR: [{ name: "a" }, { name: null }] } });
  void orm.user.increment({ where: { email: "a", visits: { lt: 3 } }, increment: { visits: 1 } });
  void orm.membership.consume({ where: { userId: "1", groupId: 2 } });
  void orm.session.deleteMany({ where: { expiresAt: { lt: date } } });
  // @ts-expect-error operators for a key
  void orm.user.consume({ where: { email: { not: "" } } });
  // @ts-expect-error operators for one key beside another
  void orm.user.update({ where: { id: "1", email: { startsWith: "" } }, data: {} });
  // @ts-expect-error operators beside no key
  void orm.user.delete({ where: { name: "a", visits: { lt: 3 } } });
  // @ts-expect-error operators for a part of a compound key
  void orm.membership.consume({ where: { userId: "1", groupId: { gt: 2 } } });
  // @ts-expect-error null for a key
  void orm.user.increment({ where: { serial: null, visits: { lt: 3 } }, increment: { visits: 1 } });
  // @ts-expect-error unknown field
  void orm.user.delete({ where: { id: "1", emial: "a" } });
  const body = {} as { token: string | { not: string } };
  // @ts-expect-error what may be operators
  void orm.session.consume({ where: { token: body.token } });
}

export async function selecting() {
  const all = await orm.user.findFirst();
  expectTypeOf(all).toEqualTypeOf<RecordOf<S, "user"> | null>();

  const some = await orm.user.findMany({ select: { id: true, name: true, email: false } });
  expectTypeOf(some).toEqualTypeOf<{ id: string; name: string | null }[]>();

  const nested = await orm.user.findUnique({
    where: { id: "1" },
    select: {
      email: true,
      sessions: {
        select: { token: true, user: { select: { id: true } } },
        where: { expiresAt: { gt: date } },
        take: 1,
      },
      profile: true,
      groups: { orderBy: { name: "asc" }, skip: 1 },
    },
  });
  expectTypeOf(nested).toEqualTypeOf<{
    email: string;
    sessions: { token: string; user: { id: string } | null }[];
    profile: { id: string; userId: string; bio: string } | null;
    groups: { id: number; name: string }[];
  } | null>();
  const created = await orm.session.create({
    data: { token: "t", userId: "u", expiresAt: date },
    select: { token: true, user: true },
  });
  expectTypeOf(created).toEqualTypeOf<{ token: string; user: RecordOf<S, "user"> | null }>();
  expectTypeOf(await orm.session.consume({ where: { token: "t" }, select: { id: true } })).toEqualTypeOf<{
    id: string;
  } | null>();

  // @ts-expect-error not selected
  void some[0]?.email;
  // @ts-expect-error unknown name
  void orm.user.findMany({ select: { nam: true } });
  // @ts-expect-error unknown name beside a known one
  void orm.user.findMany({ select: { id: true, nam: true } });
  // @ts-expect-error unknown name, nested
  void orm.user.findMany({ select: { sessions: { select: { id: true, tokn: true } } } });
  // @ts-expect-error unknown argument, nested
  void orm.user.findMany({ select: { sessions: { select: { id: true }, limit: 1 } } });
  // @ts-expect-error unknown field in a nested where
  void orm.user.findMany({ select: { sessions: { where: { token: "a", tokn: "a" } } } });
  // @ts-expect-error unknown field in an OR of a nested where
  void orm.user.findMany({ select: { sessions: { where: { OR: [{ token: "a" }, { token: "a", tokn: "a" }] } } } });
  // @ts-expect-error unknown operator in a nested where
  void orm.user.findMany({ select: { sessions: { where: { token: { eq: "a", has: "a" } } } } });
  // @ts-expect-error a wrong value in a nested where
  void orm.user.findMany({ select: { sessions: { where: { expiresAt: "now" } } } });
  // @ts-expect-error unknown field in a nested order
  void orm.user.findMany({ select: { sessions: { orderBy: { token: "asc", tokn: "asc" } } } });
  // @ts-expect-error a to-one relation has no pages
  void orm.session.findMany({ select: { user: { take: 1 } } });
}

export async function others() {
  void orm.user.increment({ where: { id: "1" }, increment: { visits: 1 }, set: { name: "a" } });
  // @ts-expect-error not a number
  void orm.user.increment({ where: { id: "1" }, increment: { name: 1 } });
  // @ts-expect-error unknown field
  void orm.user.update({ where: { id: "1" }, data: { nam: "a" } });
  // @ts-expect-error update needs where
  void orm.user.update({ data: { name: "a" } });

  const results = await orm.batch([
    (tx) => tx.user.create({ data: { email: "a" }, select: { id: true } }),
    (tx) => tx.user.count(),
  ]);
  expectTypeOf(results).toEqualTypeOf<[{ id: string }, number]>();
  const moved = await orm.transaction(async (tx) => (await tx.session.findMany({ select: { id: true } })).length);
  expectTypeOf(moved).toEqualTypeOf<number>();
  const counted = orm.transaction((tx) => tx.user.count(), { isolation: "serializable", retries: 2 });
  expectTypeOf(counted).toEqualTypeOf<Promise<number>>();
  // @ts-expect-error no such isolation
  void orm.transaction((tx) => tx.user.count(), { isolation: "snapshot" });
  expectTypeOf<TransactionOptions["isolation"]>().toEqualTypeOf<Isolation | undefined>();
  expectTypeOf(orm.$driver.capabilities.transactionIsolation).toEqualTypeOf<"none" | Isolation>();
  expectTypeOf(orm.$driver.kind).toEqualTypeOf<"memory">();
  // @ts-expect-error capabilities are frozen
  orm.$driver.capabilities.supportsJoin = true;
}

export async function untyped(dynamic: Schema, name: string) {
  const client = createOrm({ schema: dynamic, driver: createMemoryDriver() });
  const record = await client[name]!.findUnique({ where: { id: "1" } });
  expectTypeOf(record).toEqualTypeOf<Record<string, unknown> | null>();
  await client.transaction(async (tx) => tx[name]!.create({ data: { a: 1 } }));
  const plain: UntypedOrmClient = client;
  void plain;
}
