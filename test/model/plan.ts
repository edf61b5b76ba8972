import { bornOf, homeOf, isHeld, writeOf, type Guard, type Op } from "./storage.ts";
import type { Check, Local, PlannedWrite, ProcessOf, Turn, World } from "./world.ts";

export type Journaled = ProcessOf<"journaled">;

/** What a transaction holds, in the order of `plan-locks.ts`, and what it asserts. */
export interface Plan {
  readonly locks: readonly PlannedWrite[];
  /** Chunks of places in that list: what goes in one request. */
  readonly homes: readonly (readonly number[])[];
  readonly entries: readonly (readonly number[])[];
  readonly checks: readonly Check[];
}

/** `planLocks`: homes before entries; records that must be there are held where no assertion goes with the decision. */
export function planOf(world: World, def: Journaled, local: Local): Plan {
  const { writes, checks } = takingOver(def, local);
  const isApart = !world.native;
  const held = isApart ? checks.filter(({ guard }) => guard.type === "is") : [];
  const asserted = held.map(({ item, guard }): PlannedWrite => {
    return { item, guard, next: guard.type === "is" ? guard.content : null, was: true };
  });
  const locks = [...writes, ...asserted].sort((one, other) => one.item - other.item);
  const isHome = (place: number) => locks[place]!.item < world.homes;
  const all = locks.map((_, place) => place);
  const homes = chunksOf(world, all.filter(isHome));
  const entries = chunksOf(
    world,
    all.filter((place) => !isHome(place)),
  );
  return { locks, homes, entries, checks: checks.filter((check) => !held.includes(check)) };
}

/** `Takeovers.applyTo`: the entry as it was seen, and what its home was, asserted where it is not written. */
export function takingOver(
  { writes, checks = [], takesOver }: Pick<Journaled, "writes" | "checks" | "takesOver">,
  { entry, home = null }: Local,
): { writes: readonly PlannedWrite[]; checks: readonly Check[] } {
  if (entry === undefined) return { writes, checks };
  const seen: Guard = { type: "seen", born: bornOf(entry), write: writeOf(entry) };
  const guard: Guard = home === null ? { type: "absent" } : { type: "is", content: home };
  const isWritten = writes.some(({ item }) => item === homeOf(entry));
  return {
    writes: writes.map((write) => (write.item === takesOver ? { ...write, guard: seen, was: true } : write)),
    checks: isWritten ? checks : [...checks, { item: homeOf(entry), guard }],
  };
}

function chunksOf({ native }: World, places: readonly number[]): number[][] {
  const together = native ? 2 : 1;
  const chunks = Array.from({ length: Math.ceil(places.length / together) });
  return chunks.map((_, chunk) => places.slice(chunk * together, (chunk + 1) * together));
}

/** The form in which an item is locked first: n, as one that is not there, or o, over what is there. */
export function firstForm({ next: content, guard, was }: PlannedWrite): "n" | "o" {
  const mustBeThere = guard.type === "is" || guard.type === "owned" || guard.type === "seen";
  return content !== null && !was && !mustBeThere ? "n" : "o";
}

/** `lockItem`. */
export function lockOf({ item, guard, next: content }: PlannedWrite, form: string, tx: number): Op {
  const isThere: Guard = guard.type === "ownedOrAbsent" ? { type: "owned", born: guard.born } : guard;
  return { op: "lock", item, tx, form: form === "n" ? "new" : "over", guard: isThere, next: content };
}

/** The forms of locks with another one at a place. */
export function marked(locks: string, place: number, mark: string): string {
  return locks.slice(0, place) + mark + locks.slice(place + 1);
}

/** `#sortOut`, `otherForm`: the locks with what is to be tried otherwise; undefined where it ends here. */
export function sortOut(
  turn: Turn,
  plan: Plan,
  open: readonly number[],
  refused: readonly boolean[],
): string | undefined {
  const { state, local } = turn;
  let locks: string = local.locks!;
  for (const [i, place] of open.entries()) {
    if (!refused[i]) continue;
    const { item, guard, next: content } = plan.locks[place]!;
    const existing = state.items[item] ?? null;
    if (isHeld(existing) || (guard.type !== "none" && guard.type !== "ownedOrAbsent")) return undefined;
    const isOwn = guard.type === "none" || bornOf(existing?.is ?? "//") === guard.born;
    if (existing ? !isOwn : content !== null && locks[place] === "n") return undefined;
    locks = marked(locks, place, existing ? "o" : content === null ? "d" : "n");
  }
  return locks;
}
