import type { Item } from "../../orm/dynamodb/layout/attribute-value.ts";
import { textOf } from "../../orm/dynamodb/layout/stored-record.ts";
import type { Engine } from "../support/engines.ts";
import { carriedOperations } from "./carried-operations.ts";
import type { FaultClient } from "./schema.ts";

/** A write operation with what may come of it beyond "all of it" and, where it throws, "nothing". */
export interface Operation {
  readonly name: string;
  seed(orm: FaultClient): Promise<unknown>;
  /** What time or a crash made of the seeded items. */
  readonly age?: (items: readonly Item[]) => Item[];
  run(orm: FaultClient, engine: Pick<Engine, "transactions">): Promise<unknown>;
  /** It is several writes, each whole in itself: where it throws, some of them may have happened. */
  readonly parts?: boolean;
  /** The caller's own transaction: where a record has changed since it was read, the caller is told. */
  readonly transaction?: boolean;
  /** It deletes records: entries may stay behind, leading nowhere. */
  readonly deletes?: boolean;
  /**
   * Whether this is an answer to a deletion that landed, whose response was lost, and whose second attempt by the SDK
   * found nothing.
   */
  readonly afterLostDelete?: (result: unknown) => boolean;
}

const DAY = 86_400_000;
const SOON = new Date(Math.ceil(Date.now() / DAY) * DAY + 7 * DAY);
const LATER = new Date(SOON.getTime() + DAY);
/** Beyond the margin of entries that were written for SOON: they would expire first. */
const MUCH_LATER = new Date(SOON.getTime() + 60 * DAY);

const ada = { id: "ada", email: "ada@example.com", handle: "ada", space: "x", name: "Ada" };
const bob = { id: "bob", email: "bob@example.com", handle: "bob", space: "x", name: "Bob" };
const session = (n: number) => ({ id: `s${n}`, token: `token-${n}`, userId: "ada", note: null, expiresAt: SOON });
const account = (n: number) => ({ id: `a${n}`, userId: "ada", providerId: "p", accountId: `account-${n}` });
const verification = (n: number) => ({
  id: `t${n}`,
  identifier: "reset:ada",
  value: `v${n}`,
  expiresAt: new Date(SOON.getTime() + n),
});

const people = (orm: FaultClient) => Promise.all([orm.user.create({ data: ada }), orm.user.create({ data: bob })]);
const sessions = (orm: FaultClient) => Promise.all([1, 2, 3].map((n) => orm.session.create({ data: session(n) })));
const tokens = (orm: FaultClient) => Promise.all([1, 2].map((n) => orm.token.create({ data: verification(n) })));
const counters = (orm: FaultClient) =>
  orm.counter.createMany({
    data: [
      { id: "c1", hits: 2 },
      { id: "c2", hits: 2 },
      { id: "empty", hits: null },
    ],
  });

/** Removes a record and leaves its entries, as TTL or a crash in a delete does, some time ago. */
const without = (id: string) => (items: readonly Item[]) =>
  items
    .filter((item) => textOf(item, "_kind") !== "record" || textOf(item, "id") !== id)
    .map((item): Item => ("_at" in item ? { ...item, _at: { N: String(Date.now() - DAY) } } : item));

const isNull = (result: unknown) => result === null;

const creates: Operation[] = [
  { name: "create with unique values", seed: () => Promise.resolve(), run: (orm) => orm.user.create({ data: ada }) },
  {
    name: "create of one item",
    seed: () => Promise.resolve(),
    run: (orm) => orm.counter.create({ data: { id: "c", hits: 1 } }),
  },
  { name: "create that expires", seed: people, run: (orm) => orm.session.create({ data: session(1) }) },
  {
    name: "createMany in one transaction",
    seed: people,
    run: (orm) => orm.account.createMany({ data: [1, 2, 3].map(account) }),
  },
  {
    // Two transactions, where there are any; else each record is a write of its own.
    name: "createMany in several writes",
    seed: people,
    run: (orm, { transactions }) =>
      orm.account.createMany({ data: Array.from({ length: transactions ? 40 : 4 }, (_, n) => account(n)) }),
    parts: true,
  },
  {
    name: "create that takes over a dangling entry",
    seed: people,
    age: without("ada"),
    run: (orm) => orm.user.create({ data: { ...ada, id: "ada2" } }),
  },
  {
    name: "create that takes over two dangling entries of different records",
    seed: people,
    age: (items) => without("bob")(without("ada")(items)),
    run: (orm) => orm.user.create({ data: { ...ada, id: "eve", handle: "bob" } }),
  },
];

