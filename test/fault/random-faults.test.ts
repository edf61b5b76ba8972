import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { isOrmError } from "../../orm/errors.ts";
import { enginesWithConflicts as engines } from "../support/engines.ts";
import { errors, type FaultRequest, type Faults } from "../support/faults.ts";
import { useShortAuditPauses } from "../support/short-pauses.ts";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import { Benches } from "./bench.ts";
import { OPERATIONS } from "./operations.ts";
import { randomFrom } from "./random.ts";
import { rehearse, runWithFaults, sweep, type Allowed, type Rehearsal } from "./scenario.ts";

/** Runs of each operation. */
const RUNS = Number(process.env["FAULT_RUNS"] ?? 6);
/** Of the requests, how many go wrong in a run: anything up to this. */
const MOST = 0.7;

// A coordinator that is gone is gone at once.
useJournalLimits({ leaseMs: 1 });
// An audit comes when the operation is over.
useShortAuditPauses();
beforeAll(() => {
  vi.spyOn(Math, "random").mockReturnValue(0);
});
afterAll(() => vi.restoreAllMocks());

/** Any number of requests fail, before or after they are applied, seen or unseen by the SDK's retries. */
function strikeAtRandom(faults: Faults, seed: number): void {
  const random = randomFrom(seed);
  const rate = random() * MOST;
  const some = (share: number) => () => random() < rate * share;
  const writes = (share: number) => (request: FaultRequest) =>
    !["GetItem", "BatchGetItem", "Query"].includes(request.operation) && random() < rate * share;
  faults.failBefore(some(0.3), () => errors.timeout());
  faults.failAfter(some(0.3), () => errors.timeout());
  faults.failBefore(some(0.05), () => errors.timeout(), { level: "call" });
  faults.failAfter(some(0.05), () => errors.internalServerError(), { level: "call" });
  faults.failBefore(some(0.4), () => errors.throttling(), { level: "call" });
  faults.failBefore(
    writes(0.4),
    // Contention alone, for one write or for a transaction.
    () => (random() < 0.5 ? errors.transactionConflict() : errors.transactionCanceled(["None", "TransactionConflict"])),
    { level: "call" },
  );
}

const KNOWN = new Set(["TimeoutError", "InternalServerError"]);

function allowedOn({ engine }: Rehearsal): Allowed {
  return {
    mayThrow: (error) =>
      (error instanceof Error && KNOWN.has(error.name)) ||
      isOrmError(error, "THROTTLED") ||
      isOrmError(error, "TRANSACTION_CONFLICT") ||
      // Neither the decision was answered, nor the question what came of it.
      (!engine.transactions && isOrmError(error, "TRANSACTION_UNKNOWN")),
    losesResponse: true,
    audited: true,
    ...(engine.transactions ? {} : { settle: sweep }),
  };
}

describe.each(engines)("on $name, many requests of a write go wrong", (engine) => {
  const benches = new Benches(engine);

  it.each(OPERATIONS)("$name", (operation) =>
    benches.use(async (bench) => {
      const rehearsal = await rehearse(bench, operation);
      const problems: string[] = [];
      const first = Number(process.env["FAULT_SEED"] ?? 1);
      for (let seed = first; seed < first + RUNS; seed++) {
        const found = await runWithFaults(
          bench,
          rehearsal,
          (faults) => strikeAtRandom(faults, seed),
          allowedOn(rehearsal),
        );
        problems.push(...found.map((problem) => `seed ${seed}: ${problem}`));
      }
      expect(problems).toEqual([]);
    }),
  );
});
