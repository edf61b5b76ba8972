import { isDeepStrictEqual } from "node:util";
import { errorOf, isBefore, resultOf, type Call } from "./history.ts";
import type { Step } from "./tasks.ts";

// Each checker tells what no order of single, indivisible operations could have shown.

/** Calls that ended with an error that they must not end with. */
export function unexpectedErrors(calls: readonly Call[], expected: readonly string[] = []): string[] {
  return calls.flatMap(({ outcome }) =>
    "code" in outcome && !expected.includes(outcome.code) ? [outcome.detail] : [],
  );
}

/** Of calls for `prizes` things, as many won, and nobody was told that all are gone before the last was asked for. */
export function winnersProblems(calls: readonly Call[], isWinner: (call: Call) => boolean, prizes: number): string[] {
  const winners = calls.filter(isWinner);
  if (winners.length !== Math.min(prizes, calls.length))
    return [`${winners.length} have won, and there were ${prizes} to win`];
  const early = calls.filter((call) => !isWinner(call) && winners.some((winner) => isBefore(call, winner)));
  return early.map((call) => `lost before a winner began: ${JSON.stringify(call)}`);
}

/**
 * A guarded counter: values from 1 to the limit, each once, in the order of time; the rest were refused after the last.
 */
export function counterProblems(
  calls: readonly Call[],
  valueOf: (call: Call) => number | undefined,
  limit: number,
): string[] {
  const problems = winnersProblems(calls, (call) => valueOf(call) !== undefined, limit);
  const winners = calls.filter((call) => valueOf(call) !== undefined).sort((a, b) => valueOf(a)! - valueOf(b)!);
  const values = winners.map((call) => valueOf(call)!);
  if (
    !isDeepStrictEqual(
      values,
      values.map((_, i) => i + 1),
    )
  )
    problems.push(`counted ${values.join()}`);
  return [...problems, ...orderProblems(winners)];
}

/** Calls in the order in which they took effect: none may have ended before one that comes earlier began. */
export function orderProblems(calls: readonly Call[]): string[] {
  const problems: string[] = [];
  let latestBegin = -Infinity;
  for (const call of calls) {
    if (call.responded < latestBegin)
      problems.push(`took effect after a call that began when it had ended: ${JSON.stringify(call)}`);
    latestBegin = Math.max(latestBegin, call.invoked);
  }
  return problems;
}

/** One upsert created, all others updated the same record, none of them before the one began. */
export function upsertProblems(
  calls: readonly Call<unknown, { id: string; name: string | null }>[],
  isCreated: (result: { name: string | null }) => boolean,
): string[] {
  const ids = new Set(calls.map((call) => resultOf(call)?.id));
  const problems = ids.size === 1 ? [] : [`${ids.size} records: ${[...ids].join()}`];
  const creators = calls.filter((call) => isCreated(resultOf(call) ?? { name: null }));
  if (creators.length !== 1) return [...problems, `${creators.length} have created`];
  const early = calls.filter((call) => isBefore(call, creators[0]!));
  return [...problems, ...early.map((call) => `updated before it was created: ${JSON.stringify(call)}`)];
}

/**
 * Transactions that each read the state and replaced it: numbered without a gap, each from where the one before left
 * it.
 */
export function chainProblems<State>(calls: readonly Call<unknown, Step<State>>[], start: State, end: State): string[] {
  const steps = calls
    .filter((call) => errorOf(call) === undefined)
    .sort((a, b) => resultOf(a)!.number - resultOf(b)!.number);
  const problems = orderProblems(steps);
  let state = start;
  for (const [i, call] of steps.entries()) {
    const step = resultOf(call)!;
    if (step.number !== i + 1) problems.push(`step ${i + 1} has the number ${step.number}`);
    if (!isDeepStrictEqual(step.before, state))
      problems.push(`step ${i + 1} found ${JSON.stringify(step.before)} instead of ${JSON.stringify(state)}`);
    state = step.after;
  }
  if (!isDeepStrictEqual(state, end))
    problems.push(`ended at ${JSON.stringify(end)} instead of ${JSON.stringify(state)}`);
  return problems;
}
