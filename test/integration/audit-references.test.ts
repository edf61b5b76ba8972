import { DeleteItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamodbDriver, createOrm, datetime, defineSchema, id, model, string } from "auth-dynamodb";
import { pushSchema, sweepTransactions, type Finding } from "auth-dynamodb/setup";
import { describe, expect, it } from "vitest";
import type { Item } from "../../orm/dynamodb/layout/attribute-value.ts";
import { itemKey } from "../../orm/dynamodb/layout/keys.ts";
import { keyAttributes } from "../../orm/dynamodb/layout/places.ts";
import { textOf } from "../../orm/dynamodb/layout/stored-record.ts";
import { audit } from "../fault/audit.ts";
import { readItems } from "../fault/storage.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { injectFaults, type FaultRequest } from "../support/faults.ts";
import { useShortAuditPauses } from "../support/short-pauses.ts";

// Nobody else writes while these audits look.
useShortAuditPauses();

const cascade = { onDelete: "cascade" } as const;

const schema = defineSchema({
  user: model({
    table: "user",
    fields: {
      id: id(),
      email: string().unique(),
      bossId: string().references("user.id", { onDelete: "set null" }).nullable(),
      deputyId: string().references("user.id", { onDelete: "set default" }).default("nobody"),
    },
  }),
  member: model({
    table: "member",
    fields: { id: id(), userId: string().references("user.id", cascade), role: string().unique() },
    constraints: { indexes: [["role"]] },
  }),
  note: model({
    table: "note",
    fields: { id: id(), memberId: string().references("member.id", cascade) },
    clusterBy: "memberId",
  }),
  badge: model({
    table: "badge",
    fields: { id: id(), userId: string().references("user.id", { onDelete: "restrict" }) },
  }),
  seal: model({
    table: "seal",
    fields: { id: id(), memberId: string().references("member.id", { onDelete: "no action" }) },
  }),
  mail: model({
    table: "mail",
    fields: { id: id(), address: string().references("user.email", cascade) },
  }),
  session: model({
    table: "session",
    fields: { id: id(), userId: string().references("user.id", cascade), expiresAt: datetime() },
    expires: "expiresAt",
  }),
  token: model({
    table: "token",
    fields: { id: id(), sessionId: string().references("session.id", { onDelete: "set null" }).nullable() },
  }),
});

async function remove(client: DynamoDBClient, table: string, item: Item): Promise<void> {
  await client.send(new DeleteItemCommand({ TableName: table, Key: keyAttributes(itemKey(item)) }));
}

async function prepare(client: DynamoDBClient) {
  const table = uniquePrefix("orphans");
  await pushSchema({ schema, client, table });
  const driver = createDynamodbDriver({ client, table, scans: "allow", logger: { warn: () => undefined } });
  const orm = createOrm({ schema, driver });
  await orm.user.create({ data: { id: "nobody", email: "nobody@example.com" } });
  await orm.user.create({ data: { id: "ada", email: "ada@example.com" } });
  const items = () => readItems(client, table);
  return {
    table,
    orm,
    /** Takes a record and its entries away, and nothing that refers to it. */
    async lose(name: string, recordId: string): Promise<void> {
      for (const item of await items()) {
        if (textOf(item, "_model") !== name || textOf(item, "id") !== recordId) continue;
        await remove(client, table, item);
      }
    },
    async recordsOf(name: string): Promise<(string | undefined)[]> {
      const isOne = (item: Item) => textOf(item, "_kind") === "record" && textOf(item, "_model") === name;
      return (await items()).filter(isOne).map((item) => textOf(item, "id"));
    },
    /** In one page: what is repaired in one is not found in the next. */
    audit: (repair = false) => audit({ schema, client, table, repair, pageSize: 100 }),
  };
}

const facts = ({ kind, model: name, fields, severity, repaired }: Finding) => ({
  kind,
  model: name,
  fields,
  severity,
  repaired,
});

const missing = (name: string, field: string, repaired: boolean, severity = "broken") => ({
  kind: "missingParent",
  model: name,
  fields: [field],
  severity,
  repaired,
});

