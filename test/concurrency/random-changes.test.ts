import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { randomFrom } from "../fault/random.ts";
import { enginesWithConflicts as engines } from "../support/engines.ts";
import { unexpectedErrors } from "./checkers.ts";
import { Callers } from "./callers.ts";
import { Crowd } from "./crowd.ts";
import type { Call } from "./history.ts";
import type { Task } from "./tasks.ts";

const CLIENTS = 8;
const CALLS = 20;
const ROUNDS = 3 * Number(process.env["STRESS"] ?? 1);
const SEED = Number(process.env["CONCURRENCY_SEED"] ?? Date.now());

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);
const USERS = names("user", 3);
const EMAILS = names("e-mail", 3);
const HANDLES = names("handle", 2);
const SESSIONS = names("session", 2);
const TOKENS = names("token", 3);
const ACCOUNTS = names("account", 2);

/** One of everything that changes what a record's places are. */
function randomTask(random: () => number): Task {
  const of = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const id = of(USERS);
  const tasks: readonly (() => Task)[] = [
    () => ({ name: "createUser", arg: { id, email: of(EMAILS) } }),
    () => ({ name: "changeEmail", arg: { id, email: of(EMAILS) } }),
    () => ({ name: "changeEmail", arg: { id, email: of(EMAILS) } }),
    () => ({ name: "changeUser", arg: { id, data: { name: of(EMAILS) } } }),
    () => ({ name: "changeUser", arg: { id, data: { space: of(HANDLES) } } }),
    () => ({ name: "changeUser", arg: { id, data: { handle: of([...HANDLES, null]) } } }),
    () => ({ name: "swapEmails", arg: { one: id, two: of(USERS.filter((other) => other !== id)), retries: 3 } }),
    () => ({ name: "consumeUser", arg: { id } }),
    () => ({ name: "findByEmail", arg: { email: of(EMAILS) } }),
    () => ({ name: "changeToken", arg: { id: of(SESSIONS), token: of(TOKENS) } }),
    () => ({ name: "giveAccount", arg: { id: of(ACCOUNTS), userId: id } }),
  ];
  return of(tasks)();
}

const PROCESSES = 4;
const settings = engines.flatMap((engine) =>
  [false, true].map((apart) => ({
    engine,
    apart,
    name: `${engine.name}, in ${apart ? `${PROCESSES} processes` : "one process"}`,
  })),
);

describe.each(settings)("on $name, whatever changes at once", ({ engine, apart }) => {
  let others: Callers | undefined;
  let crowd: Crowd;
  beforeAll(async () => {
    if (apart) others = await Callers.start(PROCESSES);
  });
  afterAll(() => others?.stop());
  beforeEach(async ({ signal }) => {
    await others?.restart();
    crowd = await Crowd.on(engine, signal, others);
    for (const [n, id] of SESSIONS.entries()) {
      await crowd.orm.session.create({
        data: { id, token: TOKENS[n]!, userId: "user0", expiresAt: new Date(Date.now() + 1e7) },
      });
    }
    for (const id of ACCOUNTS)
      await crowd.orm.account.create({ data: { id, userId: "user0", providerId: "p", accountId: id } });
  });
  afterEach(async () => {
    expect(await crowd.inspect()).toMatchObject({ broken: [], outdated: [] });
  });

  /** Each of the clients makes one call after the other; those in other processes begin each call at once. */
  async function callAtRandom(random: () => number): Promise<Call<Task>[]> {
    const calls: Call<Task>[] = [];
    if (apart) {
      for (let n = 0; n < CALLS; n++)
        calls.push(...(await crowd.callMixed(Array.from({ length: CLIENTS }, () => randomTask(random)))));
      return calls;
    }
    const client = async () => {
      for (let n = 0; n < CALLS; n++) calls.push(...(await crowd.callMixed([randomTask(random)])));
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    return calls;
  }

  it.each(Array.from({ length: ROUNDS }, (_, round) => SEED + round))(
    "leaves each value with one record, and each record with all of its places (seed %i)",
    async (seed) => {
      const history = await callAtRandom(randomFrom(seed));
      // A swap of what is not there is a TypeError of the task's own.
      expect(unexpectedErrors(history, ["UNIQUE_CONSTRAINT_VIOLATION", "TRANSACTION_CONFLICT", "TypeError"])).toEqual(
        [],
      );
      expect(
        (await crowd.orm.session.findMany({ where: { id: { in: SESSIONS } } })).map(({ id }) => id).sort(),
      ).toEqual(SESSIONS);
      expect(
        (await crowd.orm.account.findMany({ where: { id: { in: ACCOUNTS } } })).map(({ id }) => id).sort(),
      ).toEqual(ACCOUNTS);
    },
  );
});
