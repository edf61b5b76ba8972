import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, it } from "vitest";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import { textOf } from "../../orm/dynamodb/layout/stored-record.ts";
import { openOrm } from "../fault/schema.ts";
import { all, dieAfterDecision, engine, setup, sweep } from "./open-transaction.ts";

useJournalLimits({ items: 2, leaseMs: 1 });

async function crashed() {
  const { client, table, orm } = await setup();
  for (let i = 0; i < 3; i++) await orm.note.create({ data: { id: `n${i}`, folder: "f", text: "old" } });
  // An attribute that this schema does not know, of another writer.
  const home = (await all(client, table)).find(
    (item) => textOf(item, "_kind") === "record" && textOf(item, "id") === "n1",
  )!;
  await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { _pk: home["_pk"]!, _sk: home["_sk"]! } as never,
      UpdateExpression: "SET photo = :b",
      ExpressionAttributeValues: { ":b": { B: new Uint8Array([1, 2, 3]) } },
    }),
  );
  await dieAfterDecision(client, () =>
    orm.transaction(async (tx) => {
      for (let i = 0; i < 3; i++) await tx.note.update({ where: { id: `n${i}` }, data: { text: "new" } });
    }),
  );
  return { client, table };
}

it("a binary attribute of another writer survives a crash that writers settle", async () => {
  const { table } = await crashed();
  const fresh = openOrm(engine.createClient(), table);
  expect((await fresh.note.findMany({ where: { folder: "f" } })).map(({ text }) => text)).toEqual([
    "new",
    "new",
    "new",
  ]);
  await fresh.note.update({ where: { id: "n1" }, data: { text: "newer" } });
  expect((await fresh.note.findMany({ where: { folder: "f" } })).map(({ text }) => text).sort()).toEqual([
    "new",
    "new",
    "newer",
  ]);
});

it("a binary attribute of another writer survives a sweep", async () => {
  const { client, table } = await crashed();
  const report = await sweep(client, table);
  expect(report.committed).toBe(1);
  const items = await all(client, table);
  expect(items.filter((item) => "_tx" in item)).toEqual([]);
  const carried = items.filter((item) => "photo" in item && textOf(item, "_kind") === "index");
  expect(carried.map((item) => item["photo"])).toEqual([{ B: new Uint8Array([1, 2, 3]) }]);
});
