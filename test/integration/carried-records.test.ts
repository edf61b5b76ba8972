import { createOrm, defineSchema, id, integer, model, string, type IndexDefinition } from "auth-dynamodb";
import { auditStorage } from "auth-dynamodb/setup";
import { beforeAll, describe, expect, it } from "vitest";
import { createDynamodbDriver } from "../../orm/dynamodb/driver.ts";
import { createTable } from "../fault/storage.ts";
import { engineNamed, engines, uniquePrefix, type Engine } from "../support/engines.ts";
import { recordRequests, type Recording } from "../support/recording.ts";

type Field = "folder" | "rank";
const byRank: IndexDefinition<Field> = { on: ["folder"], orderBy: "rank", carries: "record" };
const notes = (indexes: readonly IndexDefinition<Field>[] = [byRank]) =>
  model({
    table: "note",
    fields: { id: id(), folder: string(), rank: integer(), text: string(), color: string().nullable() },
    constraints: { indexes },
  });
/** An older release of the application, which does not know the color. */
const older = defineSchema({
  note: model({
    table: "note",
    fields: { id: id(), folder: string(), rank: integer(), text: string() },
    constraints: { indexes: [byRank] },
  }),
});

const table = uniquePrefix("carried");
const driverOf = (client: ReturnType<Engine["createClient"]>) =>
  createDynamodbDriver({ client, table, scans: "refuse", transactions: "atomic" });
const open = (engine: Engine, client = engine.createClient()) =>
  createOrm({ schema: defineSchema({ note: notes() }), driver: driverOf(client) });
const some = (folder: string, count: number) =>
  Array.from({ length: count }, (_, rank) => ({ folder, rank, text: `Text ${rank}`, color: null }));

async function recorded<T>(client: ReturnType<Engine["createClient"]>, run: () => Promise<T>): Promise<[T, Recording]> {
  const recording = recordRequests(client);
  try {
    return [await run(), recording];
  } finally {
    recording.stop();
  }
}

beforeAll(async () => {
  for (const engine of engines) await createTable(engine.createClient(), table);
});

describe.each(engines)("on $name, records that an index carries", (engine) => {
  it("are listed as they are after each write", async () => {
    const orm = open(engine);
    const list = async () => {
      const found = await orm.note.findMany({ where: { folder: "a" }, orderBy: { rank: "asc" } });
      return found.map(({ rank, text }) => `${rank} ${text}`);
    };
    const [first, second] = await orm.note.createMany({ data: some("a", 3) });
    await orm.note.update({ where: { id: first!.id }, data: { text: "Changed" } });
    await orm.note.increment({ where: { id: second!.id }, increment: { rank: 10 } });
    expect(await list()).toEqual(["0 Changed", "2 Text 2", "11 Text 1"]);
    await orm.note.updateMany({ where: { folder: "a", rank: { lt: 5 } }, data: { text: "All" } });
    await orm.note.upsert({ where: { id: second!.id }, create: some("a", 1)[0]!, update: { text: "Upserted" } });
    expect(await list()).toEqual(["0 All", "2 All", "11 Upserted"]);
    await orm.transaction(async (tx) => {
      await tx.note.update({ where: { id: first!.id }, data: { text: "Together" } });
      await tx.note.delete({ where: { id: second!.id } });
    });
    expect(await list()).toEqual(["0 Together", "2 All"]);
    await orm.note.consume({ where: { folder: "a", text: "All" } });
    expect(await list()).toEqual(["0 Together"]);
  });

  it("are filtered and paged by any field", async () => {
    const orm = open(engine);
    await orm.note.createMany({ data: some("b", 20) });
    const page = await orm.note.findMany({
      where: { folder: "b", text: { contains: "1" } },
      orderBy: { text: "desc" },
      skip: 1,
      take: 3,
    });
    expect(page.map(({ text }) => text)).toEqual(["Text 18", "Text 17", "Text 16"]);
  });

  it("are seen whole by whoever reads them next, of many writers at once", async () => {
    const orm = open(engine);
    const [note] = await orm.note.createMany({ data: some("c", 1) });
    const writers = Array.from({ length: 12 }, (_, i) =>
      open(engine).note.update({ where: { id: note!.id }, data: i % 2 ? { text: `t${i}` } : { color: `c${i}` } }),
    );
    await Promise.all(writers);
    const [listed] = await orm.note.findMany({ where: { folder: "c" } });
    expect(listed).toEqual(await orm.note.findUnique({ where: { id: note!.id } }));
  });

  it("keep what an older release does not know", async () => {
    const orm = open(engine);
    const [note] = await orm.note.createMany({ data: [{ ...some("d", 1)[0]!, color: "red" }] });
    const old = createOrm({ schema: older, driver: driverOf(engine.createClient()) });
    await old.note.update({ where: { id: note!.id }, data: { text: "Old" } });
    expect(await orm.note.findMany({ where: { folder: "d" } })).toMatchObject([{ text: "Old", color: "red" }]);
  });
});

