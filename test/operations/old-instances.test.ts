import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { datetime, defineSchema, id, model, string } from "auth-dynamodb";
import { pushSchema } from "auth-dynamodb/setup";
import { describe, expect, it } from "vitest";
import { engines, type Engine } from "../support/engines.ts";
import { openRivals } from "../support/rivals.ts";

const fields = { id: id(), email: string().unique(), username: string().nullable() };
const before = defineSchema({ user: model({ table: "users", fields }) });
const after = defineSchema({
  user: model({ table: "users", fields: { ...fields, username: string().nullable().unique() } }),
});

// Push, deploy, push with backfill "all": in between, old instances write without the new entries.
describe.each(engines)(
  "on $name, while old instances write that know nothing of a new unique field",
  (engine: Engine) => {
    async function pushed(users: Record<string, string>) {
      const { client, table, open } = await openRivals(engine, before);
      const [old, fresh] = [open(before), open(after)];
      await pushSchema({ schema: before, client, table });
      for (const [name, username] of Object.entries(users))
        await old.user.create({ data: { id: name, email: `${name}@example.com`, username } });
      await pushSchema({ schema: after, client, table });
      return {
        old,
        fresh,
        push: () => pushSchema({ schema: after, client, table, backfill: "all", onDuplicates: "report" }),
      };
    }

    it("one duplicate takes nobody else's entry", async () => {
      const { old, fresh, push } = await pushed({ u0: "name-0", u1: "name-1", u2: "name-2" });
      await old.user.create({ data: { id: "twin", email: "twin@example.com", username: "name-1" } });
      expect((await push())[0]).toMatchObject({ duplicateCount: 1 });
      expect(await fresh.user.findUnique({ where: { username: "name-2" } })).toMatchObject({ id: "u2" });
      await expect(
        fresh.user.create({ data: { email: "thief@example.com", username: "name-0" } }),
      ).rejects.toMatchObject({ code: "UNIQUE_CONSTRAINT_VIOLATION" });
    });

    it("a record that got a value which another one had can be changed", async () => {
      const { old, fresh } = await pushed({ one: "ada", two: "bob" });
      await old.user.update({ where: { id: "one" }, data: { username: "eve" } });
      await old.user.update({ where: { id: "two" }, data: { username: "ada" } });
      expect(await fresh.user.update({ where: { id: "two" }, data: { username: "carl" } })).toMatchObject({
        username: "carl",
      });
      expect(await fresh.user.findUnique({ where: { username: "carl" } })).toMatchObject({ id: "two" });
    });

    describe("of two duplicates", () => {
      const duplicates = async () => {
        const { old, fresh, push } = await pushed({ one: "ada" });
        await old.user.create({ data: { id: "two", email: "two@example.com", username: "ada" } });
        expect((await push())[0]).toMatchObject({ duplicateCount: 1 });
        return { fresh, push };
      };

      it("one can be given another value, and then all is well", async () => {
        const { fresh, push } = await duplicates();
        expect(await fresh.user.update({ where: { id: "two" }, data: { username: "carl" } })).toMatchObject({
          username: "carl",
        });
        expect((await push())[0]).toMatchObject({ duplicateCount: 0, schema: "recorded" });
        expect(await fresh.user.findUnique({ where: { username: "ada" } })).toMatchObject({ id: "one" });
        expect(await fresh.user.findUnique({ where: { username: "carl" } })).toMatchObject({ id: "two" });
      });

      it("one can be deleted in a transaction", async () => {
        const { fresh } = await duplicates();
        expect(await fresh.transaction((tx) => tx.user.delete({ where: { id: "two" } }))).toBe(1);
        expect(await fresh.user.findUnique({ where: { username: "ada" } })).toMatchObject({ id: "one" });
      });

      it("both can be changed in one transaction", async () => {
        const { fresh } = await duplicates();
        await fresh.transaction(async (tx) => {
          await tx.user.update({ where: { id: "one" }, data: { username: "ada-1" } });
          await tx.user.update({ where: { id: "two" }, data: { username: "ada-2" } });
        });
        expect(await fresh.user.findUnique({ where: { username: "ada-2" } })).toMatchObject({ id: "two" });
      });
    });

    it("what they extend is given entries that outlive it", async () => {
      const ticket = {
        table: "tickets",
        fields: { id: id(), tag: string(), expiresAt: datetime() },
        expires: "expiresAt",
      } as const;
      const without = defineSchema({ ticket: model(ticket) });
      const indexed = defineSchema({ ticket: model({ ...ticket, constraints: { indexes: [["tag"]] } }) });
      const { client, table, open } = await openRivals(engine, without);
      const old = open(without);
      await pushSchema({ schema: without, client, table });
      await old.ticket.create({ data: { id: "a", tag: "t", expiresAt: new Date(Date.now() + 3_600_000) } });
      await pushSchema({ schema: indexed, client, table });
      await old.ticket.update({ where: { id: "a" }, data: { expiresAt: new Date(Date.now() + 30 * 86_400_000) } });
      await pushSchema({ schema: indexed, client, table, backfill: "all" });
      const { Items = [] } = await client.send(new ScanCommand({ TableName: table }));
      const ttlOf = (kind: string) => Number(Items.find(({ _kind }) => _kind?.S === kind)!["_ttl"]!.N);
      expect(ttlOf("index")).toBeGreaterThanOrEqual(ttlOf("record"));
    });
  },
);
