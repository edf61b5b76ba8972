import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { createOrm, datetime, defineSchema, id, integer, model, string } from "auth-dynamodb";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { createDynamodbDriver } from "../../orm/dynamodb/driver.ts";
import { createTable } from "../fault/storage.ts";
import { engineNamed, engines, uniquePrefix, type Engine } from "../support/engines.ts";
import { injectFaults } from "../support/faults.ts";
import { recordRequests } from "../support/recording.ts";

const member = model({
  table: "member",
  fields: { id: id(), team: string(), role: string(), rank: integer(), note: string().nullable() },
  constraints: { indexes: [{ on: ["team"], orderBy: "rank" }, ["role"]] },
});
const visits = {
  table: "visit",
  fields: { id: id(), team: string(), expiresAt: datetime() },
  constraints: { indexes: [["team"]] },
} as const;
const visit = model({ ...visits, expires: { field: "expiresAt", after: 0 } });
const schema = defineSchema({ member, visit });

const table = uniquePrefix("counts");
const open = ({ createClient }: Engine, client = createClient()) =>
  createOrm({ schema, driver: createDynamodbDriver({ client, table, scans: "refuse", transactions: "atomic" }) });
const members = (team: string, count: number) =>
  Array.from({ length: count }, (_, rank) => ({ team, role: rank % 2 === 0 ? "even" : "odd", rank, note: null }));

beforeAll(async () => {
  for (const engine of engines) await createTable(engine.createClient(), table);
});

describe.each(engines)("on $name, counts by an index", (engine) => {
  it("follow every create, change, consume and delete", async () => {
    const orm = open(engine);
    const team = `team-${engine.name}`;
    const count = () => orm.member.count({ where: { team } });
    await orm.member.createMany({ data: members(team, 30) });
    expect(await count()).toBe(30);
    await orm.member.consume({ where: { team, rank: 3 } });
    await orm.member.delete({ where: { team, rank: 4 } });
    expect(await count()).toBe(28);
    await orm.member.updateMany({ where: { team, role: "even" }, data: { team: `${team}-b` } });
    expect(await count()).toBe(14);
    expect(await orm.member.count({ where: { team: { in: [team, `${team}-b`] } } })).toBe(28);
    expect(await orm.member.count({ where: { team, rank: { gte: 10, lt: 20 } } })).toBe(5);
    expect(await orm.member.count({ where: { team, role: "even" } })).toBe(0);
    expect(await orm.member.count({ where: { team, note: null } })).toBe(14);
    await orm.member.deleteMany({ where: { team } });
    expect(await count()).toBe(0);
  });

  it("do not take an expired record's entry for the record", async () => {
    const orm = open(engine);
    const expiresAt = new Date(Date.now() + 1e8);
    const [first] = await orm.visit.createMany({
      data: [
        { team: engine.name, expiresAt },
        { team: engine.name, expiresAt },
      ],
    });
    // As TTL does: the home goes, and its entry a day later.
    const Key = { _pk: { S: `visit|id|${first!.id}` }, _sk: { S: "#" } };
    await engine.createClient().send(new DeleteItemCommand({ TableName: table, Key }));
    expect(await orm.visit.count({ where: { team: engine.name } })).toBe(1);
  });
});

const dynoxide = engineNamed("dynoxide");
if (dynoxide)
  describe("where entries are written with their records", () => {
    const client = dynoxide.createClient();
    const recording = recordRequests(client);
    const faults = injectFaults(client);
    afterEach(() => {
      faults.clear();
      recording.reset();
    });

    it("a count reads the entries, and no record", async () => {
      const orm = open(dynoxide, client);
      await orm.member.createMany({ data: members("counted", 100) });
      recording.reset();
      expect(await orm.member.count({ where: { team: "counted" } })).toBe(100);
      expect(await orm.member.count({ where: { team: "counted", role: "odd" } })).toBe(50);
      expect(recording.summary()).toBe("Query 2");
      expect(recording.readUnits()).toBeLessThan(30);
      // No entry holds the note.
      expect(await orm.member.count({ where: { team: "counted", note: null } })).toBe(100);
      expect(recording.summary()).toContain("BatchGetItem");
    });

    it("a count looks at the records of entries from when they expired", async () => {
      const expiring = defineSchema({ visit });
      const lasting = defineSchema({ visit: model(visits) });
      const at = (schema: typeof expiring) =>
        createOrm({ schema, driver: createDynamodbDriver({ client, table, scans: "refuse", transactions: "atomic" }) });
      const expiresAt = new Date(Date.now() + 1e8);
      const [first] = await at(expiring).visit.createMany({
        data: [
          { team: "lasting", expiresAt },
          { team: "lasting", expiresAt },
        ],
      });
      const Key = { _pk: { S: `visit|id|${first!.id}` }, _sk: { S: "#" } };
      await client.send(new DeleteItemCommand({ TableName: table, Key }));
      expect(await at(lasting).visit.count({ where: { team: "lasting" } })).toBe(1);
    });

    it.each([
      { when: "before it is decided", left: 60 },
      { when: "after it is decided", left: 5 },
    ])(
      "a count is right where a process dies while more records go than one request holds, $when",
      async ({ left }) => {
        const orm = open(dynoxide, client);
        const team = `large${left}`;
        await orm.member.createMany({ data: members(team, 60) });
        let decided = false;
        const isDecision = (input: object) => JSON.stringify(input).includes('"S":"C"');
        const died = () => Object.assign(new Error(), { name: "Died" });
        faults.failBefore(
          ({ operation, input }) => {
            if (operation !== "TransactWriteItems" && operation !== "UpdateItem") return false;
            const dies = decided || (left === 60 && isDecision(input));
            decided ||= isDecision(input);
            return dies;
          },
          died,
          { level: "call" },
        );
        const leave = orm.transaction((tx) => tx.member.deleteMany({ where: { team, rank: { lt: 55 } } }));
        if (left === 60) await expect(leave).rejects.toThrow();
        else await leave;
        expect(decided).toBe(true);
        faults.clear();
        expect(await orm.member.findMany({ where: { team } })).toHaveLength(left);
        expect(await orm.member.count({ where: { team } })).toBe(left);
      },
    );
  });
