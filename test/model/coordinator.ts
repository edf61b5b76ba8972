import { firstForm, lockOf, marked, planOf, sortOut, type Journaled, type Plan } from "./plan.ts";
import { holds, homeOf, isHeld, logicalOf, send, sendEach, valueOf, type Op } from "./storage.ts";
import { mayBeLost, next, request, type Local, type Move, type State, type Turn } from "./world.ts";

/** `examineTaken`: whether the record that an entry leads to owns it. One that does not leaves it to others. */
export function examine(turn: Turn, entry: number, on: string): Move[] {
  const { world, state, local } = turn;
  if (local.pc === "examine") {
    const item = state.items[entry] ?? null;
    if (isHeld(item)) return [{ state: next(turn, state, { pc: "end", told: "failed" }) }];
    const seen = item?.is ?? undefined;
    const pc = seen === undefined ? on : "examineHome";
    return [{ state: next(turn, state, { pc, entry: seen, home: undefined }) }];
  }
  const home = logicalOf(state, homeOf(local.entry!));
  const value = Object.entries(world.uniques ?? {}).find(([, item]) => item === entry)?.[0];
  if (home !== null && valueOf(home) === value) return [{ state: next(turn, state, { pc: "end", told: "failed" }) }];
  return [{ state: next(turn, state, { pc: on, home }) }];
}

/** `JournaledWrite`: one try at a transaction. Its next try is another process, under a name of its own. */
export function journaled(turn: Turn, def: Journaled): Move[] {
  const { world, local } = turn;
  const plan = planOf(world, def, local);
  switch (local.pc) {
    case "examine":
    case "examineHome":
      return examine(turn, def.takesOver!, "begin");
    case "begin":
      return begin(turn, plan);
    case "lockHomes":
    case "lockEntries":
      return lock(turn, plan);
    case "look":
      return look(turn, plan);
    case "decide":
      return decide(turn, plan);
    case "undecided":
      return undecided(turn, plan);
    case "abort":
      return abort(turn, plan);
    case "releaseBack":
    case "releaseEntries":
    case "releaseHomes":
      return release(turn, plan);
    case "removeTransaction":
      return removeTransaction(turn, def);
    default:
      return leftovers(turn, def);
  }
}

/** `#begin`. One that was sent twice is burnt: a late copy would make it pending once more. */
function begin(turn: Turn, plan: Plan): Move[] {
  const { rules, local, tx } = turn;
  return request(turn, [{ op: "step", tx, from: "-", to: "P" }], (state, refused) => {
    const locks = plan.locks.map((write) => firstForm(write)).join("");
    const isUnsure = local.again !== undefined && !turn.world.native;
    const burnt = rules.keepsUnsureBegin ? refused && state.tx[tx] !== "P" : isUnsure;
    if (burnt) return { state: next(turn, state, { pc: "abort", locks }) };
    const first = rules.looksBeforeLocks ? { pc: "look", todo: plan.checks.map((_, i) => i) } : toLocks(turn, plan);
    return { state: next(turn, state, { locks, ...onward(turn, plan, first) }) };
  });
}

function toLocks({ rules }: Turn, plan: Plan): Partial<Local> {
  return rules.locksEntriesFirst ? phase("lockEntries", plan) : phase("lockHomes", plan);
}

function phase(pc: "lockHomes" | "lockEntries", { homes, entries }: Plan): Partial<Local> {
  return { pc, todo: (pc === "lockHomes" ? homes : entries).map((_, chunk) => chunk) };
}

/** Goes on from what has nothing left to do, without a request. */
function onward(turn: Turn, plan: Plan, local: Partial<Local>): Partial<Local> {
  const { world, rules } = turn;
  if ((local.todo ?? []).length > 0) return local;
  const [first, second] = rules.locksEntriesFirst ? ["lockEntries", "lockHomes"] : ["lockHomes", "lockEntries"];
  if (local.pc === first) return onward(turn, plan, phase(second as "lockHomes", plan));
  if (local.pc === "look" && rules.looksBeforeLocks) return onward(turn, plan, toLocks(turn, plan));
  const isApart = !world.native || rules.assertsApart;
  const looks = local.pc === second && isApart && plan.checks.length > 0 && !rules.looksBeforeLocks;
  return looks ? { pc: "look", todo: plan.checks.map((_, i) => i) } : { pc: "decide", todo: undefined };
}

