import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { isOrmError } from "../../orm/errors.ts";
import { enginesWithConflicts } from "../support/engines.ts";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import { errors, type Faults } from "../support/faults.ts";
import { Benches, type Bench } from "./bench.ts";
import { ends, FAULT_KINDS, type FaultKind } from "./kinds.ts";
import { OPERATIONS } from "./operations.ts";
import { allowedFor, rehearse, runWithFaults, sweep, type Allowed, type Rehearsal } from "./scenario.ts";

/**
 * Where each item is a request, the first and last ones: those between are like their neighbours. So on the proxy, too,
 * which refuses writers who meet: here only one writes.
 */
const ENDS = 6;
/** Scenarios under way at once. */
const BENCHES = 4;

// Nearly every transaction is more than a request holds, and a coordinator that is gone is gone at once.
useJournalLimits({ items: 2, leaseMs: 1 });
beforeAll(() => {
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterAll(() => {
  vi.restoreAllMocks();
});

/** A condition that holds and is told to have failed is no fault that could be: it decides that a lock has gone. */
const POSSIBLE = FAULT_KINDS.filter(({ name }) => !name.startsWith("cancelled by a failed condition"));

/** The process ends: nothing is sent from the nth request on, or its answer is the first that never arrives. */
const CRASHES: readonly FaultKind[] = [
  {
    name: "the process dies before it",
    applies: () => true,
    strike: (faults, nth) =>
      faults.failBefore(
        (seen) => seen.nth >= nth,
        () => errors.timeout(),
        { level: "call" },
      ),
    mayThrow: () => true,
    lasts: true,
  },
  {
    name: "the process dies after it",
    applies: () => true,
    strike: (faults, nth) => {
      faults.failAfter(nth, () => errors.timeout(), { level: "call" });
      faults.failBefore(
        (seen) => seen.nth > nth,
        () => errors.timeout(),
        { level: "call" },
      );
    },
    mayThrow: () => true,
    lasts: true,
  },
];

function allowedIn(rehearsal: Rehearsal, kind: FaultKind): Allowed {
  const allowed = allowedFor(rehearsal, kind);
  const mayThrow = (error: unknown) =>
    allowed.mayThrow(error) || (Boolean(kind.lasts) && isOrmError(error, "TRANSACTION_UNKNOWN"));
  return { ...allowed, mayThrow, settle: sweep };
}

describe.each(enginesWithConflicts)(
  "on $name, every request of a transaction of many requests goes wrong",
  (engine) => {
    const benches = new Benches(engine);

    // Without transactions, all that is more than an item is one of many requests; how they fail, every-request.test.ts
    // tries.
    const kinds = engine.transactions ? [...POSSIBLE, ...CRASHES] : CRASHES;

    it.each(OPERATIONS.filter(({ transaction }) => transaction || !engine.transactions))("$name", async (operation) => {
      const rehearsal = await benches.use((bench) => rehearse(bench, { ...operation, deletes: true }));
      const { requests } = rehearsal;
      const scenarios = ends(
        requests,
        engine.transactions && engine.name !== "conflicting" ? requests.length : ENDS,
      ).flatMap((i) => {
        const request = requests[i]!;
        return kinds.filter((kind) => kind.applies(request)).map((kind) => ({ kind, request, nth: i + 1 }));
      });
      const problems: string[] = [];
      const work = async (bench: Bench) => {
        for (let next = scenarios.shift(); next; next = scenarios.shift()) {
          const { kind, request, nth } = next;
          const strike = (faults: Faults) => kind.strike(faults, nth, request);
          const allowed = allowedIn(rehearsal, kind);
          const found = await runWithFaults(bench, rehearsal, strike, allowed);
          problems.push(...found.map((problem) => `${nth}. ${request.operation}, ${kind.name}: ${problem}`));
        }
      };
      await Promise.all(Array.from({ length: BENCHES }, () => benches.use(work)));
      expect(problems).toEqual([]);
    });
  },
);
