import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { enginesWithConflicts as engines } from "../support/engines.ts";
import type { Faults } from "../support/faults.ts";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import { Benches, type Bench } from "./bench.ts";
import { ends, FAULT_KINDS } from "./kinds.ts";
import { OPERATIONS } from "./operations.ts";
import { allowedFor, rehearse, runWithFaults } from "./scenario.ts";

/** Of an operation with many requests, the first and last ones: those between are like their neighbours. */
const ENDS = Number(process.env["FAULT_RUNS"] ?? 6);
/** Scenarios under way at once. */
const BENCHES = 4;

let runs = 0;

// A coordinator that is gone is gone at once.
useJournalLimits({ leaseMs: 1 });
beforeAll(() => {
  // The shortest draw of every jitter: retries come at once.
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterAll(() => {
  vi.restoreAllMocks();
  console.info(`${runs} runs with a fault`);
});

describe.each(engines)("on $name, every request of every write goes wrong in every way", (engine) => {
  const benches = new Benches(engine);

  it.each(OPERATIONS)("$name", async (operation) => {
    const rehearsal = await benches.use((bench) => rehearse(bench, operation));
    const { requests } = rehearsal;
    const scenarios = ends(requests, ENDS).flatMap((i) => {
      const request = requests[i]!;
      return FAULT_KINDS.filter((kind) => kind.applies(request)).map((kind) => ({ kind, request, nth: i + 1 }));
    });
    const problems: string[] = [];
    const work = async (bench: Bench) => {
      for (let next = scenarios.shift(); next; next = scenarios.shift()) {
        const { kind, request, nth } = next;
        const strike = (faults: Faults) => kind.strike(faults, nth, request);
        const found = await runWithFaults(bench, rehearsal, strike, allowedFor(rehearsal, kind));
        runs += 1;
        problems.push(...found.map((problem) => `${nth}. ${request.operation}, ${kind.name}: ${problem}`));
      }
    };
    await Promise.all(Array.from({ length: BENCHES }, () => benches.use(work)));
    expect(problems).toEqual([]);
  });
});
