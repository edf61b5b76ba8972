import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { openOrm, type FaultClient } from "../fault/schema.ts";
import { createTable } from "../fault/storage.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { injectFaults, type Faults } from "../support/faults.ts";

// A look-up by a unique value is two reads: the entry, then the record. Between them the value can pass to
// another record, or the record can move. At no time was there nobody, so nobody must not be the answer.
describe.each(engines)("on $name, a unique value that changes hands while it is looked up", (engine) => {
  let client: DynamoDBClient;
  let table: string;
  let faults: Faults;
  let writer: FaultClient;
  const SOON = new Date(Date.now() + 1e8);

  beforeAll(async () => {
    client = engine.createClient();
    table = uniquePrefix("reads");
    await createTable(client, table);
    faults = injectFaults(client);
    writer = openOrm(engine.createClient(), table);
  });

  /** Lets something happen after the first read's answer is on its way. */
  async function betweenReads<T>(change: () => Promise<unknown>, run: (orm: FaultClient) => Promise<T>): Promise<T> {
    faults.delayResponse({ operation: "GetItem", nth: 1 }, change);
    try {
      return await run(openOrm(client, table));
    } finally {
      faults.clear();
    }
  }

  async function twoUsers(name: string) {
    const [one, two] = [0, 1].map((n) => ({ id: `${name}${n}`, email: `${name}${n}@example.com` }));
    await writer.user.create({ data: one! });
    await writer.user.create({ data: two! });
    const swap = () =>
      writer.transaction(async (tx) => {
        await tx.user.update({ where: { id: one!.id }, data: { email: `${name}-between@example.com` } });
        await tx.user.update({ where: { id: two!.id }, data: { email: one!.email } });
        await tx.user.update({ where: { id: one!.id }, data: { email: two!.email } });
      });
    return { one: one!, two: two!, swap };
  }

  it("is found with its new holder", async () => {
    const { one, two, swap } = await twoUsers("found");
    const found = await betweenReads(swap, (orm) => orm.user.findUnique({ where: { email: one.email } }));
    expect(found).toMatchObject({ id: two.id });
  });

  it("is updated at its new holder", async () => {
    const { one, two, swap } = await twoUsers("updated");
    const updated = await betweenReads(swap, (orm) => orm.user.update({ where: { email: one.email }, data: { name: "new" } }));
    expect(updated).toMatchObject({ id: two.id, name: "new" });
    expect(await writer.user.findUnique({ where: { id: one.id } })).toMatchObject({ name: null });
  });

  it("is consumed with its new holder", async () => {
    const { one, two, swap } = await twoUsers("consumed");
    expect(await betweenReads(swap, (orm) => orm.user.consume({ where: { email: one.email } }))).toMatchObject({ id: two.id });
  });

  it("is counted at its new holder", async () => {
    const { one, two, swap } = await twoUsers("counted");
    const counted = await betweenReads(swap, (orm) => orm.user.increment({ where: { email: one.email }, increment: { logins: 1 } }));
    expect(counted).toMatchObject({ id: two.id, logins: 1 });
  });

  it("is found at the record's new home", async () => {
    await writer.session.create({ data: { id: "moved", token: "before", userId: "u", expiresAt: SOON } });
    const move = () => writer.session.update({ where: { id: "moved" }, data: { token: "after" } });
    expect(await betweenReads(move, (orm) => orm.session.findUnique({ where: { id: "moved" } }))).toMatchObject({ token: "after" });
    const back = () => writer.session.update({ where: { id: "moved" }, data: { token: "before" } });
    expect(await betweenReads(back, (orm) => orm.session.consume({ where: { id: "moved" } }))).toMatchObject({ token: "before" });
  });

  it("is not found where its holder is gone", async () => {
    const { one } = await twoUsers("gone");
    const remove = () => writer.user.delete({ where: { id: one.id } });
    expect(await betweenReads(remove, (orm) => orm.user.findUnique({ where: { email: one.email } }))).toBeNull();
  });
});
