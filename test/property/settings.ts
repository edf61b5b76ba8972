import type { Parameters } from "fast-check";

const RUNS = process.env["PROPERTY_RUNS"];
const SEED = process.env["PROPERTY_SEED"];
const PATH = process.env["PROPERTY_PATH"];

/** The time limit of a test: finding the shortest form of a failure takes long. */
export const TIMEOUT = 3_600_000;

/** For how long a property runs without `PROPERTY_RUNS`, in milliseconds. */
const LIMIT = 8_000;

/**
 * How often a property runs: as often as given here, within a time limit, or `PROPERTY_RUNS`
 * times as often without one. fast-check reports the seed and the path of a failure:
 * `PROPERTY_SEED` and `PROPERTY_PATH` repeat it. The seed is fixed, so that a change is judged by
 * what it changed; `PROPERTY_SEED=random` goes hunting.
 */
export function settings<T>(runs: number): Parameters<T> {
  return {
    numRuns: Math.ceil(runs * Number(RUNS ?? "1")),
    ...(RUNS === undefined && PATH === undefined ? { interruptAfterTimeLimit: LIMIT } : {}),
    ...(PATH === undefined ? {} : { path: PATH }),
    ...(SEED === "random" ? {} : { seed: Number(SEED ?? "1") }),
  };
}
