import { describe, expect, it } from "vitest";
import type { Item } from "../../orm/dynamodb/layout/attribute-value.ts";
import { partitionOf } from "../../orm/dynamodb/layout/keys.ts";
import { textOf } from "../../orm/dynamodb/layout/stored-record.ts";
import { partsOf } from "../../orm/dynamodb/read/follow-entries.ts";
import { isDeepStrictEqual } from "node:util";
import { withClock } from "../support/clock.ts";
import { enginesWithConflicts as engines, uniquePrefix, type Engine } from "../support/engines.ts";
import { audit, brokenIn } from "./audit.ts";
import type { Values, World } from "./crash-operations.ts";
import { runUntilKilled, startWorker, type CrashReport } from "./crash-run.ts";
import { useShortAuditPauses } from "../support/short-pauses.ts";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import { randomFrom } from "./random.ts";
import { sweep, traces } from "./scenario.ts";
import { faultLayouts, faultSchema, openOrm, type FaultClient } from "./schema.ts";
import { createTable, inspect, readItems, recordsOf } from "./storage.ts";

/** Operations of one test, which has a table of its own. */
const OPERATIONS = 500;
/** The tests of an engine. */
const TESTS = Array.from({ length: Number(process.env["FAULT_RUNS"] ?? 2) * 2 }, (_, i) => i);
const SEED = Number(process.env["FAULT_SEED"] ?? Date.now());
const WORKERS = Array.from({ length: 8 }, (_, i) => `w${i}`);
/** Operations in flight when a process is killed are begun; between kills there are this many at most. */
const BETWEEN_KILLS = 300;
/** So much later every entry that leads nowhere is cleared away. */
const LATER_MS = 100_000;

const layouts = faultLayouts("any-table");

// A process that is gone is gone at once.
useJournalLimits({ leaseMs: 1 });
// Audits come when the process is gone and its table at rest.
useShortAuditPauses();

/** Each engine, and each with transactions once more where nearly all are more than one request holds. */
const settings = [
  ...engines.map((engine) => ({ name: engine.name, engine, items: 100, tests: TESTS })),
  ...engines
    .filter(({ transactions }) => transactions)
    .map((engine) => ({
      name: `${engine.name}, three items to a request`,
      engine,
      items: 3,
      tests: TESTS.slice(0, 1),
    })),
];

describe.each(settings)(
  "on $name, a process that is killed while it writes",
  ({ name, engine, items: held, tests }) => {
    const title = `loses nothing it has acknowledged and breaks nothing, in ${OPERATIONS} operations (%i)`;
    it.for(tests)(title, async (test, { signal, onTestFinished }) => {
      const client = engine.createClient();
      const table = uniquePrefix("crash");
      await createTable(client, table);
      const random = randomFrom(SEED + test);
      const names = new Set<string>();
      let world: World = new Map();
      let operations = 0;
      let kills = 0;
      let dangled = 0;
      let next = startWorker(signal);
      onTestFinished(
        () =>
          void next.then(
            (child) => child.kill(),
            () => undefined,
          ),
      );
      // The seeds of one test are no other's.
      for (let seed = test * 100 + 1; operations < OPERATIONS; seed++) {
        signal.throwIfAborted();
        const child = await next;
        next = startWorker(signal);
        const order = {
          endpoint: engine.endpoint,
          table,
          items: held,
          seed,
          workers: WORKERS,
          world: [...world],
        };
        const report = await runUntilKilled(
          child,
          order,
          1 + Math.floor(random() * BETWEEN_KILLS),
          Math.floor(random() * 20),
        );
        kills += 1;
        operations += report.operations;
        report.names.forEach((name) => names.add(name));
        expect(report.errors).toEqual([]);

        await readAtRest(client, table);
        await sweep({ client, table });
        const items = await readItems(client, table);
        expect(traces(items)).toEqual([]);
        const { broken, outdated, dangling } = inspect(layouts, items);
        expect([...broken, ...outdated, ...(await brokenIn({ schema: faultSchema, client, table }))]).toEqual([]);
        dangled += dangling.length;
        world = stateOf(items);
        expect(lost(report, world)).toEqual([]);
        await expectFound(openOrm(client, table), world);
        await takeOver(client, table, dangling);
      }
      await expectRepaired(client, table);
      console.info(
        `${name}: ${operations} operations of ${names.size} kinds, ${kills} kills, ${dangled} dangling entries`,
      );
    });
  },
);

/**
 * What a table holds once nothing changes it any more: requests that a killed process had sent are carried out after
 * its end, by a proxy that holds transactions for some milliseconds.
 */
async function readAtRest(client: ReturnType<Engine["createClient"]>, table: string): Promise<Item[]> {
  let items = await readItems(client, table);
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    const again = await readItems(client, table);
    if (isDeepStrictEqual(again, items)) return again;
    items = again;
  }
}