/** `#lockAll`, `#lock`: the first chunk by itself, the others in any order. */
function lock(turn: Turn, plan: Plan): Move[] {
  const { local } = turn;
  const todo = local.todo!;
  const choice = local.again !== undefined ? [local.again - 1] : todo[0] === 0 ? [0] : todo;
  return choice.flatMap((chunk) => lockChunk(turn, plan, chunk));
}

function lockChunk(turn: Turn, plan: Plan, chunk: number): Move[] {
  const { world, rules, local, tx } = turn;
  const places = (local.pc === "lockHomes" ? plan.homes : plan.entries)[chunk]!;
  const open = places.filter((place) => "no".includes(local.locks![place]!));
  const ops = open.map((place) => lockOf(plan.locks[place]!, local.locks![place]!, tx));
  const on = (locks: string) => ({
    locks,
    ...onward(turn, plan, { pc: local.pc, todo: local.todo!.filter((other) => other !== chunk) }),
  });
  const answered = (state: State, refused: readonly boolean[] | undefined) => {
    const held = open.reduce((locks, place) => marked(locks, place, locks[place]!.toUpperCase()), local.locks!);
    const isUnsure = local.again !== undefined && !world.native;
    // A refused one may be held by the copy whose answer was lost.
    if (isUnsure && !rules.keepsUnsureLocks) return { state: next(turn, state, { pc: "abort", locks: held }) };
    const isOwn = isUnsure && open.every((place) => state.items[plan.locks[place]!.item]?.tx === tx);
    if (!refused || isOwn) return { state: next(turn, state, on(held)) };
    const sorted = sortOut(turn, plan, open, refused);
    if (sorted === undefined) return { state: next(turn, state, { pc: "abort" }) };
    const isDone = places.every((place) => !"no".includes(sorted[place]!));
    return { state: next(turn, state, isDone ? on(sorted) : { locks: sorted }) };
  };
  return request(turn, ops, answered, chunk);
}

/** `#look`: whether what must be absent still is, where the decision takes no assertions. */
function look(turn: Turn, plan: Plan): Move[] {
  const { state, local } = turn;
  const [place, ...others] = local.todo!;
  const { item, guard } = plan.checks[place!]!;
  if (!holds(guard, state.items[item] ?? null)) return [{ state: next(turn, state, { pc: "abort" }) }];
  return [{ state: next(turn, state, onward(turn, plan, { pc: "look", todo: others })) }];
}

/** `#decide`: the one request that decides, with the assertions where it takes them. */
function decide(turn: Turn, plan: Plan): Move[] {
  const { world, rules, state: before, local, tx } = turn;
  const flip: Op = { op: "step", tx, from: rules.decidesAnyway ? undefined : "P", to: "C" };
  const checks = world.native && !rules.assertsApart ? plan.checks.map((check): Op => ({ op: "check", ...check })) : [];
  const moves = request(turn, [flip, ...checks], (state, refused) => {
    if (!refused) return { state: next(turn, state, finish(plan, local.locks!)) };
    if (rules.believesRefusal) return { state: next(turn, state, { pc: "end", told: "failed" }) };
    return { state: next(turn, state, { pc: "abort", contradicted: refused[0] }) };
  });
  return local.again === undefined ? moves : [...moves, { state: next(turn, before, { pc: "undecided" }) }];
}

/** `#undecided`: no answer at all. It is made to have failed, or shows that it has not. */
function undecided(turn: Turn, plan: Plan): Move[] {
  const { state: after } = send(turn.state, [{ op: "step", tx: turn.tx, from: "P", to: "A" }], turn.rules);
  const now = after.tx[turn.tx];
  if (now === "C" || now === "D") return [{ state: next(turn, after, finish(plan, turn.local.locks!)) }];
  if (now === "A") return [{ state: next(turn, after, { pc: "abort" }) }];
  return [{ state: next(turn, after, { pc: "end", told: "unknown" }) }];
}

