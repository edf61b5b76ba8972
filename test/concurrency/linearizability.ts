import type { Call } from "./history.ts";

/** What one indivisible operation does: the state after a call had its outcome, or undefined where it cannot have. */
export type Model<State, C extends Call> = (state: State, call: C) => State | undefined;

/**
 * Whether the calls could have taken effect one at a time, each between its beginning and its end
 * (Wing and Gong). States are compared as JSON.
 */
export function isLinearizable<State, C extends Call>(
  calls: readonly C[],
  start: State,
  model: Model<State, C>,
): boolean {
  const pending = [...calls].sort((a, b) => a.invoked - b.invoked);
  const dead = new Set<string>();
  const search = (left: readonly number[], state: State): boolean => {
    if (left.length === 0) return true;
    const key = `${left.join()} ${JSON.stringify(state)}`;
    if (dead.has(key)) return false;
    // The next to take effect cannot have begun after another of those left has ended.
    const firstEnd = Math.min(...left.map((i) => pending[i]!.responded));
    for (const i of left) {
      if (pending[i]!.invoked > firstEnd) break;
      const next = model(state, pending[i]!);
      if (
        next !== undefined &&
        search(
          left.filter((other) => other !== i),
          next,
        )
      )
        return true;
    }
    dead.add(key);
    return false;
  };
  return search(
    pending.map((_, i) => i),
    start,
  );
}