const updates: Operation[] = [
  {
    name: "update by id",
    seed: people,
    run: (orm) => orm.user.update({ where: { id: "ada" }, data: { name: "Eve" } }),
  },
  {
    name: "update by id, guarded by what it changes",
    seed: people,
    run: (orm) => orm.user.update({ where: { id: "ada", name: "Ada" }, data: { name: "Eve" } }),
  },
  {
    name: "update by unique value",
    seed: people,
    run: (orm) => orm.user.update({ where: { email: ada.email }, data: { name: "Eve" } }),
  },
  {
    name: "update by id that is not the home",
    seed: sessions,
    run: (orm) => orm.session.update({ where: { id: "s1" }, data: { note: "n" } }),
  },
  {
    name: "update of what was read before, at its home",
    seed: sessions,
    run: async (orm) => {
      const { token } = (await orm.session.findUnique({ where: { id: "s1" } }))!;
      return orm.session.update({ where: { id: "s1" }, data: { token, note: "n" } });
    },
  },
  {
    name: "update by index",
    seed: people,
    run: (orm) => orm.user.update({ where: { space: "x", name: "Bob" }, data: { name: "Eve" } }),
  },
  {
    name: "update of unique values",
    seed: people,
    run: (orm) =>
      orm.user.update({ where: { id: "ada" }, data: { email: "eve@example.com", handle: null, space: "y" } }),
  },
  {
    name: "update of a unique value by itself",
    seed: people,
    run: (orm) => orm.user.update({ where: { email: ada.email }, data: { email: "eve@example.com" } }),
  },
  {
    name: "update that moves the record",
    seed: sessions,
    run: (orm) => orm.session.update({ where: { id: "s1" }, data: { token: "new" } }),
  },
  {
    name: "updateMany in place",
    seed: people,
    run: (orm) => orm.user.updateMany({ where: { space: "x" }, data: { name: "Eve" } }),
    parts: true,
  },
  {
    name: "updateMany of a key",
    seed: people,
    run: (orm) => orm.user.updateMany({ where: { space: "x" }, data: { space: "y" } }),
    parts: true,
  },
  {
    name: "upsert that creates",
    seed: people,
    run: (orm) =>
      orm.user.upsert({
        where: { email: "eve@example.com" },
        create: { id: "eve", handle: "eve", name: "Eve" },
        update: { name: "again" },
      }),
  },
  {
    name: "upsert that updates",
    seed: people,
    run: (orm) =>
      orm.user.upsert({ where: { email: ada.email }, create: { id: "eve", name: "Eve" }, update: { name: "again" } }),
  },
  {
    name: "upsert that updates a key",
    seed: people,
    run: (orm) => orm.user.upsert({ where: { email: ada.email }, create: { id: "eve" }, update: { space: "y" } }),
  },
  {
    name: "extension within the margin",
    seed: sessions,
    run: (orm) => orm.session.update({ where: { token: "token-1" }, data: { expiresAt: LATER } }),
  },
  {
    name: "extension beyond the margin",
    seed: sessions,
    run: (orm) => orm.session.update({ where: { token: "token-1" }, data: { expiresAt: MUCH_LATER } }),
  },
];

const increments: Operation[] = [
  {
    name: "increment, guarded",
    seed: counters,
    run: (orm) =>
      orm.counter.increment({ where: { id: "c1", hits: { lt: 3 } }, increment: { hits: 1 }, set: { note: "won" } }),
  },
  {
    name: "increment by unique value",
    seed: people,
    run: (orm) => orm.user.increment({ where: { email: ada.email }, increment: { logins: 1 } }),
  },
  {
    name: "increment of null",
    seed: counters,
    run: (orm) => orm.counter.increment({ where: { id: "empty" }, increment: { hits: 1 } }),
  },
];

