import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { enginesWithConflicts as engines } from "../support/engines.ts";
import { chainProblems, counterProblems, unexpectedErrors, upsertProblems, winnersProblems } from "./checkers.ts";
import { Callers } from "./callers.ts";
import { Crowd } from "./crowd.ts";
import { errorOf, isBefore, resultOf, type Call } from "./history.ts";
import type { Step } from "./tasks.ts";

const VIOLATION = "UNIQUE_CONSTRAINT_VIOLATION";
const CONFLICT = "TRANSACTION_CONFLICT";
const STRESS = Number(process.env["STRESS"] ?? 1);

let processes: Callers;
let calls = 0;
beforeAll(async () => {
  processes = await Callers.start(4);
});
afterAll(() => {
  processes.stop();
  console.info(`${calls} calls by crowds`);
});

const settings = engines.flatMap((engine) =>
  [false, true].flatMap((apart) =>
    // Behind the proxy each transaction takes longer: that is what makes them meet. On Dynalite it is a dozen requests.
    (({ conflicting: [50], dynalite: [100] })[engine.name as string] ?? [200]).map((callers) => ({
      engine,
      apart,
      callers: callers * STRESS,
      name: `${engine.name}, ${callers * STRESS} callers in ${apart ? "four processes" : "one process"}`,
    })),
  ),
);

