import { examine } from "./coordinator.ts";
import { takingOver } from "./plan.ts";
import { changed, isHeld, logicalOf, send, sendEach, type Op, type TxState } from "./storage.ts";
import { next, type Local, type Move, type ProcessOf, type State, type Turn } from "./world.ts";

/** A move that only the process itself knows of. */
function known(turn: Turn, change: Partial<Local>, state: State = turn.state): Move[] {
  return [{ state: next(turn, state, change) }];
}

/** `settle` of one item that was met held: what is told of it may be old by now. */
function settle(turn: Turn): Move[] {
  const { state, local } = turn;
  const { tx = 0, item = 0, back = "end" } = local;
  switch (local.pc) {
    case "settle":
      return known(turn, decided(state.tx[tx]!));
    case "lapse": {
      // At any time: a lease that has ended, or a clock that lies.
      const { state: after } = send(state, [{ op: "step", tx, from: "P", to: "A" }], turn.rules);
      return known(turn, decided(after.tx[tx]!), after);
    }
    case "stillHeld": {
      if (state.items[item]?.tx !== tx) return known(turn, { pc: back });
      return known(turn, { pc: turn.rules.voidIsCommitted ? "settleForward" : "settleBack" });
    }
    default: {
      const release: Op = { op: "release", item, tx, committed: local.pc === "settleForward" };
      return known(turn, { pc: back }, sendEach(state, [release], turn.rules));
    }
  }
}

function decided(state: TxState): Partial<Local> {
  if (state === "P") return { pc: "lapse" };
  if (state === "C") return { pc: "settleForward" };
  // What is held by a transaction that is done, or not known any more, came late: it never counted.
  return { pc: state === "A" ? "settleBack" : "stillHeld" };
}

const SETTLING = new Set(["settle", "lapse", "stillHeld", "settleForward", "settleBack"]);

/** Settles what a write was refused for, and tries again: `settleFor` in `Sender.#exchange`. Else it has ended. */
function refusedBy(turn: Turn, refused: readonly number[], otherwise: Partial<Local>): Move[] {
  const { state, local } = turn;
  const tries = local.tries ?? 0;
  const held = refused.filter((item) => isHeld(state.items[item] ?? null));
  const [item] = held;
  if (item === undefined) return known(turn, otherwise);
  if (tries === 0) return known(turn, { pc: "end" });
  const tx = state.items[item]!.tx!;
  return known(turn, { pc: "settle", item, tx, back: local.pc, tries: tries - 1 });
}

/** `updateInPlace`. */
export function inPlace(turn: Turn, { item }: ProcessOf<"inPlace">): Move[] {
  if (SETTLING.has(turn.local.pc)) return settle(turn);
  const { state, refused } = send(turn.state, [{ op: "inPlace", item }], turn.rules);
  if (refused) return refusedBy(turn, [item], { pc: "end" });
  return [{ state: next(turn, state, { pc: "end" }), effect: [[item, changed(logicalOf(turn.state, item) ?? "//")]] }];
}

/** `consumeRecord`: the home, then its entries, each while it is that record's. */
export function deleter(turn: Turn, { item, born, entries }: ProcessOf<"deleter">): Move[] {
  const { local } = turn;
  if (SETTLING.has(local.pc)) return settle(turn);
  const all = [item, ...entries];
  const place = local.pc === "go" ? 0 : Number(local.pc);
  const guard = { type: "owned" as const, born };
  const op: Op = { op: "write", item: all[place]!, guard, content: null };
  const { state, refused } = send(turn.state, [op], turn.rules);
  const on = place + 1 < all.length ? { pc: String(place + 1) } : { pc: "end" };
  if (refused) return refusedBy(turn, [all[place]!], place === 0 ? { pc: "end" } : on);
  return [{ state: next(turn, state, on), effect: [[all[place]!, null]] }];
}

/** `NativeDoor.#transact`, with the take-over of a dangling entry. */
export function native(turn: Turn, def: ProcessOf<"native">): Move[] {
  const { local, rules } = turn;
  if (SETTLING.has(local.pc)) return settle(turn);
  if (local.pc.startsWith("examine")) return examine(turn, def.takesOver!, "go");
  const { writes, checks } = takingOver(def, local);
  const puts = writes.map((write): Op => ({ op: "write", item: write.item, guard: write.guard, content: write.next }));
  const { state, refused } = send(
    turn.state,
    [...puts, ...checks.map((check): Op => ({ op: "check", ...check }))],
    rules,
  );
  if (!refused) {
    const effect = writes.map((write) => [write.item, write.next] as const);
    return [{ state: next(turn, state, { pc: "end" }), effect }];
  }
  const items = [...writes, ...checks].map(({ item }) => item).filter((_, i) => refused[i]);
  const looksAgain =
    def.takesOver !== undefined && items.some((item) => item === def.takesOver) && (local.tries ?? 0) > 0;
  const otherwise = looksAgain ? { pc: "examine", tries: (local.tries ?? 0) - 1 } : { pc: "end" };
  return refusedBy(turn, items, otherwise);
}

/** Whoever meets a held item, any one, at any time. */
export function helper(turn: Turn): Move[] {
  const { state, local } = turn;
  if (local.pc !== "go") return settle(turn);
  const tries = local.tries ?? 0;
  if (tries === 0) return [];
  return state.items.flatMap((held, item) => {
    if (!isHeld(held)) return [];
    return known(turn, { pc: "settle", item, tx: held.tx, back: "go", tries: tries - 1 });
  });
}

/** `sweepTable`, of one transaction. */
export function sweeper(turn: Turn, { tx }: ProcessOf<"sweeper">): Move[] {
  const { rules, state, local } = turn;
  const now = state.tx[tx]!;
  switch (local.pc) {
    case "go":
      return known(turn, { pc: now === "P" ? "lapse" : now === "C" || now === "A" ? `read${now}` : "end" });
    case "lapse": {
      const after = send(state, [{ op: "step", tx, from: "P", to: "A" }], rules).state;
      const then = after.tx[tx]!;
      return known(turn, { pc: then === "C" || then === "A" ? `read${then}` : "end" }, after);
    }
    case "readC":
    case "readA": {
      const held = state.items.flatMap((item, index) => (item?.tx === tx ? [index] : []));
      return known(turn, { pc: `release${local.pc.slice(-1)}`, held });
    }
    case "releaseC":
    case "releaseA": {
      const [first, ...others] = turn.world.native ? [local.held!] : local.held!.map((item) => [item]);
      const committed = local.pc === "releaseC";
      const ops = (first ?? []).map((item): Op => ({ op: "release", item, tx, committed }));
      const held = others.flat();
      const then = held.length > 0 ? { held } : { pc: committed ? "close" : "end", held: undefined };
      return known(turn, then, sendEach(state, ops, rules));
    }
    default: {
      // `closeTransaction`: of one that was aborted nothing changes.
      return known(turn, { pc: "end" }, sendEach(state, [{ op: "step", tx, from: "C", to: "D" }], rules));
    }
  }
}
