import { createOrm, datetime, defineSchema, id, model, string } from "auth-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { createDynamodbDriver } from "../../orm/dynamodb/driver.ts";
import { createTable, readItems } from "../fault/storage.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";

const fields = { id: id(), token: string().unique(), userId: string(), note: string().nullable(), expires: datetime() };
const session = model({
  table: "session",
  fields,
  constraints: { indexes: [["userId"]] },
  clusterBy: "token",
  idEntry: false,
});
const schema = defineSchema({ session });
const expires = new Date(Date.now() + 1e8);

describe.each(engines)("on $name, records without an entry at their id", (engine) => {
  const client = engine.createClient();
  const table = uniquePrefix("id-entry");
  const open = (scans: "refuse" | "allow" = "refuse") =>
    createOrm({ schema, driver: createDynamodbDriver({ client, table, scans, transactions: "atomic" }) });

  beforeAll(() => createTable(client, table));

  it("are two items here, and found by token and index", async () => {
    await open().session.create({ data: { id: "s1", token: "t1", userId: "u1", expires } });
    expect(await readItems(client, table)).toHaveLength(2);
    expect(await open().session.findUnique({ where: { token: "t1" }, select: { id: true } })).toEqual({ id: "s1" });
    expect(await open().session.findMany({ where: { userId: "u1" }, select: { id: true } })).toEqual([{ id: "s1" }]);
  });

  it("are found by id by a scan, which is told as one", async () => {
    await open().session.create({ data: { id: "s2", token: "t2", userId: "u2", expires } });
    expect(open().session.explain({ where: { id: "s2" } }).path).toBe("scan");
    const refused = open().session.findUnique({ where: { id: "s2" } });
    await expect(refused).rejects.toMatchObject({ code: "SCAN_REFUSED" });
    expect((await open("allow").session.findUnique({ where: { id: "s2" } }))?.token).toBe("t2");
  });

  it("are read and changed by id where this process has met them, until they have gone", async () => {
    const orm = open();
    await orm.session.create({ data: { id: "s3", token: "t3", userId: "u3", expires } });
    const recording = recordRequests(client);
    try {
      expect((await orm.session.findUnique({ where: { id: "s3" } }))?.token).toBe("t3");
      expect(recording.summary()).toBe("GetItem 1");
    } finally {
      recording.stop();
    }
    expect((await orm.session.update({ where: { id: "s3" }, data: { note: "seen" } }))?.note).toBe("seen");
    await open().session.delete({ where: { token: "t3" } });
    await expect(orm.session.findUnique({ where: { id: "s3" } })).rejects.toMatchObject({ code: "SCAN_REFUSED" });
  });

  it("cannot be what a reference with onDelete leads to by id", () => {
    const note = model({
      table: "note",
      fields: { id: id(), sessionId: string().references("session.id", { onDelete: "cascade" }) },
    });
    const driver = createDynamodbDriver({ client, table });
    expect(() => createOrm({ schema: defineSchema({ session, note }), driver })).toThrow(/has no entry/);
  });
});
