import { afterEach, beforeAll, describe, expect, it } from "vitest";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { enginesWithConflicts as engines } from "../support/engines.ts";
import { isDecision } from "../support/is-decision.ts";
import { errors, injectFaults, type FaultMatch, type Faults } from "../support/faults.ts";
import { Bench } from "./bench.ts";
import { faultLayouts, openOrm, type FaultClient } from "./schema.ts";
import { inspect } from "./storage.ts";

const SOON = new Date(Date.now() + 7 * 86_400_000);
const ada = { id: "ada", email: "ada@example.com", handle: "ada", name: "Ada" };

// The SDK sends a request again whose response did not come. Meanwhile others have gone on: the second
// attempt must neither do the work again, nor undo theirs, nor report that it was not done.
describe.each(engines)("on $name, a write whose first response is lost while others write", (engine) => {
  let bench: Bench;
  let other: DynamoDBClient;
  let faults: Faults;
  let orm: FaultClient;
  let rival: FaultClient;

  beforeAll(async () => {
    bench = await Bench.on(engine);
    other = engine.createClient();
    await openOrm(other, bench.table).user.create({ data: { email: "warm-up@example.com" } });
    faults = injectFaults(bench.client);
  });
  afterEach(async () => {
    faults.clear();
    const items = await bench.items();
    expect(inspect(faultLayouts(bench.table), items)).toMatchObject({ broken: [], outdated: [] });
    await bench.reset([]);
  });

  /** Lets the next such request land, others write, and the SDK send it again. */
  function loseResponse(match: FaultMatch, meanwhile: () => Promise<unknown>): void {
    orm = openOrm(bench.client, bench.table);
    rival = openOrm(other, bench.table);
    faults.delayResponse(match, () => meanwhile(), { times: 1 });
    faults.failAfter(match, () => errors.timeout(), { times: 1 });
  }

  /** The request that makes several items, or a new one: where there are no transactions, the one that decides. */
  const decision: FaultMatch = (request) =>
    engine.transactions ? request.operation === "TransactWriteItems" : isDecision(request);

  it.each([0, 1, 2, 3, 4, 6, 20])("counts an increment once, after %i others", async (others) => {
    await openOrm(bench.client, bench.table).counter.create({ data: { id: "c", hits: 0 } });
    loseResponse({ operation: "UpdateItem", nth: 1 }, async () => {
      for (let i = 0; i < others; i++) await rival.counter.increment({ where: { id: "c" }, increment: { hits: 1 } });
    });
    expect(await orm.counter.increment({ where: { id: "c" }, increment: { hits: 1 } })).not.toBeNull();
    expect(await rival.counter.findUnique({ where: { id: "c" } })).toMatchObject({ hits: 1 + others });
  });

  it.each([0, 1, 3, 4, 6, 20])(
    "tells the winner of a guarded increment, although the guard does not hold any more, after %i others",
    async (others) => {
      await openOrm(bench.client, bench.table).counter.create({ data: { id: "c", hits: 0 } });
      loseResponse({ operation: "UpdateItem", nth: 1 }, async () => {
        for (let i = 0; i < others; i++) await rival.counter.increment({ where: { id: "c" }, increment: { hits: 1 } });
      });
      const guarded = { where: { id: "c", hits: { lt: 1 } }, increment: { hits: 1 } };
      expect(await orm.counter.increment(guarded)).not.toBeNull();
      expect(await rival.counter.findUnique({ where: { id: "c" } })).toMatchObject({ hits: 1 + others });
      // And the next one that it has lost.
      expect(await orm.counter.increment(guarded)).toBeNull();
    },
  );

  it.each([4, 20])("tells that a guarded update was made, after %i others", async (others) => {
    await openOrm(bench.client, bench.table).user.create({ data: ada });
    loseResponse({ operation: "UpdateItem", nth: 1 }, async () => {
      for (let i = 1; i <= others; i++) await rival.user.update({ where: { id: "ada" }, data: { logins: i } });
      await rival.user.update({ where: { id: "ada" }, data: { name: "others" } });
    });
    expect(await orm.user.update({ where: { id: "ada", name: "Ada" }, data: { name: "mine" } })).not.toBeNull();
    expect(await rival.user.findUnique({ where: { id: "ada" } })).toMatchObject({ name: "others", logins: others });
  });

  it("does not undo what others have written after an update", async () => {
    await openOrm(bench.client, bench.table).user.create({ data: ada });
    loseResponse({ operation: "UpdateItem", nth: 1 }, () =>
      rival.user.update({ where: { id: "ada" }, data: { name: "second" } }),
    );
    expect(await orm.user.update({ where: { id: "ada" }, data: { name: "first" } })).not.toBeNull();
    expect(await rival.user.findUnique({ where: { id: "ada" } })).toMatchObject({ name: "second" });
  });

  it("tells that a guarded update was made, although others have changed the record", async () => {
    await openOrm(bench.client, bench.table).user.create({ data: ada });
    loseResponse({ operation: "UpdateItem", nth: 1 }, () =>
      rival.user.update({ where: { email: ada.email }, data: { logins: 7 } }),
    );
    const updated = await orm.user.update({ where: { id: "ada", name: "Ada" }, data: { name: "mine" } });
    expect(updated).toMatchObject({ name: "mine", logins: 7 });
  });

  it("knows its record of one item, although others have changed it", async () => {
    loseResponse(decision, () => rival.counter.increment({ where: { id: "c" }, increment: { hits: 1 } }));
    await expect(orm.counter.create({ data: { id: "c", hits: 1 } })).resolves.toMatchObject({ id: "c" });
    expect(await rival.counter.findUnique({ where: { id: "c" } })).toMatchObject({ hits: 2 });
  });

  it("knows its record with entries, although others have moved it", async () => {
    let created = 0;
    loseResponse(decision, async () => {
      created += 1;
      await rival.user.update({ where: { id: "ada" }, data: { email: "moved@example.com", handle: null } });
    });
    await expect(orm.user.create({ data: ada })).resolves.toMatchObject({ id: "ada" });
    expect(created).toBe(1);
    expect(await rival.user.findUnique({ where: { email: "moved@example.com" } })).toMatchObject({ id: "ada" });
  });

  it("does not create again what others have consumed", async () => {
    const token = { id: "t", identifier: "reset", value: "v", expiresAt: SOON };
    loseResponse(decision, () => rival.token.consume({ where: { identifier: "reset" } }));
    await orm.token.create({ data: token });
    expect(await rival.token.count({ where: { identifier: "reset" } })).toBe(0);

    loseResponse(decision, () => rival.counter.consume({ where: { id: "c" } }));
    await orm.counter.create({ data: { id: "c", hits: 1 } });
    expect(await rival.counter.findUnique({ where: { id: "c" } })).toBeNull();
  });

  it("does not undo what others have written after a transaction", async () => {
    await openOrm(bench.client, bench.table).user.create({ data: ada });
    loseResponse(decision, () => rival.user.update({ where: { id: "ada" }, data: { name: "second" } }));
    await orm.transaction((tx) => tx.user.update({ where: { id: "ada" }, data: { space: "new", name: "first" } }));
    expect(await rival.user.findUnique({ where: { id: "ada" } })).toMatchObject({ name: "second", space: "new" });
  });

  it("counts an increment of a transaction once", async () => {
    await openOrm(bench.client, bench.table).counter.create({ data: { id: "c", hits: 0 } });
    loseResponse({ operation: "UpdateItem", nth: 1 }, () =>
      rival.counter.increment({ where: { id: "c" }, increment: { hits: 1 } }),
    );
    await orm.transaction((tx) => tx.counter.increment({ where: { id: "c" }, increment: { hits: 1 } }), { retries: 5 });
    expect(await rival.counter.findUnique({ where: { id: "c" } })).toMatchObject({ hits: 2 });
  });

  it("consumes once", async () => {
    await openOrm(bench.client, bench.table).session.create({
      data: { id: "s", token: "t", userId: "u", expiresAt: SOON },
    });
    let rivals: unknown;
    loseResponse({ operation: "DeleteItem", nth: 1 }, async () => {
      rivals = await rival.session.consume({ where: { id: "s" } });
    });
    // Who has deleted a record cannot be read off anything that is left: nobody gets it, rather than two.
    expect(await orm.session.consume({ where: { token: "t" } })).toBeNull();
    expect(rivals).toBeNull();
  });
});
