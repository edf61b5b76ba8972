import { describe, expect, it } from "vitest";
import { chainProblems, counterProblems, orderProblems, upsertProblems, winnersProblems } from "./checkers.ts";
import type { Call } from "./history.ts";
import { isLinearizable } from "./linearizability.ts";

// A checker that finds nothing proves nothing: each is shown histories that are wrong.
const call = <Result>(invoked: number, responded: number, result: Result): Call<unknown, Result> => ({
  arg: undefined,
  invoked,
  responded,
  outcome: { result },
});
const won = (of: Call) => "result" in of.outcome && of.outcome.result !== null;
const value = (of: Call) => ("result" in of.outcome ? ((of.outcome.result as number | null) ?? undefined) : undefined);

describe("the checkers of histories", () => {
  it("count the winners, and see who lost too early", () => {
    expect(winnersProblems([call(0, 5, "x"), call(1, 2, null)], won, 1)).toEqual([]);
    expect(winnersProblems([call(0, 5, "x"), call(1, 2, "x")], won, 1)).toHaveLength(1);
    expect(winnersProblems([call(0, 5, null), call(1, 2, null)], won, 1)).toHaveLength(1);
    expect(winnersProblems([call(3, 5, "x"), call(1, 2, null)], won, 1)).toHaveLength(1);
  });

  it("see gaps, repetitions and a wrong order of counts", () => {
    expect(counterProblems([call(0, 5, 2), call(1, 2, 1), call(6, 7, null)], value, 2)).toEqual([]);
    expect(counterProblems([call(0, 5, 1), call(1, 2, 1), call(6, 7, null)], value, 2)).toHaveLength(1);
    expect(counterProblems([call(0, 1, 2), call(2, 3, 1)], value, 2)).toHaveLength(1);
    expect(counterProblems([call(0, 1, 1), call(2, 3, null), call(4, 5, 2)], value, 2)).toHaveLength(1);
  });

  it("see an order that time forbids", () => {
    expect(orderProblems([call(0, 9, 0), call(5, 6, 0), call(1, 5, 0)])).toEqual([]);
    expect(orderProblems([call(5, 6, 0), call(0, 9, 0), call(1, 4, 0)])).toHaveLength(1);
  });

  it("see two creators, two records, an update of nothing", () => {
    const upserted = (from: number, to: number, id: string, name: string) => call(from, to, { id, name });
    const isCreated = ({ name }: { name: string | null }) => name === "created";
    expect(upsertProblems([upserted(0, 5, "a", "created"), upserted(1, 6, "a", "x")], isCreated)).toEqual([]);
    expect(upsertProblems([upserted(0, 5, "a", "created"), upserted(1, 6, "a", "created")], isCreated)).toHaveLength(1);
    expect(upsertProblems([upserted(0, 5, "a", "created"), upserted(1, 6, "b", "x")], isCreated)).toHaveLength(1);
    expect(upsertProblems([upserted(3, 5, "a", "created"), upserted(1, 2, "a", "x")], isCreated)).toHaveLength(1);
  });

  it("see a transaction that read what was no more", () => {
    const step = (from: number, to: number, number: number, before: number, after: number) =>
      call(from, to, { number, before, after });
    expect(chainProblems([step(0, 9, 2, 5, 7), step(1, 2, 1, 0, 5)], 0, 7)).toEqual([]);
    expect(chainProblems([step(0, 9, 2, 0, 7), step(1, 2, 1, 0, 5)], 0, 7)).toHaveLength(1);
    expect(chainProblems([step(0, 9, 2, 5, 7), step(1, 2, 1, 0, 5)], 0, 8)).toHaveLength(1);
    expect(chainProblems([step(0, 1, 2, 5, 7), step(2, 3, 1, 0, 5)], 0, 7)).toHaveLength(1);
  });

  it("find an order of a register, or that there is none", () => {
    type Register = Call<{ write?: number }, number>;
    const write = (invoked: number, responded: number, number: number): Register => ({
      ...call(invoked, responded, number),
      arg: { write: number },
    });
    const read = (invoked: number, responded: number, number: number): Register => ({
      ...call(invoked, responded, number),
      arg: {},
    });
    const register = (state: number, { arg, outcome }: Register) => {
      if (arg.write !== undefined) return arg.write;
      return "result" in outcome && outcome.result === state ? state : undefined;
    };
    expect(isLinearizable([write(0, 10, 1), read(1, 2, 0), read(3, 4, 1)], 0, register)).toBe(true);
    expect(isLinearizable([write(0, 10, 1), read(1, 2, 1), read(3, 4, 0)], 0, register)).toBe(false);
    expect(isLinearizable([write(0, 1, 1), write(2, 3, 2), read(4, 5, 1)], 0, register)).toBe(false);
    expect(isLinearizable([write(0, 9, 1), write(0, 9, 2), read(10, 11, 1), read(12, 13, 1)], 0, register)).toBe(true);
  });
});
