import { homeOf, isHeld, valueOf, writeOf, type Content, type Item } from "./storage.ts";
import { next, type Local, type Move, type ProcessOf, type Turn } from "./world.ts";

/** `asDecided` of one item, from the read on: the first step of `stage`, its second, its third. */
function asDecided(turn: Turn, stage: string, item: number, then: (content: Content | null) => Partial<Local>): Move[] {
  const { world, rules, state, local } = turn;
  const go = (change: Partial<Local>): Move[] => [{ state: next(turn, state, change) }];
  const is = (content: Content | null) => go({ read: undefined, ...then(content) });
  const now = state.items[item] ?? null;
  if (local.pc === stage || local.pc === `${stage} again`) {
    const again = local.pc === stage ? undefined : local.read;
    if (!isHeld(now)) return is(now && now.is);
    if (rules.believesEntries && item >= world.homes) return is(now.is ?? now.next ?? null);
    // A copy that came late: it never counted.
    if (again?.tx === now.tx) return is((rules.voidIsCommitted ? now.next : now.is) ?? null);
    return go({ pc: `${stage} state`, read: now });
  }
  const held = local.read as Item;
  const decision = state.tx[held.tx!]!;
  if (decision === "C") return is(held.next ?? null);
  if (decision === "P" || decision === "A" || rules.noSecondReading) return is(held.is);
  return go({ pc: `${stage} again` });
}

/** Reads one item. */
export function reader(turn: Turn, { item }: ProcessOf<"reader">): Move[] {
  return asDecided(turn, "go", item, (result) => ({ pc: "end", result }));
}

/** `followEntries`: the entry, the record at its home, and the entry again where that does not own it. */
export function follower(turn: Turn, { value }: ProcessOf<"follower">): Move[] {
  const { world, local } = turn;
  const entry = world.uniques![value]!;
  const [stage = ""] = local.pc.split(" ");
  if (stage === "home") {
    const home = homeOf(local.entry!);
    const then = (record: Content | null) =>
      valueOf(record) === value ? { pc: "end", result: home } : { pc: "reread" };
    return asDecided(turn, "home", home, then);
  }
  return asDecided(turn, stage, entry, (found) => {
    const isOld = stage === "reread" && found !== null && writeOf(found) === writeOf(local.entry!);
    return found === null || isOld ? { pc: "end", result: null } : { pc: "home", entry: found };
  });
}
