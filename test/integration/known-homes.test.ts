import { belongsTo, createOrm, datetime, defineSchema, id, model, string } from "auth-dynamodb";
import { beforeEach, describe, expect, it } from "vitest";
import { createDynamodbDriver } from "../../orm/dynamodb/driver.ts";
import { createTable, readItems } from "../fault/storage.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { injectFaults } from "../support/faults.ts";
import { recordRequests } from "../support/recording.ts";

const user = model({
  table: "user",
  fields: { id: id(), email: string().unique(), name: string().nullable() },
});
const session = model({
  table: "session",
  fields: {
    id: id(),
    token: string().unique(),
    userId: string().references("user.id", { onDelete: "cascade" }),
    expires: datetime(),
  },
  relations: { user: belongsTo("user", { foreignKey: "userId" }) },
  clusterBy: "token",
});
const schema = defineSchema({ user, session });
const expires = new Date(Date.now() + 1e8);

describe.each(engines)("on $name, a process that remembers where records live", (engine) => {
  const client = engine.createClient();
  const others = engine.createClient();
  let table: string;
  const open = (sender = client) =>
    createOrm({
      schema,
      driver: createDynamodbDriver({
        client: sender,
        table,
        scans: "refuse",
        transactions: "atomic",
        logger: { warn: () => undefined },
      }),
    });
  let here: ReturnType<typeof open>;
  let elsewhere: ReturnType<typeof open>;

  const sessionHere = () =>
    here.session.findUnique({
      where: { token: "t" },
      select: { id: true, user: { select: { id: true, name: true } } },
    });
  const byEmail = (email: string) => here.user.findUnique({ where: { email }, select: { id: true } });

  beforeEach(async () => {
    table = uniquePrefix("known");
    await createTable(client, table);
    here = open();
    elsewhere = open(others);
    await elsewhere.user.createMany({
      data: [
        { id: "ada", email: "ada@example.com", name: "Ada" },
        { id: "bob", email: "bob@example.com", name: "Bob" },
      ],
    });
    await elsewhere.session.create({ data: { id: "s", token: "t", userId: "ada", expires } });
    // From here on it knows them all.
    expect(await sessionHere()).toEqual({ id: "s", user: { id: "ada", name: "Ada" } });
    expect(await byEmail("ada@example.com")).toEqual({ id: "ada" });
    expect(await byEmail("bob@example.com")).toEqual({ id: "bob" });
  });

  async function requestsOf(read: () => Promise<unknown>): Promise<string> {
    const recording = recordRequests(client);
    try {
      await read();
      return recording.summary();
    } finally {
      recording.stop();
    }
  }

  it("reads a session and its user in one request, and a user by e-mail", async () => {
    expect(await requestsOf(sessionHere)).toBe("BatchGetItem 1");
    expect(await requestsOf(() => byEmail("ada@example.com"))).toBe("GetItem 1");
  });

  it("sees that a session was revoked", async () => {
    await elsewhere.session.delete({ where: { token: "t" } });
    expect(await sessionHere()).toBeNull();
  });

  it("sees that the user was deleted", async () => {
    await elsewhere.user.delete({ where: { id: "ada" } });
    expect(await sessionHere()).toBeNull();
    expect(await byEmail("ada@example.com")).toBeNull();
  });

  it("sees that the user was changed", async () => {
    await elsewhere.user.update({ where: { id: "ada" }, data: { name: "Ada Lovelace" } });
    expect((await sessionHere())?.user).toEqual({ id: "ada", name: "Ada Lovelace" });
  });

  it("sees that the session is another user's", async () => {
    await elsewhere.session.update({ where: { token: "t" }, data: { userId: "bob" } });
    expect((await sessionHere())?.user).toEqual({ id: "bob", name: "Bob" });
    // What has shown to be out of date is known anew.
    expect(await requestsOf(sessionHere)).toBe("BatchGetItem 1");
  });

  it("sees that an e-mail has passed to another user", async () => {
    await elsewhere.user.update({ where: { id: "ada" }, data: { email: "lovelace@example.com" } });
    await elsewhere.user.update({ where: { id: "bob" }, data: { email: "ada@example.com" } });
    expect(await byEmail("ada@example.com")).toEqual({ id: "bob" });
    expect(await byEmail("lovelace@example.com")).toEqual({ id: "ada" });
    expect(await byEmail("bob@example.com")).toBeNull();
  });

  it("sees that a user was deleted, and another one has come with the e-mail, or the id", async () => {
    await elsewhere.user.delete({ where: { id: "ada" } });
    await elsewhere.user.create({ data: { id: "eve", email: "ada@example.com" } });
    expect(await byEmail("ada@example.com")).toEqual({ id: "eve" });
    await elsewhere.user.create({ data: { id: "ada", email: "another@example.com" } });
    expect(await byEmail("ada@example.com")).toEqual({ id: "eve" });
    expect(await byEmail("another@example.com")).toEqual({ id: "ada" });
  });

  it("writes to what has moved where it is now, and to nobody else", async () => {
    await elsewhere.user.update({ where: { id: "ada" }, data: { email: "lovelace@example.com" } });
    await elsewhere.user.update({ where: { id: "bob" }, data: { email: "ada@example.com" } });
    const changed = await here.user.update({ where: { email: "ada@example.com" }, data: { name: "Robert" } });
    expect(changed?.id).toBe("bob");
    expect((await elsewhere.user.findUnique({ where: { id: "ada" } }))?.name).toBe("Ada");
    expect(await here.user.delete({ where: { email: "bob@example.com" } })).toBe(0);
    expect(await here.user.delete({ where: { email: "lovelace@example.com" } })).toBe(1);
    expect(await elsewhere.user.findUnique({ where: { id: "ada" } })).toBeNull();
    expect(await elsewhere.user.findUnique({ where: { id: "bob" } })).not.toBeNull();
  });

  it("deletes what it has just read with its entries in one write", async () => {
    const sent = await requestsOf(() => here.session.deleteMany({ where: { token: "t" } }));
    if (engine.transactions) expect(sent).toBe("TransactWriteItems 1");
    expect(await readItems(others, table)).toHaveLength(4);
  });

  it("deletes by memory nothing that has changed its owner, its token or its life since", async () => {
    await elsewhere.session.update({ where: { token: "t" }, data: { userId: "bob" } });
    expect(await here.session.deleteMany({ where: { token: "t", userId: "ada" } })).toBe(0);
    await sessionHere();
    await elsewhere.session.update({ where: { token: "t" }, data: { token: "u" } });
    expect(await here.session.deleteMany({ where: { token: "t" } })).toBe(0);
    expect(await here.session.deleteMany({ where: { id: "s" } })).toBe(1);
    await elsewhere.session.create({ data: { id: "s", token: "t", userId: "ada", expires } });
    await sessionHere();
    await elsewhere.session.delete({ where: { token: "t" } });
    await elsewhere.session.create({ data: { id: "s", token: "t", userId: "bob", expires } });
    // Another record at the same key: it is deleted as it is, with the entries that it has.
    expect(await here.session.deleteMany({ where: { token: "t" } })).toBe(1);
    expect(await readItems(others, table)).toHaveLength(4);
  });

  it("deletes once, of many that remember", async () => {
    const rivals = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const orm = open(engine.createClient());
        await orm.session.findUnique({ where: { token: "t" } });
        return orm;
      }),
    );
    const counts = await Promise.all(rivals.map((orm) => orm.session.deleteMany({ where: { token: "t" } })));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1);
    expect(await readItems(others, table)).toHaveLength(4);
  });

  it("deletes by its entries what another has changed, or added, meanwhile", async () => {
    const faults = injectFaults(client);
    try {
      let met = false;
      // Between the look at the entries and the delete.
      faults.delayResponse("Query", async () => {
        if (met) return;
        met = true;
        await elsewhere.session.update({ where: { token: "t" }, data: { token: "rotated" } });
        await elsewhere.session.create({ data: { id: "new", token: "n", userId: "ada", expires } });
      });
      await here.session.deleteMany({ where: { userId: "ada" } });
      expect(met).toBe(true);
    } finally {
      faults.stop();
    }
    expect(await elsewhere.session.findMany({ select: { id: true }, where: { userId: "ada" } })).toEqual([
      { id: "new" },
    ]);
  });
});
