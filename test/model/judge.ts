import { planOf } from "./plan.ts";
import type { Rules } from "./rules.ts";
import { holds, isHeld, logical, recovered, type Content } from "./storage.ts";
import { isExpired, wrongWith } from "./truths.ts";
import type { Made, State, World } from "./world.ts";

/** Says what is wrong with a step, if anything. */
export type Judge = (before: State, move: Made) => string | undefined;

/** What must be true of every step, whoever makes it. */
export function judge(world: World, rules: Rules): Judge {
  const coordinators = world.procs.flatMap(({ kind }, index) => (kind === "journaled" ? [index] : []));
  const recoverable = new Set<string>();
  return (before, { state: after, effect = [], by }) => {
    const isSame = before.items === after.items && before.tx === after.tx;
    if (isSame) return toldWrong(coordinators, after) ?? world.never?.(after);
    const was = logical(before);
    const is = logical(after);
    const expected = was.slice();
    for (const [item, content] of effect) expected[item] = content;
    for (const [tx, index] of coordinators.entries()) {
      if (before.committed[tx] || !after.committed[tx]) continue;
      const wrong = commit(world, { before, was, expected, tx, index });
      if (wrong) return wrong;
    }
    const differs = is.findIndex((content, item) => content !== expected[item]);
    if (differs >= 0) return `${by}: item ${differs} became ${is[differs]}, expected ${expected[differs]}`;
    const wrong = wrongWith(world, is) ?? toldWrong(coordinators, after) ?? world.never?.(after);
    return wrong ?? unrecoverable(recoverable, after, is, rules);
  };
}

interface Commit {
  readonly before: State;
  readonly was: readonly (Content | null)[];
  /** What is to be seen from now on: made here. */
  readonly expected: (Content | null)[];
  readonly tx: number;
  readonly index: number;
}

/** A decision makes all writes at once, each over what it was made for, while all that it asserts is true. */
function commit(world: World, { before, was, expected, tx, index }: Commit): string | undefined {
  const def = world.procs[index]!;
  const local = before.procs[index]!;
  if (def.kind !== "journaled") return undefined;
  const { locks, checks } = planOf(world, def, local);
  for (const [place, { item, guard, next }] of locks.entries()) {
    const isGone = next === null || isExpired(next);
    const isDropped = local.locks?.[place] === "d" || (isGone && isExpired(guard.type === "is" ? guard.content : null));
    if (before.items[item]?.tx !== tx && !isDropped) return `T${tx} is committed without its lock on item ${item}`;
    if (before.items[item]?.tx !== tx) continue;
    const isLost = guard.type === "is" ? was[item] !== guard.content : guard.type === "absent" && was[item] !== null;
    if (isLost) return `T${tx} is committed over ${was[item]} at item ${item}: a lost update`;
    expected[item] = next;
  }
  const broken = world.native ? checks.find(({ item, guard }) => !asserts(guard, was[item] ?? null)) : undefined;
  return broken && `T${tx} is committed while item ${broken.item} is ${was[broken.item]}`;
}

function asserts(guard: Parameters<typeof holds>[0], content: Content | null): boolean {
  return holds(guard, content === null ? null : { is: content });
}

/** Told committed is committed, told failed never is. */
function toldWrong(coordinators: readonly number[], { procs, committed }: State): string | undefined {
  for (const [tx, index] of coordinators.entries()) {
    const { told } = procs[index]!;
    if (told === "committed" && !committed[tx]) return `T${tx} was told as committed`;
    if (told === "failed" && committed[tx]) return `T${tx} was told as failed, and is committed`;
  }
  return undefined;
}

/** From every state, a sweep and settling alone lead to one without locks in which all is seen as before. */
function unrecoverable(known: Set<string>, state: State, is: readonly (Content | null)[], rules: Rules) {
  const text = JSON.stringify([state.tx, state.items]);
  if (known.has(text)) return undefined;
  known.add(text);
  const after = recovered(state, rules);
  if (after.items.some(isHeld) || after.tx.some((now) => now === "P" || now === "C"))
    return "recovery leaves something";
  const seen = logical(after);
  return seen.some((content, item) => content !== is[item]) ? "recovery changes what is seen" : undefined;
}
