import { beforeAll, describe, expect, it } from "vitest";
import { textOf } from "../../orm/dynamodb/layout/stored-record.ts";
import { openOrm, type FaultClient } from "../fault/schema.ts";
import { createTable, readItems } from "../fault/storage.ts";
import { withClock } from "../support/clock.ts";
import { engines, uniquePrefix } from "../support/engines.ts";

const AN_HOUR = 3_600_000;

describe.each(engines)("on $name, a process that goes on for hours", (engine) => {
  const client = engine.createClient();
  const table = uniquePrefix("old-marks");
  let orm: FaultClient;

  beforeAll(async () => {
    await createTable(client, table);
    orm = openOrm(client, table);
  });

  async function marksOf(id: string): Promise<string[]> {
    const items = await readItems(client, table);
    const record = items.find((item) => textOf(item, "_kind") === "record" && textOf(item, "id") === id);
    const marks = record?.["_marks"];
    return marks && "M" in marks ? Object.keys(marks.M) : [];
  }

  it.each([
    ["by its id", (id: string, name: string) => orm.user.update({ where: { id }, data: { name } })],
    ["found by an index", (id: string, name: string) => orm.user.updateMany({ where: { space: id }, data: { name } })],
    ["with its e-mail", (id: string, name: string) => orm.user.update({ where: { id }, data: { email: name } })],
    [
      "in a transaction",
      (id: string, name: string) => orm.transaction((tx) => tx.user.update({ where: { id }, data: { name } })),
    ],
  ])("changes a record again, %s, and leaves no more marks than it needs", (by, change) =>
    withClock(async (clock) => {
      const id = by;
      await orm.user.create({ data: { id, email: `${id}@example.com`, space: id } });
      await orm.user.update({ where: { id }, data: { name: "first" } });
      for (let hour = 1; hour <= 3; hour++) {
        clock.ahead = hour * AN_HOUR;
        await change(id, `${id} ${hour}`);
      }
      const user = await orm.user.findUnique({ where: { id } });
      expect([user?.name, user?.email]).toContain(`${id} 3`);
      expect((await marksOf(id)).length).toBeLessThanOrEqual(1);
    }),
  );
});
