import { createDynamodbDriver, createOrm } from "auth-dynamodb";
import { describe, expect, it } from "vitest";
import { enginesWithConflicts } from "../support/engines.ts";
import { auditedStorage, auditSchema, type RawItem } from "./audit-support.ts";

type Storage = Awaited<ReturnType<typeof auditedStorage>>;
type Orm = Storage["orm"];

const SERIALIZABLE = { isolation: "serializable" } as const;
const ADA = { id: "ada", email: "ada@example.com", team: "red" };
const ACCOUNT = { id: "a", userId: "ada", provider: "github", subject: "1" };

/** A unique key whose entry leads nowhere. */
interface Key {
  leaveEntry(storage: Storage): Promise<RawItem>;
  read(orm: Orm): Promise<unknown>;
  /** Makes a record of another home that has the key. */
  take(orm: Orm): Promise<unknown>;
  free(orm: Orm): Promise<unknown>;
}

/** Writes a user as a crash of its deletion leaves it: its entries, and no record. */
async function crashedUser({ orm, item, remove }: Storage): Promise<RawItem> {
  await orm.user.create({ data: ADA });
  await remove(await item("record", "user|id|", ADA.id));
  return item("unique", "user|email|", ADA.id);
}

async function crashedAccount({ orm, item, remove }: Storage, entry: string): Promise<RawItem> {
  await orm.user.create({ data: ADA });
  await orm.user.create({ data: { ...ADA, id: "bob", email: "bob@example.com" } });
  await orm.account.create({ data: ACCOUNT });
  await remove(await item("record", "account|userId|", ACCOUNT.id));
  return item("unique", entry, ACCOUNT.id);
}

/** A record is there, and has another value by now. */
async function outdatedEntry({ orm, item, put }: Storage): Promise<RawItem> {
  await orm.user.create({ data: ADA });
  const entry = await item("unique", "user|email|", ADA.id);
  await orm.user.update({ where: { id: ADA.id }, data: { email: "new@example.com" } });
  await put(entry);
  return entry;
}

const EMAIL: Omit<Key, "leaveEntry"> = {
  read: (orm) => orm.user.findUnique({ where: { email: ADA.email } }),
  take: (orm) => orm.user.create({ data: { ...ADA, id: "eve" } }),
  free: (orm) => orm.user.delete({ where: { id: "eve" } }),
};

const KEYS: Readonly<Record<string, Key>> = {
  "a unique value, its record gone": { ...EMAIL, leaveEntry: crashedUser },
  "a unique value that its record has no more": { ...EMAIL, leaveEntry: outdatedEntry },
  "values that are unique together": {
    leaveEntry: (storage) => crashedAccount(storage, "account|provider+subject|"),
    read: ({ account }) => account.findFirst({ where: { provider: "github", subject: "1" } }),
    take: ({ account }) => account.create({ data: { ...ACCOUNT, id: "b", userId: "bob" } }),
    free: ({ account }) => account.delete({ where: { id: "b" } }),
  },
  "an id that is an entry": {
    leaveEntry: (storage) => crashedAccount(storage, "account|id|"),
    read: ({ account }) => account.findUnique({ where: { id: "a" } }),
    take: ({ account }) => account.create({ data: { ...ACCOUNT, userId: "bob", subject: "2" } }),
    free: ({ account }) => account.delete({ where: { id: "a" } }),
  },
};

describe.each(enginesWithConflicts)("on $name", (engine) => {
  it("a serializable transaction deletes a record whose entry it has found missing, as after TTL", async () => {
    const client = engine.createClient();
    const { orm, table, item, remove } = await auditedStorage(client);
    const expiresAt = new Date(Date.now() + 60_000);
    await orm.session.create({ data: { id: "s", token: "t", userId: "ada", expiresAt } });
    await remove(await item("unique", "session|id|", "s"));
    // One that does not know where the session is.
    const driver = createDynamodbDriver({ client, table, transactions: "atomic" });
    const deleted = await createOrm({ schema: auditSchema, driver }).transaction(async (tx) => {
      expect(await tx.session.findUnique({ where: { id: "s" } })).toBeNull();
      return tx.session.delete({ where: { token: "t" } });
    }, SERIALIZABLE);
    expect(deleted).toBe(1);
    expect(await orm.session.findUnique({ where: { token: "t" } })).toBeNull();
  });

  describe.each(Object.entries(KEYS))("a serializable transaction that reads as free %s", (_, key) => {
    const made = { id: "made", email: "made@example.com", team: "blue" };

    /** Reads the key, lets something happen, and writes a record beside it. Returns how often it ran. */
    async function decide(orm: Orm, between: (run: number) => Promise<unknown>, retries = 0): Promise<number> {
      let runs = 0;
      await orm.transaction(
        async (tx) => {
          expect(await key.read(tx)).toBeNull();
          await between(++runs);
          await tx.user.create({ data: made });
        },
        { ...SERIALIZABLE, retries },
      );
      return runs;
    }

    async function open() {
      const storage = await auditedStorage(engine.createClient());
      return { ...storage, entry: await key.leaveEntry(storage) };
    }

    it("commits where nothing has changed, and leaves the entry", async () => {
      const { orm, items, entry } = await open();
      expect(await orm.transaction(key.read, SERIALIZABLE)).toBeNull();
      expect(await decide(orm, async () => undefined)).toBe(1);
      expect(await orm.user.findUnique({ where: { id: made.id } })).not.toBeNull();
      expect(await items()).toContainEqual(entry);
    });

    it("conflicts where another transaction has taken it", async () => {
      const { orm } = await open();
      const attempt = decide(orm, () => orm.transaction(key.take, SERIALIZABLE));
      await expect(attempt).rejects.toMatchObject({ code: "TRANSACTION_CONFLICT", retryable: true });
      expect(await orm.user.findUnique({ where: { id: made.id } })).toBeNull();
      expect(await key.read(orm)).not.toBeNull();
    });

    it("commits, at a second run at the latest, where it was taken and is free again", async () => {
      const { orm } = await open();
      const takeAndFree = () => key.take(orm).then(() => key.free(orm));
      expect(await decide(orm, (run) => (run === 1 ? takeAndFree() : Promise.resolve()), 1)).toBeLessThanOrEqual(2);
      expect(await orm.user.findUnique({ where: { id: made.id } })).not.toBeNull();
    });

    it("takes it itself", async () => {
      const { orm } = await open();
      await orm.transaction(async (tx) => {
        expect(await key.read(tx)).toBeNull();
        await key.take(tx);
      }, SERIALIZABLE);
      expect(await key.read(orm)).not.toBeNull();
    });
  });
});
