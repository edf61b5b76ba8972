import { expect, it } from "vitest";
import { openOrm } from "../fault/schema.ts";
import { createTable } from "../fault/storage.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { injectFaults } from "../support/faults.ts";

// What is removed at the end of a move is removed late, when the record has the value again.
it.each(engines)("a record that moves on $name keeps a value that it gets back", async (engine) => {
  const client = engine.createClient();
  const table = uniquePrefix("moved");
  await createTable(client, table);
  const rival = openOrm(client, table);
  await rival.account.create({ data: { id: "r", userId: "u1", providerId: "p", accountId: "a" } });
  const slow = engine.createClient();
  const orm = openOrm(slow, table);
  await orm.counter.create({ data: { id: "meets its engine", hits: 0 } });
  let others: Promise<unknown> | undefined;
  injectFaults(slow).delay("DeleteItem", () => {
    others ??= rival.account.update({ where: { id: "r" }, data: { accountId: "a" } });
    return others;
  });
  await orm.account.update({ where: { id: "r" }, data: { userId: "u2", accountId: "b" } });
  await rival.account.update({ where: { id: "r" }, data: { accountId: "a" } });
  const another = { id: "s", userId: "u3", providerId: "p", accountId: "a" };
  await expect(rival.account.create({ data: another })).rejects.toMatchObject({ code: "UNIQUE_CONSTRAINT_VIOLATION" });
});
