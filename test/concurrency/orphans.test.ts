import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { engines } from "../support/engines.ts";
import { OrphanArena, type Round } from "./orphan-arena.ts";
import { RACES, type Outcome, type RaceName } from "./orphan-races.ts";

/** Rounds of each race, on all engines, in one process and in four together: RACES=200 before a release. */
const TOTAL = Number(process.env["RACES"] ?? 24);

const settings = engines.flatMap((engine) =>
  [1, 4].map((processes) => ({
    engine,
    processes,
    name: `${engine.name} by ${processes === 1 ? "one process" : `${processes} processes`}`,
  })),
);
const ROUNDS = Math.ceil(TOTAL / settings.length);

const VIOLATION = "FOREIGN_KEY_VIOLATION";

const isFine = (outcome: Outcome): boolean =>
  outcome === "done" || outcome === VIOLATION || (typeof outcome === "number" && outcome < 500);

describe.each(settings)("on $name, no row is left without its parent by", ({ engine, processes }) => {
  let arena: OrphanArena;
  beforeAll(async () => {
    arena = await OrphanArena.open(engine, processes, ROUNDS);
  });
  afterAll(() => arena.stop());
  afterEach(async () => {
    expect(await arena.orphans()).toEqual([]);
    const { broken, harmless } = await arena.audit();
    expect(broken).toEqual([]);
    // Sessions go by themselves; without transactions, entries may be left of what lost its race.
    const expected = /^missingParent of session|^(danglingEntry|staleEntry)/;
    expect(harmless.filter((finding) => !expected.test(finding))).toEqual([]);
  });

  /** Runs it, and says who won how often. */
  async function race(name: RaceName): Promise<readonly Round[]> {
    const rounds = await arena.run(name, ROUNDS);
    expect(rounds.filter(({ add, remove }) => !isFine(add) || !isFine(remove))).toEqual([]);
    const counts = new Map<string, number>();
    for (const { add, remove } of rounds) counts.set(`${add}/${remove}`, (counts.get(`${add}/${remove}`) ?? 0) + 1);
    if (process.env["RACES"]) console.info(engine.name, processes, name, Object.fromEntries(counts));
    return rounds;
  }

  it(RACES[0], async () => {
    const rounds = await race(RACES[0]);
    expect(rounds.filter(({ remove }) => remove !== 200)).toEqual([]);
  });

  it(RACES[1], async () => {
    const rounds = await race(RACES[1]);
    expect(rounds.filter(({ remove }) => remove !== 200)).toEqual([]);
    // Nobody is locked out: whoever is Google's Grace signs in, or up, anew.
    for (const { round } of rounds) expect(await arena.alone(RACES[1], "add", round)).toBe(200);
  });

  it(RACES[2], async () => {
    const rounds = await race(RACES[2]);
    expect(rounds.filter(({ remove }) => remove !== 200)).toEqual([]);
  });

  it(RACES[3], async () => {
    const rounds = await race(RACES[3]);
    expect(rounds.filter(({ remove }) => remove !== "done")).toEqual([]);
  });

  it(RACES[4], async () => {
    const rounds = await race(RACES[4]);
    // Either who refers or who deletes may be refused, where the parent must stay; never both.
    expect(rounds.filter(({ add, remove }) => add === VIOLATION && remove === VIOLATION)).toEqual([]);
  });
});