const dynoxide = engineNamed("dynoxide");
if (dynoxide)
  describe("where entries are written with their records", () => {
    const client = dynoxide.createClient();

    it("a list is one query", async () => {
      const orm = open(dynoxide, client);
      await orm.note.createMany({ data: some("listed", 100) });
      const where = { folder: "listed" };
      const [found, all] = await recorded(client, () => orm.note.findMany({ where }));
      expect(found).toHaveLength(100);
      expect(all.summary()).toBe("Query 1");
      expect(all.readUnits()).toBeLessThan(20);
      const [page, paged] = await recorded(client, () =>
        orm.note.findMany({ where, orderBy: { rank: "desc" }, take: 5 }),
      );
      expect(page.map(({ rank }) => rank)).toEqual([99, 98, 97, 96, 95]);
      expect(paged.summary()).toBe("Query 1");
      expect(paged.readUnits()).toBeLessThan(2);
      const [next, last] = await recorded(client, () =>
        orm.note.findMany({ where, orderBy: { rank: "desc" }, take: 5, after: page.at(-1) }),
      );
      expect(next.map(({ rank }) => rank)).toEqual([94, 93, 92, 91, 90]);
      expect(last.summary()).toBe("Query 1");
      expect(last.readUnits()).toBeLessThan(2);
    });

    it("one too large to be carried is followed", async () => {
      const orm = open(dynoxide, client);
      const text = "x".repeat(400 * 1024 - 600);
      await orm.note.createMany({ data: [...some("large", 2), { ...some("large", 1)[0]!, text }] });
      const found = await orm.note.findMany({ where: { folder: "large" } });
      expect(found.map((note) => note.text.length).sort((a, b) => a - b)).toEqual([6, 6, text.length]);
    });

    it("the audit finds an entry that differs from its record, and repairs it", async () => {
      const orm = open(dynoxide, client);
      const [note] = await orm.note.createMany({ data: some("audited", 1) });
      // By a schema that does not know what its entries carry: an instance from before.
      const before = createOrm({ schema: defineSchema({ note: notes([["folder"]]) }), driver: driverOf(client) });
      await before.note.update({ where: { id: note!.id }, data: { text: "Unseen" } });
      const audit = async (repair: boolean) => {
        const kinds: string[] = [];
        const schema = defineSchema({ note: notes() });
        for await (const { findings } of auditStorage({ schema, client, table, repair })) {
          kinds.push(...findings.map(({ kind, severity }) => `${kind} ${severity}`));
        }
        return kinds;
      };
      expect(await audit(true)).toContain("outdatedCopy broken");
      expect(await audit(false)).not.toContain("outdatedCopy broken");
      expect(await orm.note.findMany({ where: { folder: "audited" } })).toMatchObject([{ text: "Unseen" }]);
    });
  });

it("an index of records that expire cannot carry them", () => {
  const expiring = defineSchema({
    visit: model({
      table: "visit",
      fields: { id: id(), folder: string(), until: integer() },
      constraints: { indexes: [{ on: ["folder"], carries: "record" }] },
      expires: { field: "until", after: 0 },
    }),
  });
  const driver = createDynamodbDriver({ client: engines[0]!.createClient(), table });
  expect(() => createOrm({ schema: expiring, driver })).toThrow(/entries outlive them/);
});