describe.each(settings)("on $name", ({ engine, apart, callers }) => {
  let crowd: Crowd;
  const many = <T>(of: (n: number) => T): T[] => Array.from({ length: callers }, (_, n) => of(n));
  const won = (call: Call) => errorOf(call) === undefined && resultOf(call) !== null;

  beforeEach(async ({ signal }) => {
    if (apart) await processes.restart();
    crowd = await Crowd.on(engine, signal, apart ? processes : undefined);
    calls += callers;
  });
  afterEach(async () => {
    const { broken, outdated, dangling } = await crowd.inspect();
    expect([...broken, ...outdated]).toEqual([]);
    // Nothing has failed between a record and its entries.
    expect(dangling).toEqual([]);
  });

  it("one of all creates with one unique value", async () => {
    const history = await crowd.call(
      "createUser",
      many((n) => ({ id: `u${n}`, email: "ada@example.com" })),
    );
    expect(unexpectedErrors(history, [VIOLATION])).toEqual([]);
    expect(winnersProblems(history, won, 1)).toEqual([]);
    const { id } = resultOf(history.find(won)!)!;
    expect(await crowd.orm.user.findUnique({ where: { email: "ada@example.com" } })).toMatchObject({ id });
    expect(await crowd.orm.user.count({ where: { space: "" } })).toBe(1);
  });

  it("one of all creates with one compound value, and the only one with its id", async () => {
    const history = await crowd.call(
      "createAccount",
      many((n) => ({ id: n % 2 ? "same" : `a${n}`, accountId: n % 2 ? `x${n}` : "same" })),
    );
    expect(unexpectedErrors(history, [VIOLATION])).toEqual([]);
    for (const group of [
      history.filter(({ arg }) => arg.id === "same"),
      history.filter(({ arg }) => arg.accountId === "same"),
    ]) {
      expect(winnersProblems(group, won, 1)).toEqual([]);
    }
  });

  it("one of all who change to one unique value", async () => {
    await Promise.all(many((n) => crowd.orm.user.create({ data: { id: `u${n}`, email: `${n}@example.com` } })));
    const history = await crowd.call(
      "changeEmail",
      many((n) => ({ id: `u${n}`, email: "ada@example.com" })),
    );
    expect(unexpectedErrors(history, [VIOLATION])).toEqual([]);
    expect(winnersProblems(history, won, 1)).toEqual([]);
    expect(await crowd.orm.user.findUnique({ where: { email: "ada@example.com" } })).toMatchObject({
      id: resultOf(history.find(won)!)!.id,
    });
  });

  it("one of all who consume one session, whichever way they find it", async () => {
    const session = { id: "s", token: "t", userId: "u" };
    await crowd.orm.session.create({ data: { ...session, expiresAt: new Date(Date.now() + 1e8) } });
    const ways = [{ token: "t" }, { id: "s" }, { userId: "u" }];
    const history = await crowd.call(
      "consumeSession",
      many((n) => ways[n % 3]!),
    );
    expect(unexpectedErrors(history)).toEqual([]);
    expect(winnersProblems(history, won, 1)).toEqual([]);
    expect(resultOf(history.find(won)!)).toMatchObject(session);
  });

  it("each of ten tokens under one identifier once", async () => {
    const expiresAt = new Date(Date.now() + 1e8);
    await crowd.orm.token.createMany({
      data: Array.from({ length: 10 }, (_, n) => ({ id: `t${n}`, identifier: "x", value: `${n}`, expiresAt })),
    });
    const history = await crowd.call(
      "consumeToken",
      many(() => ({ identifier: "x" })),
    );
    expect(unexpectedErrors(history)).toEqual([]);
    expect(winnersProblems(history, won, 10)).toEqual([]);
    expect(new Set(history.filter(won).map((call) => resultOf(call)!.id)).size).toBe(10);
  });

  it("as many as a guard lets pass", async () => {
    const limit = Math.floor(callers / 3);
    await crowd.orm.counter.create({ data: { id: "c", hits: 0 } });
    const history = await crowd.call(
      "countTo",
      many(() => ({ id: "c", limit })),
    );
    expect(unexpectedErrors(history)).toEqual([]);
    expect(
      counterProblems(history, (call) => (resultOf(call) as { hits: number } | null | undefined)?.hits, limit),
    ).toEqual([]);
    expect(await crowd.orm.counter.findUnique({ where: { id: "c" } })).toMatchObject({ hits: limit });
  });

  it("as many as a guard lets pass, by a unique value", async () => {
    const limit = Math.floor(callers / 3);
    await crowd.orm.user.create({ data: { id: "u", email: "ada@example.com" } });
    const history = await crowd.call(
      "countLogin",
      many(() => ({ email: "ada@example.com", limit })),
    );
    expect(unexpectedErrors(history)).toEqual([]);
    expect(
      counterProblems(history, (call) => (resultOf(call) as { logins: number } | null | undefined)?.logins, limit),
    ).toEqual([]);
  });

  it("all upserts: one creates, the others update", async () => {
    const history = await crowd.call(
      "upsertUser",
      many((n) => ({ id: `u${n}`, email: "ada@example.com" })),
    );
    expect(unexpectedErrors(history)).toEqual([]);
    expect(upsertProblems(history, ({ name }) => name === "created")).toEqual([]);
  });

  it("all upserts that change an index: one creates, the others update", async () => {
    const some = many((n) => ({ id: `u${n}`, email: "ada@example.com" })).slice(0, 50);
    const history = await crowd.call("upsertKey", some);
    expect(unexpectedErrors(history)).toEqual([]);
    expect(upsertProblems(history, (result) => (result as { space?: string }).space === "")).toEqual([]);
  });

  describe("in transactions", () => {
    it("swaps of e-mails end in one of the two states, and readers never find another user", async () => {
      const users = [0, 1].map((n) => ({ id: `u${n}`, email: `${n}@example.com` }));
      await Promise.all(users.map((data) => crowd.orm.user.create({ data })));
      const tasks = many((n) =>
        n % 4 === 0
          ? ({ name: "swapEmails", arg: { one: "u0", two: "u1", retries: 8 } } as const)
          : ({ name: "watchEmail", arg: { email: `${n % 2}@example.com`, times: 8 } } as const),
      );
      const history = await crowd.callMixed(tasks);
      expect(unexpectedErrors(history, [CONFLICT])).toEqual([]);
      const swaps = history.filter(({ arg }) => arg.name === "swapEmails") as Call<unknown, Step<string>>[];
      const end = await crowd.orm.user.findMany({
        where: { space: "" },
        orderBy: { id: "asc" },
        select: { email: true },
      });
      expect(new Set(end.map(({ email }) => email)).size).toBe(2);
      expect(chainProblems(swaps, "0@example.com", end[0]!.email)).toEqual([]);
      const reads = history.filter(({ arg }) => arg.name === "watchEmail") as Reads;
      expect(readProblems(reads, swaps)).toEqual([]);
      expect(swaps.filter(won).length).toBeGreaterThan(0);
    });

    it("transfers between two counters keep their sum", async () => {
      await crowd.orm.counter.createMany({
        data: [
          { id: "a", hits: 1000, note: "0" },
          { id: "b", hits: 1000, note: "0" },
        ],
      });
      const names = ["a", "b"];
      const transfers = many((n) => ({ from: names[n % 2]!, to: names[1 - (n % 2)]!, amount: n, retries: 4 }));
      const history = await crowd.call("transfer", transfers);
      expect(unexpectedErrors(history, [CONFLICT])).toEqual([]);
      const [a, b] = await crowd.orm.counter.findMany({ where: { id: { in: names } }, orderBy: { id: "asc" } });
      expect(a!.hits! + b!.hits!).toBe(2000);
      expect(chainProblems(history, { a: 1000, b: 1000 }, { a: a!.hits!, b: b!.hits! })).toEqual([]);
      expect(history.filter(won).length).toBeGreaterThan(0);
    });
  });
});

type Reads = Call<{ arg: { email: string } }, ({ id: string; logins: number } | null)[]>[];

/**
 * Every look found the holder of the e-mail after some number of swaps, never fewer than were seen or had ended before.
 */
function readProblems(reads: Reads, swaps: readonly Call<unknown, Step<string>>[]): string[] {
  return reads.flatMap((read) => {
    let least = Math.max(0, ...swaps.filter((swap) => isBefore(swap, read)).map((swap) => resultOf(swap)?.number ?? 0));
    return resultOf(read)!.flatMap((user) => {
      if (!user) return [`found nobody: ${JSON.stringify(read)}`];
      const isHolder = user.id === `u${(Number(read.arg.arg.email[0]) + user.logins) % 2}`;
      const isFresh = user.logins >= least;
      least = user.logins;
      return isHolder && isFresh ? [] : [`found ${JSON.stringify(user)}: ${JSON.stringify(read)}`];
    });
  });
}
