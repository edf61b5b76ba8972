import { setTimeout as sleep } from "node:timers/promises";
import { createDynamodbDriver, createOrm, defineSchema, id, integer, model, string } from "auth-dynamodb";
import { pushSchema } from "auth-dynamodb/setup";
import { describe, expect, it } from "vitest";
import { textOf } from "../../orm/dynamodb/layout/stored-record.ts";
import { sweepTransactions } from "../../orm/dynamodb/maintenance/sweep/sweep-transactions.ts";
import { isOrmError } from "../../orm/errors.ts";
import { brokenIn } from "../fault/audit.ts";
import { randomFrom } from "../fault/random.ts";
import { readItems } from "../fault/storage.ts";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import { enginesWithConflicts, strongGlobalEngines, uniquePrefix, type Engine } from "../support/engines.ts";

/** Every record of the set has the same number, by every committed transaction. */
const schema = defineSchema({
  part: model({
    table: "parts",
    fields: { id: id(), whole: string(), tag: string().unique(), number: integer(), twin: string() },
    constraints: { indexes: [["whole"], { on: ["twin"], orderBy: "number", carries: "record" }] },
  }),
});

const PARTS = 7;
/** Lives of writers: each makes some transactions, and dies in one. STRESS=6400 makes some 10,000. */
const LIVES = Number(process.env["STRESS"] ?? 8);
/** Wholes that live beside each other. */
const WHOLES = process.env["STRESS"] === undefined ? 1 : 16;
const WRITERS = 2;
const READERS = 2;

// Each transaction takes 7 homes and 14 entries, in requests of 3; who is gone is taken for gone at once.
useJournalLimits({ items: 3, leaseMs: 300, beatMs: 60 });

function open(engine: Engine, table: string, client = engine.createClient()) {
  const driver = createDynamodbDriver({
    client,
    table,
    transactions: "atomic",
    contentionBudget: 60_000,
    scans: "allow",
  });
  return createOrm({ schema, driver });
}

type Orm = ReturnType<typeof open>;

/** A client whose process dies at its nth request: that one may arrive, its answer does not, and no other is sent. */
function mortal(engine: Engine, lives: number, arrives: boolean) {
  const client = engine.createClient({ maxAttempts: 1 });
  let left = lives;
  const died = () => Object.assign(new Error("the process has died"), { name: "Died" });
  client.middlewareStack.add(
    (next) => async (args) => {
      left -= 1;
      if (left < 0 || (left === 0 && !arrives)) throw died();
      const answer = await next(args);
      if (left === 0) throw died();
      return answer;
    },
    { step: "initialize", priority: "high" },
  );
  return client;
}

/** Counts the whole set up by one. */
function countUp(orm: Orm, run: string): Promise<unknown> {
  return orm.transaction(async (tx) => {
    const parts = await tx.part.findMany({ where: { whole: "w" } });
    const number = (parts[0]?.number ?? 0) + 1;
    for (const { id } of parts)
      await tx.part.update({
        where: { id },
        data: { number, tag: `${id}-${number}-${run}`, twin: `twin ${number % 2}` },
      });
  });
}

/** Ways to the number of one part, and to those of all of them. */
const LOOKS: readonly ((orm: Orm, part: string) => Promise<readonly number[]>)[] = [
  async (orm, part) => [(await orm.part.findUnique({ where: { id: part } }))!.number],
  async (orm) => (await orm.part.findMany({ where: { whole: "w" } })).map(({ number }) => number),
  async (orm) => (await orm.part.findMany({ where: {} })).map(({ number }) => number),
];

/** Where each item is a request of its own, a life is as long that has three times as many: there are fewer lives. */
const paceOf = ({ transactions }: Engine) => (transactions ? 1 : 3);

interface History {
  readonly committed: number;
  readonly deaths: number;
  /** What a reader has seen of a transaction that it had seen more of, and what was wrong in the end. */
  readonly problems: readonly string[];
}

