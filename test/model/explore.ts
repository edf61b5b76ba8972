import { journaled } from "./coordinator.ts";
import { judge } from "./judge.ts";
import { deleter, helper, inPlace, native, sweeper } from "./others.ts";
import { follower, reader } from "./readers.ts";
import type { Rules } from "./rules.ts";
import { isHeld, send, type Content, type Item } from "./storage.ts";
import { isExpired, truthFor } from "./truths.ts";
import type { Local, Made, Move, Process, State, Turn, World } from "./world.ts";

/** What came of exploring a world. */
export interface Explored {
  readonly states: number;
  readonly transitions: number;
  /** How transactions ended, as their callers were told, over all ends of the world. */
  readonly told: Readonly<Record<string, number>>;
  readonly violation?: string;
  /** The shortest way to it. */
  readonly trace?: readonly string[];
}

/** Looks at every state that a world can come to, and at every step between two of them. */
export function explore(world: World, mutation: Rules = {}, limit = 3_000_000): Explored {
  const rules = { ...world.rules, ...mutation };
  const judged = judge(world, rules);
  const keyOf = keys();
  const start = startOf(world);
  const seen = new Map<string, Seen>([[keyOf(start), { state: start, from: undefined, by: "start" }]]);
  let transitions = 0;
  const told: Record<string, number> = {};
  const found = (violation: string, from: Seen, by: string, state: State): Explored => {
    return { states: seen.size, transitions, told, violation, trace: traceOf({ state, from, by }) };
  };
  // A map is gone through in the order in which it grows: the shortest ways first.
  for (const from of seen.values()) {
    const { state } = from;
    const moves = movesIn(world, rules, state);
    if (moves.length === 0) {
      const stuck = world.procs.findIndex(({ kind }, i) => kind !== "helper" && state.procs[i]!.pc !== "end");
      if (stuck >= 0) return found(`process ${stuck} is stuck`, from, "nothing", state);
      for (const local of state.procs) if (local.told) told[local.told] = (told[local.told] ?? 0) + 1;
    }
    for (const move of moves) {
      transitions += 1;
      const to = observed(world, state, move.state);
      const violation = judged(state, move) ?? (typeof to === "string" ? to : undefined);
      if (violation !== undefined || typeof to === "string") return found(violation ?? "", from, move.by, move.state);
      const key = keyOf(to);
      if (!seen.has(key)) seen.set(key, { state: to, from, by: move.by });
    }
    if (seen.size > limit) return { states: seen.size, transitions, told, violation: "too many states" };
  }
  return { states: seen.size, transitions, told };
}

interface Seen {
  readonly state: State;
  readonly from: Seen | undefined;
  readonly by: string;
}

/** Tells states apart by short texts: most of a state is the very objects that the one before is made of. */
function keys(): (state: State) => string {
  const numbers = new Map<string, number>();
  const known = new WeakMap<object, number>();
  const numberOf = (part: object): number => {
    const number = known.get(part);
    if (number !== undefined) return number;
    const text = JSON.stringify(part);
    const own = numbers.get(text) ?? numbers.size;
    numbers.set(text, own);
    known.set(part, own);
    return own;
  };
  return ({ tx, committed, items, procs, net, late }) => {
    const own = procs.map(numberOf).join();
    return `${own};${numberOf(items)};${numberOf(tx)};${numberOf(committed)};${numberOf(net)};${late}`;
  };
}

function startOf(world: World): State {
  const journals = world.procs.filter(({ kind }) => kind === "journaled");
  return {
    tx: journals.map(() => "-"),
    committed: journals.map(() => false),
    items: world.items.map((is): Item | null => (is === null ? null : { is })),
    procs: world.procs.map(firstLocal),
    net: [],
    late: world.late ?? 0,
  };
}

/** All names are given, so that equal states are written equally. */
function firstLocal(process: Process): Local {
  const begins = process.kind === "journaled" ? (process.takesOver === undefined ? "begin" : "examine") : "go";
  const none = { told: undefined, locks: undefined, todo: undefined, again: undefined, entry: undefined };
  const met = { home: undefined, item: undefined, tx: undefined, back: undefined };
  const tries =
    "tries" in process ? process.tries : process.kind === "native" || process.kind === "inPlace" ? 1 : undefined;
  return { pc: begins, ...none, ...met, tries, held: undefined, read: undefined, result: undefined, truths: undefined };
}

