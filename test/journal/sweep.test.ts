import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, it } from "vitest";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import type { Item } from "../../orm/dynamodb/layout/attribute-value.ts";
import { textOf } from "../../orm/dynamodb/layout/stored-record.ts";
import { openOrm } from "../fault/schema.ts";
import { all, dieAfterDecision, engine, put, setup, sweep } from "./open-transaction.ts";

const IDS = Array.from({ length: 6 }, (_, i) => `c${i}`);
useJournalLimits({ items: 4, leaseMs: 1 });

it("a sweep does not end a committed transaction of which a page is missing", async () => {
  const { client, table, orm } = await setup();
  for (const id of IDS) await orm.counter.create({ data: { id, hits: 0 } });
  await dieAfterDecision(client, () =>
    orm.transaction((tx) => tx.counter.updateMany({ where: { id: { in: IDS } }, data: { hits: 1 } })),
  );
  const items = await all(client, table);
  const head = items.find((item) => textOf(item, "_kind") === "tx")!;
  expect(textOf(head, "state")).toBe("C");
  // The same keys on two pages, as more than 300 KB of them are: 1,500 to 4,000 items.
  const { keys, ...own } = head as Item & { keys: { L: { S: string }[] } };
  const page = (n: number) => ({ _pk: head["_pk"], _sk: { S: `${textOf(head, "_sk")}|000${n}` } });
  await put(client, table, { ...own, pages: { N: "2" } });
  await put(client, table, { ...page(0), _kind: { S: "txpage" }, keys: { L: keys.L.slice(0, 3) } });
  await put(client, table, { ...page(1), _kind: { S: "txpage" }, keys: { L: keys.L.slice(3) } });
  // A reader sees all of it.
  const fresh = openOrm(engine.createClient(), table);
  expect((await fresh.counter.findMany({ where: { id: { in: IDS } } })).filter(({ hits }) => hits === 1).length).toBe(
    6,
  );
  // A week later DynamoDB takes expired items in an order of its own. The cast: the SDK's values are wider than ours.
  await client.send(new DeleteItemCommand({ TableName: table, Key: page(1) as never }));
  await sweep(client, table);
  expect((await fresh.counter.findMany({ where: { id: { in: IDS } } })).filter(({ hits }) => hits === 1).length).toBe(
    6,
  );
});

it("one transaction that cannot be released does not keep a sweep from the others", async () => {
  const { client, table, orm } = await setup();
  for (const id of IDS) await orm.counter.create({ data: { id, hits: 0 } });
  await dieAfterDecision(client, () =>
    orm.transaction((tx) => tx.counter.updateMany({ where: { id: { in: IDS } }, data: { hits: 1 } })),
  );
  // Several committed ones that name a table which is gone since (a model was taken out of the schema).
  for (const shard of [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]) {
    const id = `AAAA${shard}`;
    await put(client, table, {
      _pk: { S: `|tx|${shard}` },
      _sk: { S: id },
      _kind: { S: "tx" },
      state: { S: "C" },
      beat: { N: "1" },
      pages: { N: "1" },
    });
    await put(client, table, {
      _pk: { S: `|tx|${shard}` },
      _sk: { S: `${id}|0000` },
      _kind: { S: "txpage" },
      keys: { L: [{ S: JSON.stringify(["gone_table", "a", "b"]) }] },
    });
  }
  await sweep(client, table).catch(() => undefined);
  expect((await all(client, table)).filter((item) => "_tx" in item && textOf(item, "_kind") === "record")).toEqual([]);
});