const deletes = (
  [
    {
      name: "delete by id",
      seed: people,
      run: (orm) => orm.user.delete({ where: { id: "ada" } }),
      afterLostDelete: (count) => count === 0,
    },
    {
      name: "delete by unique value",
      seed: people,
      run: (orm) => orm.user.delete({ where: { email: ada.email } }),
      afterLostDelete: (count) => count === 0,
    },
    {
      name: "deleteMany by index",
      seed: (orm) => Promise.all([sessions(orm), orm.session.create({ data: { ...session(9), userId: "bob" } })]),
      run: (orm) => orm.session.deleteMany({ where: { userId: "ada" } }),
      parts: true,
      afterLostDelete: (count) => (count as number) < 3,
    },
    {
      name: "consume by home",
      seed: sessions,
      run: (orm) => orm.session.consume({ where: { token: "token-1" } }),
      afterLostDelete: isNull,
    },
    {
      name: "consume by unique id",
      seed: tokens,
      run: (orm) => orm.token.consume({ where: { id: "t1" } }),
      afterLostDelete: isNull,
    },
    {
      name: "consume by the home's partition",
      seed: (orm) => orm.token.create({ data: verification(1) }),
      run: (orm) => orm.token.consume({ where: { identifier: "reset:ada" } }),
      afterLostDelete: isNull,
    },
    {
      name: "consume by index",
      seed: (orm) => orm.session.create({ data: session(1) }),
      run: (orm) => orm.session.consume({ where: { userId: "ada", note: null } }),
      afterLostDelete: isNull,
    },
  ] satisfies Operation[]
).map((operation): Operation => ({ ...operation, deletes: true }));

const transactions = (
  [
    {
      name: "transaction that creates three records",
      seed: people,
      run: (orm) =>
        orm.transaction(async (tx) => {
          await tx.user.create({ data: { id: "eve", email: "eve@example.com", handle: "eve" } });
          await tx.account.create({ data: { ...account(1), userId: "eve" } });
          return tx.session.create({ data: { ...session(1), userId: "eve" } });
        }),
    },
    {
      name: "transaction that consumes, changes and deletes",
      seed: (orm) => Promise.all([people(orm), sessions(orm), orm.token.create({ data: verification(1) })]),
      run: (orm) =>
        orm.transaction(async (tx) => {
          const token = await tx.token.consume({ where: { identifier: "reset:ada" } });
          await tx.user.update({ where: { id: "ada" }, data: { name: "Eve" } });
          return { token, sessions: await tx.session.deleteMany({ where: { userId: "ada" } }) };
        }),
    },
    {
      name: "transaction that only deletes",
      seed: sessions,
      run: (orm) => orm.transaction((tx) => tx.session.deleteMany({ where: { userId: "ada" } })),
    },
    {
      name: "transaction that deletes one item",
      seed: counters,
      run: (orm) => orm.transaction((tx) => tx.counter.consume({ where: { id: "c1" } })),
      afterLostDelete: isNull,
    },
    {
      name: "swap of e-mails",
      seed: people,
      run: (orm) =>
        orm.transaction(async (tx) => {
          await tx.user.update({ where: { id: "ada" }, data: { email: "between@example.com" } });
          await tx.user.update({ where: { id: "bob" }, data: { email: ada.email } });
          await tx.user.update({ where: { id: "ada" }, data: { email: bob.email } });
        }),
    },
    {
      name: "transfer between counters",
      seed: counters,
      run: (orm) =>
        orm.transaction(async (tx) => {
          await tx.counter.increment({ where: { id: "c1", hits: { gt: 0 } }, increment: { hits: -1 } });
          await tx.counter.increment({ where: { id: "c2" }, increment: { hits: 1 } });
        }),
    },
  ] satisfies Operation[]
).map((operation): Operation => ({ ...operation, transaction: true }));

/** Every write operation of the driver. */
export const OPERATIONS: readonly Operation[] = [
  ...creates,
  ...updates,
  ...increments,
  ...deletes,
  ...carriedOperations,
  ...transactions,
];
