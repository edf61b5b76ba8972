import { expect, it } from "vitest";
import { openOrm } from "../fault/schema.ts";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import { all, dieBeforeDecision, engine, setup } from "./open-transaction.ts";

const IDS = Array.from({ length: 6 }, (_, i) => `c${i}`);
useJournalLimits({ items: 4, leaseMs: 1 });

it("a transaction that was abandoned before its decision is taken back, and seen by nobody", async () => {
  const { client, table, orm } = await setup();
  for (const id of IDS) await orm.counter.create({ data: { id, hits: 0 } });
  await dieBeforeDecision(client, () =>
    orm.transaction((tx) => tx.counter.updateMany({ where: { id: { in: IDS } }, data: { hits: 1 } })),
  );
  const held = (await all(client, table)).filter((item) => "_tx" in item);
  expect(held).toHaveLength(IDS.length);
  const fresh = openOrm(engine.createClient(), table);
  const hits = async () => (await fresh.counter.findMany({ where: { id: { in: IDS } } })).map((one) => one.hits);
  expect(await hits()).toEqual([0, 0, 0, 0, 0, 0]);
  expect(await fresh.counter.update({ where: { id: "c0" }, data: { hits: 5 } })).toMatchObject({ hits: 5 });
  expect((await hits()).sort()).toEqual([0, 0, 0, 0, 0, 5]);
});