/** Writers, of which each dies after a while, and readers at one whole; then the sweep, and what it leaves. */
async function history(engine: Engine, lives: number, random: () => number, signal: AbortSignal): Promise<History> {
  const table = uniquePrefix("whole");
  await pushSchema({ schema, client: engine.createClient(), table });
  const seeds = Array.from({ length: PARTS }, (_, i) => ({
    id: `p${i}`,
    whole: "w",
    tag: `t${i}`,
    number: 0,
    twin: "",
  }));
  await open(engine, table).part.createMany({ data: seeds });
  const pace = paceOf(engine);
  let begun = 0;
  let committed = 0;
  // There is nothing to see where none gets through: on a busy machine it takes more lives.
  const isGoing = () => (begun < lives || committed < lives / 4) && !signal.aborted;
  let deaths = 0;
  const problems: string[] = [];
  const write = async () => {
    while (isGoing()) {
      const run = (begun += 1);
      const client = mortal(engine, Math.floor((40 + random() * 300) * pace), random() < 0.5);
      const orm = open(engine, table, client);
      try {
        for (let turn = 0; ; turn++) {
          await countUp(orm, `${run}.${turn}`).then(
            () => (committed += 1),
            (error: unknown) => {
              if (!isOrmError(error, "TRANSACTION_CONFLICT")) throw error;
            },
          );
        }
      } catch {
        deaths += 1;
      } finally {
        client.destroy();
      }
    }
  };
  const read = async () => {
    const orm = open(engine, table);
    let most = 0;
    while (isGoing()) {
      // Beside many wholes, readers that never rest would leave the writers no time.
      if (WHOLES > 1) await sleep(20);
      const look = LOOKS[Math.floor(random() * LOOKS.length)]!;
      const numbers = await look(orm, `p${Math.floor(random() * PARTS)}`);
      if (numbers.some((number) => number < most)) problems.push(`after ${most}: ${numbers.join()}`);
      most = Math.max(most, ...numbers);
    }
  };
  await Promise.all([
    ...Array.from({ length: WRITERS }, () => write()),
    ...Array.from({ length: READERS }, () => read()),
  ]);
  return { committed, deaths, problems: [...problems, ...(await leftIn(engine, table, committed))] };
}

/** What is wrong when all are gone and the sweep has been there. */
async function leftIn(engine: Engine, table: string, committed: number): Promise<string[]> {
  const client = engine.createClient();
  await sweepTransactions({ schema, client, table });
  const items = await readItems(client, table);
  const held = items.filter((item) => "_tx" in item || ["P", "C"].includes(textOf(item, "state") ?? ""));
  const parts = await open(engine, table).part.findMany({ where: { whole: "w" } });
  const numbers = [...new Set(parts.map(({ number }) => number))];
  return [
    ...held.map((item) => `left behind: ${JSON.stringify(item)}`),
    ...(await brokenIn({ schema, client, table })),
    ...(parts.length === PARTS && numbers.length === 1 ? [] : [`${parts.length} parts with ${numbers.join()}`]),
    // Who has died may have committed, and not have known.
    ...(numbers[0]! >= committed ? [] : [`${committed} were committed, and it is at ${numbers[0]}`]),
  ];
}

describe.each([...enginesWithConflicts, ...strongGlobalEngines])("on $name", (engine) => {
  it("whoever has seen a part of a transaction sees all of it, whatever dies", async ({ signal }) => {
    const random = randomFrom(7);
    // Requests of a whole wait for those that hold it, and for those that are gone: several fill each other's time.
    const lives = Math.ceil(LIVES / WHOLES / paceOf(engine));
    const histories = await Promise.all(Array.from({ length: WHOLES }, () => history(engine, lives, random, signal)));
    expect(histories.flatMap(({ problems }) => problems)).toEqual([]);
    for (const { deaths, committed } of histories) {
      expect(deaths).toBeGreaterThan(lives / 4);
      expect(committed).toBeGreaterThanOrEqual(lives / 4);
    }
    const total = (what: "committed" | "deaths") => histories.reduce((sum, one) => sum + one[what], 0);
    console.info(`${engine.name}: ${total("committed")} transactions committed, ${total("deaths")} processes died`);
  });
});