/** What is left can be cleared away. */
async function expectRepaired(client: ReturnType<Engine["createClient"]>, table: string): Promise<void> {
  await withClock(async () => {
    await audit({ schema: faultSchema, client, table, repair: true });
    expect(await audit({ schema: faultSchema, client, table })).toEqual([]);
  }, LATER_MS);
}

function stateOf(items: readonly Item[]): World {
  return new Map(
    recordsOf(layouts, items).map(({ layout, values }) => [`${layout.model.name} ${String(values["id"])}`, values]),
  );
}

/** Every record that is neither as it was acknowledged, nor as an operation under way would leave it. */
function lost({ acknowledged, pending }: CrashReport, world: World): string[] {
  const is = (key: string, values: Values | null | undefined) =>
    isDeepStrictEqual(world.get(key) ?? null, values ?? null);
  const open = new Set<string>();
  const problems: string[] = [];
  for (const { name, after } of pending) {
    const keys = Object.keys(after);
    keys.forEach((key) => open.add(key));
    const nothing = keys.every((key) => is(key, acknowledged.get(key)));
    const whole = keys.every((key) => is(key, after[key]));
    if (!nothing && !whole)
      problems.push(
        `${name} was cut: ` +
          JSON.stringify(
            keys.map((key) => ({ found: world.get(key), before: acknowledged.get(key), after: after[key] })),
          ),
      );
  }
  for (const key of new Set([...acknowledged.keys(), ...world.keys()])) {
    if (open.has(key) || is(key, acknowledged.get(key))) continue;
    problems.push(`${key} is ${JSON.stringify(world.get(key))} instead of ${JSON.stringify(acknowledged.get(key))}`);
  }
  return problems;
}

/** Every record is found by each of its unique values, and by its index. */
async function expectFound(orm: FaultClient, world: World): Promise<void> {
  const all = (model: string) =>
    [...world].flatMap(([key, values]) =>
      key.startsWith(`${model} `) && values ? [values as Record<string, string>] : [],
    );
  await Promise.all([
    ...all("user").map(async ({ id, email, handle }) => {
      expect(await orm.user.findUnique({ where: { email: email! }, select: { id: true } })).toEqual({ id });
      if (handle) expect(await orm.user.findUnique({ where: { handle }, select: { id: true } })).toEqual({ id });
    }),
    ...all("session").map(async ({ id, token, userId }) => {
      expect(await orm.session.findUnique({ where: { id: id! }, select: { token: true } })).toEqual({ token });
      expect(await orm.session.findMany({ where: { userId: userId! }, select: { id: true } })).toEqual([{ id }]);
    }),
    ...all("account").map(async ({ id, providerId, accountId }) => {
      const where = { providerId: providerId!, accountId: accountId! };
      expect(await orm.account.findUnique({ where, select: { id: true } })).toEqual({ id });
    }),
  ]);
  const crowd = all("user").filter(({ space }) => space === "crowd");
  expect(await orm.user.count({ where: { space: "crowd" } })).toBe(crowd.length);
}

/** The values that an entry stands for: it knows more of its record. */
function ownKey(entry: Item): Record<string, string> {
  const layout = layouts.get(textOf(entry, "_model")!)!;
  const values = partsOf(layout, entry);
  const own = layout.uniqueEntries.find(
    ({ fields }) => partitionOf(layout.model, fields, values) === textOf(entry, "_pk"),
  );
  return Object.fromEntries((own?.fields ?? []).map((field) => [field, values[field] as string]));
}

/** New records can have the values whose entries lead nowhere. */
async function takeOver(
  client: ReturnType<Engine["createClient"]>,
  table: string,
  dangling: readonly Item[],
): Promise<void> {
  const orm = openOrm(client, table);
  for (const entry of dangling.filter((item) => textOf(item, "_kind") === "unique")) {
    const { _model, _pk } = Object.fromEntries(["_model", "_pk"].map((name) => [name, textOf(entry, name)!]));
    const { email, handle, id, providerId, accountId } = ownKey(entry);
    const other = `${_pk}@example.com`;
    if (_model === "user") {
      const user = await orm.user.create({ data: { email: email ?? other, handle: handle ?? null } });
      expect(await orm.user.delete({ where: { id: user.id } })).toBe(1);
    } else if (_model === "session") {
      const { token } = await orm.session.create({
        data: { id: id!, token: other, userId: other, expiresAt: new Date(Date.now() + 1e8) },
      });
      expect(await orm.session.delete({ where: { token } })).toBe(1);
    } else {
      const account = await orm.account.create({
        data: providerId
          ? { userId: other, providerId, accountId: accountId! }
          : { id: id!, userId: other, providerId: "p", accountId: other },
      });
      expect(await orm.account.delete({ where: { id: account.id } })).toBe(1);
    }
  }
}
