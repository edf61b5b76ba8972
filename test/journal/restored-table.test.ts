import { DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { expect, it } from "vitest";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import { ForeignTable } from "../../orm/dynamodb/maintenance/copy/foreign-table.ts";
import { uniquePrefix } from "../support/engines.ts";
import { createTable } from "../fault/storage.ts";
import { openOrm } from "../fault/schema.ts";
import { all, dieAfterDecision, engine, put, setup, sweep } from "./open-transaction.ts";

useJournalLimits({ items: 2, leaseMs: 1 });
const IDS = ["a", "b", "c", "d"];

/** A table as a backup at the moment after a decision gives it: under another name, as each restore is. */
async function restored() {
  const { client, table, orm } = await setup();
  for (const id of IDS) await orm.counter.create({ data: { id, hits: 0 } });
  await dieAfterDecision(client, () =>
    orm.transaction((tx) => tx.counter.updateMany({ where: { id: { in: IDS } }, data: { hits: 1 } })),
  );
  const copy = uniquePrefix("restored");
  await createTable(client, copy);
  for (const item of await all(client, table)) await put(client, copy, item);
  return { client, table, copy };
}

const hits = async (table: string) =>
  (await openOrm(engine.createClient(), table).counter.findMany({ where: { id: { in: IDS } } })).map((one) => one.hits);

it("restored under another name, the old table is gone: it can be read", async () => {
  const { client, table, copy } = await restored();
  await client.send(new DeleteTableCommand({ TableName: table }));
  expect(await hits(copy)).toEqual([1, 1, 1, 1]);
});

it("restored under another name, swept: committed all the same", async () => {
  const { client, table, copy } = await restored();
  // Meanwhile the original goes on, as it should.
  await sweep(client, table);
  await sweep(client, copy);
  expect(await hits(table)).toEqual([1, 1, 1, 1]);
  expect(await hits(copy)).toEqual([1, 1, 1, 1]);
});

it("a table of another layout may have an attribute of that name", async () => {
  const { client, table } = await setup();
  await put(client, table, { _pk: { S: "x" }, _sk: { S: "y" }, _tx: { S: "0xabc" } });
  const pages = [];
  for await (const { items } of new ForeignTable({ client, table }).pages({ pageSize: 10 })) pages.push(...items);
  expect(pages.length).toBe(1);
});
