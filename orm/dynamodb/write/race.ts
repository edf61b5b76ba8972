import { transactionConflict } from "../../errors.ts";
import { RACE } from "../../util/backoff.ts";
import type { StoreContext } from "../context.ts";
import { keyText } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { pointsOf, type AccessPath } from "../plan/access-path.ts";

/** `stale`: a record is no longer what was read; nothing was written. */
export type Stale = "stale";

/**
 * Runs a read and a guarded write until the guard holds, within the operation's budget: each lost race means that
 * another writer won it. `run` is told which try it is, from 1. After the first, callers with the same `line` go one
 * after the other.
 */
export async function raceFor<T>(
  context: StoreContext,
  layout: ModelLayout,
  run: (attempt: number) => Promise<T | Stale>,
  line?: string,
): Promise<T> {
  const first = await run(1);
  if (first !== "stale") return first;
  const leave = line === undefined ? undefined : await context.lines.enter(line, context.budget.left);
  try {
    for (let attempt = 2; await context.budget.pause(attempt - 1, leave && attempt === 2 ? AT_ONCE : RACE); attempt++) {
      const result = await run(attempt);
      if (result !== "stale") return result;
    }
  } finally {
    leave?.();
  }
  const { name } = layout.model;
  throw transactionConflict("dynamodb", name, `Other requests kept changing this "${name}" first.`);
}

const AT_ONCE = { base: 0, cap: 0 };

/** The line of those who want to change the one record that a path leads to. */
export function lineOf({ table }: ModelLayout, path: AccessPath): string | undefined {
  const [key, ...others] = pointsOf(path)?.keys ?? [];
  return key && others.length === 0 ? keyText(table, key) : undefined;
}