/** `#abort`, and what `run` makes of it: what is held goes back, unless it shows to be committed after all. */
function abort(turn: Turn, plan: Plan): Move[] {
  const { rules, state: before, local, tx } = turn;
  const step: Op = { op: "step", tx, from: rules.abortsAnyway ? undefined : "P", to: "A" };
  // Neither way can be told where the deciding request may have landed.
  const told = local.contradicted && !rules.takesSilenceForFailure ? "unknown" : "failed";
  const moves = request(turn, [step], (state) => {
    const now = state.tx[tx];
    if (now === "C" || now === "D") return { state: next(turn, state, finish(plan, local.locks!)) };
    if (now !== "A") return { state: next(turn, state, { pc: "end", told }) };
    const todo = heldChunks([...plan.homes, ...plan.entries], local.locks!);
    const pc = todo.length > 0 ? "releaseBack" : "removeTransaction";
    return { state: next(turn, state, { pc, todo, told: "failed" }) };
  });
  // No answer to this either: it ends as what made it abort.
  return local.again === undefined ? moves : [...moves, { state: next(turn, before, { pc: "end", told }) }];
}

function heldChunks(chunks: readonly (readonly number[])[], locks: string): number[] {
  const isHeldIn = (chunk: number) => chunks[chunk]!.some((place) => "NO".includes(locks[place]!));
  return chunks.map((_, chunk) => chunk).filter(isHeldIn);
}

/** `#finish`: entries before homes, and then the transaction item. */
function finish(plan: Plan, locks: string): Partial<Local> {
  return { told: "committed", ...finishing(plan, locks, ORDER) };
}

const ORDER: readonly string[] = ["releaseEntries", "releaseHomes"];

function finishing(plan: Plan, locks: string, order: readonly string[]): Partial<Local> {
  for (const pc of order) {
    const todo = heldChunks(pc === "releaseEntries" ? plan.entries : plan.homes, locks);
    if (todo.length > 0) return { pc, todo };
  }
  return { pc: "removeTransaction", todo: undefined };
}

/** `#releaseAll`. */
function release(turn: Turn, plan: Plan): Move[] {
  const { rules, state: before, local, tx } = turn;
  const committed = local.pc !== "releaseBack";
  const chunks = { releaseEntries: plan.entries, releaseHomes: plan.homes }[local.pc];
  const [chunk, ...todo] = local.todo!;
  const places = (chunks ?? [...plan.homes, ...plan.entries])[chunk!]!;
  const held = places.filter((place) => "NO".includes(local.locks![place]!));
  const ops = held.map((place): Op => ({ op: "release", item: plan.locks[place]!.item, tx, committed }));
  const rest = committed ? ORDER.slice(ORDER.indexOf(local.pc) + 1) : [];
  const then = todo.length > 0 ? { todo } : finishing(plan, local.locks!, rest);
  const removes = rules.removesTooEarly && committed && local.pc === ORDER[0] && todo.length === 0;
  const gone = (state: State) => (removes ? sendEach(state, [removal(turn, "C")], rules) : state);
  // What is refused, somebody else has ended.
  return mayBeLost(turn, ops, [{ state: next(turn, gone(sendEach(before, ops, rules)), then) }]);
}

function removal({ tx }: Turn, from: "C" | "A"): Op {
  return { op: "step", tx, from, to: "-" };
}

/** `removeTransaction`: who knows how it ended needs no tombstone. */
function removeTransaction(turn: Turn, { leftovers: left = [] }: Journaled): Move[] {
  const isCommitted = turn.local.told === "committed";
  return request(turn, [removal(turn, isCommitted ? "C" : "A")], (state) => {
    const todo = left.map((_, i) => i);
    const on = isCommitted && todo.length > 0 ? { pc: "leftovers", todo } : { pc: "end" };
    return { state: next(turn, state, on) };
  });
}

/** `writeWhatHolds` of the leftovers: what is refused is left. */
function leftovers(turn: Turn, { leftovers: left = [] }: Journaled): Move[] {
  const [one, ...todo] = turn.local.todo!;
  const { item, guard } = left[one!]!;
  const { state, refused } = send(turn.state, [{ op: "write", item, guard, content: null }], turn.rules);
  const then = next(turn, state, todo.length > 0 ? { todo } : { pc: "end" });
  return [refused ? { state: then } : { state: then, effect: [[item, null]] }];
}