/** Every step that can come next: of a process, of the network, or of TTL. */
function movesIn(world: World, rules: Rules, state: State): Made[] {
  const own = world.procs.flatMap((process, index): Made[] => {
    const local = state.procs[index]!;
    if (local.pc === "end") return [];
    const tx = world.procs.slice(0, index).filter(({ kind }) => kind === "journaled").length;
    const by = `${process.kind} ${index}: ${local.pc}`;
    return step({ world, rules, state, index, local, tx }, process).map((move) => ({ ...move, by }));
  });
  const late = state.net.map((ops, i): Made => {
    const net = state.net.filter((_, other) => other !== i);
    return { state: { ...send(state, ops, rules).state, net }, by: `late: ${JSON.stringify(ops)}` };
  });
  return [...own, ...late, ...deaths(world, state), ...expiries(world, rules, state)];
}

function step(turn: Turn, process: Process): Move[] {
  switch (process.kind) {
    case "journaled":
      return journaled(turn, process);
    case "native":
      return native(turn, process);
    case "inPlace":
      return inPlace(turn, process);
    case "deleter":
      return deleter(turn, process);
    case "helper":
      return helper(turn);
    case "sweeper":
      return sweeper(turn, process);
    case "reader":
      return reader(turn, process);
    case "follower":
      return follower(turn, process);
  }
}

/** A coordinator that dies between two copies of a request. Elsewhere a crash is a process that makes no more steps. */
function deaths(world: World, state: State): Made[] {
  if (world.keepsTombstones || world.sleeps) return [];
  return state.procs.flatMap((local, index): Made[] => {
    if (local.pc === "end" || local.again === undefined) return [];
    // What it was about to commit is looked at still: a late copy may decide.
    const { locks, entry, home } = local;
    const procs = state.procs.map((other, i) => (i === index ? { pc: "end", locks, entry, home } : other));
    return [{ state: { ...state, procs }, by: `death ${index}` }];
  });
}

/** What TTL takes: tombstones, and records that have expired. */
function expiries(world: World, rules: Rules, state: State): Made[] {
  const coordinators = world.procs.flatMap(({ kind }, index) => (kind === "journaled" ? [index] : []));
  const tombstones = state.tx.flatMap((now, tx): Made[] => {
    // That of a committed one outlives its coordinator: it is kept for longer than a process sleeps.
    const isOver = now === "A" || world.sleeps || state.procs[coordinators[tx]!]!.pc === "end";
    if (world.keepsTombstones || !isOver || (now !== "A" && now !== "D")) return [];
    return [
      { state: { ...state, tx: state.tx.map((other, i) => (i === tx ? "-" : other)) }, by: `TTL of ${now}${tx}` },
    ];
  });
  const records = state.items.flatMap((item, index): Made[] => {
    if (index >= world.homes || item === null || !isTakenByTtl(item, rules)) return [];
    const items = state.items.map((other, i) => (i === index ? null : other));
    return [{ state: { ...state, items }, effect: [[index, null]], by: `TTL of item ${index}` }];
  });
  return [...tombstones, ...records];
}

/** A held item has the later `_ttl` of its two forms. */
function isTakenByTtl(item: Item, rules: Rules): boolean {
  const outlives = (content: Content | null | undefined) => content !== null && !isExpired(content);
  if (!isHeld(item) || rules.locksKeepExpiry) return isExpired(item.is ?? item.next);
  return isExpired(item.is ?? item.next) && !outlives(item.next);
}

/** What is true while readers read: what they get must have been, at one time. */
function observed(world: World, before: State, after: State): State | string {
  let procs = after.procs;
  for (const [index, local] of after.procs.entries()) {
    const process = world.procs[index]!;
    if (process.kind !== "reader" && process.kind !== "follower") continue;
    const begins = before.procs[index]!.pc === "go" && local !== before.procs[index];
    if (local.pc === "go" || (local.pc === "end" && local.truths === undefined && !begins)) continue;
    const truths = new Set([...(local.truths ?? [])]);
    if (begins) truths.add(truthFor(world, before, process));
    truths.add(truthFor(world, after, process));
    const isOver = local.pc === "end";
    if (isOver && !truths.has(local.result ?? null))
      return `reader ${index} got ${JSON.stringify(local.result ?? null)}, of ${JSON.stringify([...truths])}`;
    if (!isOver && truths.size === local.truths?.length) continue;
    procs = procs.slice();
    const sorted = [...truths].sort((one, other) => (String(one) < String(other) ? -1 : 1));
    (procs as Local[])[index] = isOver ? { pc: "end" } : { ...local, truths: sorted };
  }
  return procs === after.procs ? after : { ...after, procs };
}

function traceOf(last: Seen): string[] {
  const trace: string[] = [];
  for (let step: Seen | undefined = last; step; step = step.from)
    trace.push(`${step.by} -> ${step.state.tx.join("")} ${JSON.stringify(step.state.items)}`);
  return trace.reverse();
}
