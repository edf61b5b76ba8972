import { expect, it } from "vitest";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import { injectFaults } from "../support/faults.ts";
import { openOrm } from "../fault/schema.ts";
import { engine, setup } from "./open-transaction.ts";

useJournalLimits({ items: 2, leaseMs: 5000 });

it("two transactions over the same items in opposite order: one of them gets through at once", async () => {
  const { table, orm } = await setup();
  // 100 chunks of 2 at 100 ms: what 10,000 items in chunks of 100 take of DynamoDB.
  const ids = Array.from({ length: 200 }, (_, i) => `c${String(i).padStart(3, "0")}`);
  for (const id of ids) await orm.counter.create({ data: { id, hits: 0 } });
  const run = async (order: string[], start: number) => {
    const client = engine.createClient();
    const faults = injectFaults(client);
    faults.delay(({ operation }) => operation === "TransactWriteItems", 100, { level: "call" });
    const mine = openOrm(client, table);
    await new Promise((resolve) => setTimeout(resolve, start));
    return mine.transaction(async (tx) => {
      await tx.counter.findMany({ where: { id: { in: order } } });
      for (const id of order) await tx.counter.updateMany({ where: { id }, data: { note: "x" } });
    });
  };
  const outcomes = await Promise.allSettled([run(ids, 0), run([...ids].reverse(), 50)]);
  expect(outcomes.map((one) => one.status)).toContain("fulfilled");
});
