import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, it } from "vitest";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import { journalLimits } from "../../orm/dynamodb/engine/limits.ts";
import { numberOf, textOf } from "../../orm/dynamodb/layout/stored-record.ts";
import { injectFaults } from "../support/faults.ts";
import { openOrm } from "../fault/schema.ts";
import { all, engine, put, setup } from "./open-transaction.ts";

useJournalLimits({ items: 2, leaseMs: 5000 });

/** Takes what DynamoDB may take: what has expired. */
async function ttl(table: string) {
  const client = engine.createClient();
  for (const item of await all(client, table)) {
    const ends = numberOf(item, "_ttl");
    if (ends !== undefined && ends * 1000 < Date.now())
      await client.send(
        new DeleteItemCommand({ TableName: table, Key: { _pk: item["_pk"]!, _sk: item["_sk"]! } as never }),
      );
  }
}

it("an expired entry that was left at a new record's place is not taken by TTL while it is held", async () => {
  const { client, table, orm } = await setup();
  const expiresAt = new Date(Date.now() + 86_400_000);
  const data = ["a", "b", "c"].map((id) => ({ id, identifier: `i${id}`, value: "v", expiresAt }));
  await orm.token.createMany({ data });
  // The records are gone (by TTL, say), and an entry of each was left, long expired.
  for (const item of await all(client, table)) {
    const Key = { _pk: item["_pk"]!, _sk: item["_sk"]! } as never;
    if (textOf(item, "_kind") === "index") await put(client, table, { ...item, _ttl: { N: "1000" } });
    else if (textOf(item, "_kind") === "record") await client.send(new DeleteItemCommand({ TableName: table, Key }));
  }
  const mine = engine.createClient();
  const faults = injectFaults(mine);
  // TTL runs right before the decision.
  faults.delay(
    ({ operation, input }) => operation === "TransactWriteItems" && JSON.stringify(input).includes('{"S":"C"}'),
    () => ttl(table),
    { level: "call" },
  );
  await openOrm(mine, table).transaction((tx) => tx.token.createMany({ data }));
  const left = await all(client, table);
  expect(left.filter((item) => textOf(item, "_kind") === "record").length).toBe(3);
  expect(left.filter((item) => textOf(item, "_kind") === "index").length).toBe(3);
});

it("an entry whose expiry is another than its record says does not make a transaction impossible", async () => {
  const { client, table, orm } = await setup();
  const soon = new Date(Date.now() + 86_400_000);
  const later = new Date(Date.now() + 30 * 86_400_000);
  const ids = ["a", "b", "c", "d"];
  await orm.user.create({ data: { id: "u", email: "u@x" } });
  await orm.session.createMany({ data: ids.map((id) => ({ id, token: `t${id}`, userId: "u", expiresAt: soon })) });
  // As an instance of another version, or a repair at another moment, may have left it.
  let changed = 0;
  for (const item of await all(client, table))
    if (textOf(item, "_kind") !== "record" && "_ttl" in item) {
      changed++;
      await put(client, table, { ...item, _ttl: { N: String(numberOf(item, "_ttl")! + 1) } });
    }
  expect(changed).toBeGreaterThan(0);
  const outcome = async (tokens: string[]) =>
    orm
      .transaction(async (tx) => {
        for (const token of tokens) await tx.session.update({ where: { token }, data: { expiresAt: later } });
      })
      .then(
        () => "done",
        (error: { code?: string; message: string }) => `${error.code ?? ""} ${error.message}`,
      );
  Object.assign(journalLimits, { items: 100 });
  expect(await outcome(["ta", "tb"])).toBe("done");
  Object.assign(journalLimits, { items: 2 });
  expect(await outcome(["tc", "td"])).toBe("done");
});
