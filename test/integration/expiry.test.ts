import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, it } from "vitest";
import type { Item } from "../../orm/dynamodb/layout/attribute-value.ts";
import { numberOf, textOf } from "../../orm/dynamodb/layout/stored-record.ts";
import { faultLayouts, openOrm, type FaultClient } from "../fault/schema.ts";
import { createTable, inspect, readItems } from "../fault/storage.ts";
import { withClock } from "../support/clock.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { recordRequests, type Recording } from "../support/recording.ts";

const DAY_MS = 86_400_000;
const DAY = DAY_MS / 1000;
/** How long a session is kept alive by daily use. */
const DAYS = 60;

// TTL removes a record at its `_ttl`, or days later. What it removes is removed here by hand: no engine of these tests
// does it.
describe.each(engines)("on $name, records that expire", (engine) => {
  const client = engine.createClient();
  const table = uniquePrefix("expiry");
  let recording: Recording;
  let orm: FaultClient;
  const now = () => Date.now();
  const inDays = (days: number) => new Date(now() + days * DAY_MS);

  beforeAll(async () => {
    await createTable(client, table);
    orm = openOrm(client, table);
    await orm.user.create({ data: { id: "u", email: "ada@example.com" } });
    recording = recordRequests(client);
  });

  async function stored(token: string): Promise<{ record: Item | undefined; entries: Item[] }> {
    const items = (await readItems(client, table)).filter((item) => textOf(item, "_model") === "session");
    const record = items.find((item) => textOf(item, "_kind") === "record" && textOf(item, "token") === token);
    const entries = items.filter(
      (item) => textOf(item, "_kind") !== "record" && textOf(item, "id") === (record ? textOf(record, "id") : token),
    );
    return { record, entries };
  }

  async function expectSound(): Promise<void> {
    expect(inspect(faultLayouts(table), await readItems(client, table))).toMatchObject({ broken: [], outdated: [] });
  }

  const create = (token: string, expiresAt: Date) =>
    orm.session.create({ data: { id: token, token, userId: "u", expiresAt } });

  it("carry `_ttl` in whole epoch seconds, not before they expire, and their entries later", async () => {
    const expiresAt = new Date(now() + 7 * DAY_MS + 123);
    await create("new", expiresAt);
    const { record, entries } = await stored("new");
    const ttl = numberOf(record!, "_ttl")!;
    expect(ttl).toBe(Math.ceil(expiresAt.getTime() / 1000));
    expect(entries).toHaveLength(2);
    for (const entry of entries) {
      expect(numberOf(entry, "_ttl")).toBe(numberOf(record!, "_ettl"));
      expect(numberOf(entry, "_ttl")! - ttl).toBeGreaterThanOrEqual(6 * DAY);
    }
    // As text in the table: no exponent, no fraction, which TTL would not understand.
    expect((record!["_ttl"] as { N: string }).N).toMatch(/^\d{10}$/);
  });

  it.each([
    ["token", (token: string) => ({ token }), "UpdateItem 1"],
    // A session lives at its token, and this process remembers where.
    ["id", (token: string) => ({ id: token }), "UpdateItem 1"],
  ])("are extended by their %s in one UpdateItem of one unit, which leaves the entries alone", (key, where, requests) =>
    withClock(async (clock) => {
      const token = `extended-by-${key}`;
      await create(token, inDays(7));
      const before = await stored(token);
      clock.ahead = DAY_MS;
      recording.reset();
      const expiresAt = inDays(7);
      const extended = await orm.session.update({ where: where(token) as { token: string }, data: { expiresAt } });
      expect(extended?.expiresAt).toEqual(expiresAt);
      expect(recording.summary()).toBe(requests);
      expect(recording.writeUnits()).toBe(1);
      const after = await stored(token);
      expect(numberOf(after.record!, "_ttl")).toBe(Math.ceil(expiresAt.getTime() / 1000));
      expect(after.entries).toEqual(before.entries);
      await expectSound();
    }),
  );

  it("take their entries along where those would be gone too early", async () => {
    await create("far", inDays(1));
    await orm.session.update({ where: { token: "far" }, data: { expiresAt: inDays(365) } });
    const { record, entries } = await stored("far");
    expect(entries).toHaveLength(2);
    for (const entry of entries) expect(numberOf(entry, "_ttl")).toBeGreaterThan(numberOf(record!, "_ttl")!);
    await expectSound();
  });

  it("that are extended every day rewrite their entries about once a lifetime", () =>
    withClock(async (clock) => {
      await create("daily", inDays(7));
      recording.reset();
      for (let day = 1; day <= DAYS; day++) {
        clock.ahead = day * DAY_MS;
        await orm.session.update({ where: { token: "daily" }, data: { expiresAt: inDays(7) } });
        // The entries of a session that lives are there: TTL has not taken them.
        const { record, entries } = await stored("daily");
        for (const entry of entries) expect(numberOf(entry, "_ttl")).toBeGreaterThanOrEqual(numberOf(record!, "_ttl")!);
      }
      const rewrites = recording.requests.filter(
        ({ operation, input }) => operation !== "UpdateItem" && JSON.stringify(input).includes("_ref"),
      ).length;
      const perRewrite = engine.transactions ? 1 : 2;
      expect(rewrites / perRewrite).toBeLessThanOrEqual(DAYS / 7 + 1);
      await expectSound();
    }));

  it("may expire earlier, or later again, in any order", async () => {
    await create("changing", inDays(7));
    for (const days of [1, 300, 30, 0, 29, 600, 2]) {
      await orm.session.update({ where: { token: "changing" }, data: { expiresAt: inDays(days) } });
      await expectSound();
    }
  });

  it("are found until they are removed, and then are gone with all that leads to them", () =>
    withClock(async (clock) => {
      await create("gone", inDays(1));
      clock.ahead = 2 * DAY_MS;
      expect(await orm.session.findUnique({ where: { token: "gone" } })).toMatchObject({ id: "gone" });
      const { record } = await stored("gone");
      await client.send(
        new DeleteItemCommand({ TableName: table, Key: { _pk: record!["_pk"], _sk: record!["_sk"] } as never }),
      );
      expect(await orm.session.findUnique({ where: { token: "gone" } })).toBeNull();
      expect(await orm.session.findUnique({ where: { id: "gone" } })).toBeNull();
      expect((await orm.session.findMany({ where: { userId: "u" } })).filter(({ id }) => id === "gone")).toEqual([]);
      expect(await orm.session.update({ where: { id: "gone" }, data: { note: "?" } })).toBeNull();
      // Its id is free again, whatever still leads there.
      await create("gone", inDays(1));
      expect(await orm.session.findUnique({ where: { id: "gone" } })).toMatchObject({ token: "gone" });
      await expectSound();
    }));
});
