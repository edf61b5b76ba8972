import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import { openOrm, type FaultClient } from "../fault/schema.ts";
import { createTable } from "../fault/storage.ts";
import { enginesWithConflicts as engines, uniquePrefix } from "../support/engines.ts";
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
    const updated = await betweenReads(swap, (orm) =>
      orm.user.update({ where: { email: one.email }, data: { name: "new" } }),
    );
    expect(updated).toMatchObject({ id: two.id, name: "new" });
    expect(await writer.user.findUnique({ where: { id: one.id } })).toMatchObject({ name: null });
  });

  it("is consumed with its new holder", async () => {
    const { one, two, swap } = await twoUsers("consumed");
    expect(await betweenReads(swap, (orm) => orm.user.consume({ where: { email: one.email } }))).toMatchObject({
      id: two.id,
    });
  });

  it("is counted at its new holder", async () => {
    const { one, two, swap } = await twoUsers("counted");
    const counted = await betweenReads(swap, (orm) =>
      orm.user.increment({ where: { email: one.email }, increment: { logins: 1 } }),
    );
    expect(counted).toMatchObject({ id: two.id, logins: 1 });
  });

  it("is found at the record's new home", async () => {
    await writer.session.create({ data: { id: "moved", token: "before", userId: "u", expiresAt: SOON } });
    const move = () => writer.session.update({ where: { id: "moved" }, data: { token: "after" } });
    expect(await betweenReads(move, (orm) => orm.session.findUnique({ where: { id: "moved" } }))).toMatchObject({
      token: "after",
    });
    const back = () => writer.session.update({ where: { id: "moved" }, data: { token: "before" } });
    expect(await betweenReads(back, (orm) => orm.session.consume({ where: { id: "moved" } }))).toMatchObject({
      token: "before",
    });
  });

  describe("for a transaction that reads one user before and the other after", () => {
    type Tx = Parameters<Parameters<FaultClient["transaction"]>[0]>[0];
    type User = NonNullable<Awaited<ReturnType<FaultClient["user"]["findUnique"]>>>;
    const ways: Record<string, (tx: Tx, first: User, second: User) => Promise<unknown>> = {
      "swaps them, too": async (tx, first, second) => {
        await tx.user.update({ where: { id: first.id }, data: { email: "between-too@example.com" } });
        await tx.user.update({ where: { id: second.id }, data: { email: first.email } });
        await tx.user.update({ where: { id: first.id }, data: { email: second.email } });
      },
      "changes both": async (tx, first, second) => {
        await tx.user.update({ where: { id: first.id }, data: { name: "first" } });
        await tx.user.update({ where: { id: second.id }, data: { name: "second" } });
      },
      "deletes both": async (tx, first, second) => {
        await tx.user.delete({ where: { id: first.id } });
        await tx.user.delete({ where: { id: second.id } });
      },
    };

    it.each(Object.keys(ways))("and %s, is a conflict and no violation", async (way) => {
      let pair = await twoUsers(way.replaceAll(/\W/g, "-"));
      let runs = 0;
      const run = (retries: number) =>
        openOrm(client, table).transaction(
          async (tx) => {
            runs += 1;
            const first = (await tx.user.findUnique({ where: { id: pair.one.id } }))!;
            if (runs === 1) await pair.swap();
            const second = (await tx.user.findUnique({ where: { id: pair.two.id } }))!;
            await ways[way]!(tx, first, second);
          },
          { retries },
        );
      await expect(run(0)).rejects.toMatchObject({ code: "TRANSACTION_CONFLICT", retryable: true });
      runs = 0;
      pair = await twoUsers(`${way.replaceAll(/\W/g, "-")}-again`);
      await run(1);
      expect(runs).toBe(2);
    });
  });

  it("is not found where its holder is gone", async () => {
    const { one } = await twoUsers("gone");
    const remove = () => writer.user.delete({ where: { id: one.id } });
    expect(await betweenReads(remove, (orm) => orm.user.findUnique({ where: { email: one.email } }))).toBeNull();
  });
});