describe.each(engines)("on $name, an audit finds a record whose parent is gone, and its repair", (engine) => {
  const client = engine.createClient();

  it("removes it with its entries and its own dependents, where it would have gone with the parent", async () => {
    const storage = await prepare(client);
    const { orm } = storage;
    await orm.member.create({ data: { id: "m", userId: "ada", role: "owner" } });
    await orm.note.createMany({ data: [1, 2, 3].map((n) => ({ id: `n${n}`, memberId: "m" })) });
    expect(await storage.audit()).toEqual([]);
    await storage.lose("user", "ada");

    const [found] = await storage.audit();
    expect(found).toMatchObject({
      kind: "missingParent",
      severity: "broken",
      fields: ["userId"],
      key: { _pk: "member|id|m", _sk: "#" },
      recordKey: { _pk: "user|id|ada", _sk: "#" },
    });
    expect((await storage.audit(true)).map(facts)).toEqual([missing("member", "userId", true)]);
    expect(await storage.audit()).toEqual([]);
    expect(await storage.recordsOf("note")).toEqual([]);
    // Its unique value is free.
    await orm.member.create({ data: { id: "m2", userId: "nobody", role: "owner" } });
  });

  it("releases it where the reference would have been set to null, or to its default", async () => {
    const storage = await prepare(client);
    const { orm } = storage;
    await orm.user.create({ data: { id: "bob", email: "bob@example.com", bossId: "ada", deputyId: "ada" } });
    await storage.lose("user", "ada");
    const findings = (await storage.audit(true)).map(facts);
    expect(findings).toHaveLength(2);
    expect(findings).toEqual(
      expect.arrayContaining([missing("user", "bossId", true), missing("user", "deputyId", true)]),
    );
    expect(await orm.user.findUnique({ where: { id: "bob" } })).toMatchObject({ bossId: null, deputyId: "nobody" });
    expect(await storage.audit()).toEqual([]);
  });

  it("leaves the reference whose default is not there, either", async () => {
    const storage = await prepare(client);
    await storage.orm.user.create({ data: { id: "bob", email: "bob@example.com", deputyId: "ada" } });
    await storage.lose("user", "ada");
    await storage.lose("user", "nobody");
    // The second time it is the default that refers to nothing.
    for (const _ of [1, 2]) {
      expect((await storage.audit(true)).map(facts)).toEqual([missing("user", "deputyId", false)]);
    }
  });

  it("leaves to the application what the parent could not have been deleted for", async () => {
    const storage = await prepare(client);
    const { orm } = storage;
    await orm.badge.create({ data: { id: "b", userId: "ada" } });
    await orm.member.create({ data: { id: "m", userId: "ada", role: "owner" } });
    await orm.seal.create({ data: { id: "s", memberId: "m" } });
    await storage.lose("user", "ada");
    const findings = (await storage.audit(true)).map(facts);
    expect(findings).toHaveLength(2);
    expect(findings).toEqual(
      expect.arrayContaining([missing("badge", "userId", false), missing("member", "userId", false)]),
    );
    expect(await storage.recordsOf("badge")).toEqual(["b"]);
    expect(await storage.recordsOf("member")).toEqual(["m"]);
  });

  it("removes none for a parent whose entry alone is missing", async () => {
    const storage = await prepare(client);
    const { orm, table } = storage;
    await orm.mail.create({ data: { id: "m", address: "ada@example.com" } });
    expect(await storage.audit()).toEqual([]);
    const entry = (await readItems(client, table)).find(
      (item) => itemKey(item)._pk.startsWith("user|email|") && textOf(item, "id") === "ada",
    );
    await remove(client, table, entry!);
    const findings = (await storage.audit(true)).map(facts);
    expect(findings).toContainEqual(missing("mail", "address", false));
    expect(await storage.recordsOf("mail")).toEqual(["m"]);
    expect(await storage.audit()).toEqual([]);
  });

  it("calls those harmless that expire, and does not look where the parents do", async () => {
    const storage = await prepare(client);
    const { orm } = storage;
    await orm.session.create({ data: { id: "s", userId: "ada", expiresAt: new Date(Date.now() + 1e8) } });
    await orm.session.create({ data: { id: "gone", userId: "nobody", expiresAt: new Date(Date.now() + 1e8) } });
    await orm.token.create({ data: { id: "t", sessionId: "gone" } });
    await storage.lose("user", "ada");
    await storage.lose("session", "gone");
    expect((await storage.audit(true)).map(facts)).toEqual([missing("session", "userId", true, "harmless")]);
    expect(await storage.audit()).toEqual([]);
  });

  it("does nothing where the parent has come meanwhile", async () => {
    const own = engine.createClient();
    const storage = await prepare(own);
    const { orm } = storage;
    await orm.member.create({ data: { id: "m", userId: "ada", role: "owner" } });
    await storage.lose("user", "ada");
    // The last look before the write is for what depends on the member.
    injectFaults(own).delay({ operation: "Query", nth: 1 }, () =>
      orm.user.create({ data: { id: "ada", email: "again@example.com" } }),
    );
    expect((await storage.audit(true)).map(facts)).toEqual([missing("member", "userId", true)]);
    expect(await storage.recordsOf("member")).toEqual(["m"]);
    expect(await storage.audit()).toEqual([]);
  });

  it("is finished by the next one, where it is interrupted at any write", async () => {
    const own = engine.createClient();
    const faults = injectFaults(own);
    for (let nth = 1; ; nth++) {
      faults.clear();
      const storage = await prepare(own);
      await storage.orm.member.create({ data: { id: "m", userId: "ada", role: "owner" } });
      await storage.orm.note.create({ data: { id: "n", memberId: "m" } });
      await storage.lose("user", "ada");
      let writes = 0;
      const strikes = ({ operation }: FaultRequest) =>
        ["UpdateItem", "DeleteItem", "TransactWriteItems"].includes(operation) && ++writes === nth;
      const struck = faults.failBefore(strikes, () => new Error("interrupted"), { level: "call" });
      await storage.audit(true).catch(() => undefined);
      const { hits } = struck;
      faults.clear();
      await storage.audit(true);
      // Who reads sees an interrupted transaction as it was decided; its items go when they are met, or by a sweep.
      await sweepTransactions({ schema, client: own, table: storage.table });
      const left = await storage.audit();
      expect(left.filter(({ severity }) => severity === "broken")).toEqual([]);
      expect(await storage.recordsOf("member")).toEqual([]);
      expect(await storage.recordsOf("note")).toEqual([]);
      if (hits === 0) {
        expect(nth).toBeGreaterThan(2);
        break;
      }
    }
  });
});
