import type { Rules } from "./rules.ts";
import { send, type Content, type Guard, type Item, type Op, type Stored } from "./storage.ts";

/** A write of a transaction. `next` is null for a delete. */
export interface PlannedWrite {
  readonly item: number;
  readonly guard: Guard;
  readonly next: Content | null;
  /** Whether the item was read before: then it is expected to be there. */
  readonly was?: boolean;
}

export interface Check {
  readonly item: number;
  readonly guard: Guard;
}

/** Who takes part in a world. Items are named by their places in it: homes first, then entries. */
export type Process =
  | {
      readonly kind: "journaled";
      readonly writes: readonly PlannedWrite[];
      readonly checks?: readonly Check[];
      /** A unique entry that is there already: it is looked at first, and taken over where it dangles. */
      readonly takesOver?: number;
      /** Entries of deleted records that are removed afterwards. */
      readonly leftovers?: readonly Check[];
    }
  | {
      readonly kind: "native";
      readonly writes: readonly PlannedWrite[];
      readonly checks?: readonly Check[];
      readonly takesOver?: number;
      readonly tries?: number;
    }
  | { readonly kind: "inPlace"; readonly item: number; readonly tries?: number }
  | {
      readonly kind: "deleter";
      readonly item: number;
      readonly born: string;
      readonly entries: readonly number[];
      readonly tries?: number;
    }
  | { readonly kind: "helper"; readonly tries: number }
  | { readonly kind: "sweeper"; readonly tx: number }
  /** Reads one item. */
  | { readonly kind: "reader"; readonly item: number }
  /** Reads a record by its unique value. */
  | { readonly kind: "follower"; readonly value: string };

export type ProcessOf<Kind extends Process["kind"]> = Extract<Process, { kind: Kind }>;

/** What a process knows. One that takes no more steps has crashed: every state is looked at. */
export interface Local {
  /** The step that comes next. */
  readonly pc: string;
  readonly told?: "committed" | "failed" | "unknown";
  /** Its deciding request was refused for its state: what has become of it that state tells, and nothing else. */
  readonly contradicted?: boolean;
  /** By planned lock: n new, o over, d dropped; capitals where it may be held in that form. */
  readonly locks?: string;
  /** Chunks that are left of what is under way. */
  readonly todo?: readonly number[];
  /** A request whose first copy was not answered: it is sent again. */
  readonly again?: number;
  /** A unique entry as it was looked at, and what its home held. */
  readonly entry?: Content;
  readonly home?: Content | null;
  /** The lock that is in the way, where to go on then, and how often yet. */
  readonly item?: number;
  readonly tx?: number;
  readonly back?: string;
  readonly tries?: number;
  readonly held?: readonly number[];
  /** What a reader has read, and what was true meanwhile. */
  readonly read?: Item | null;
  readonly result?: Content | number | null;
  readonly truths?: readonly (Content | number | null)[];
}

export interface State extends Stored {
  readonly procs: readonly Local[];
  /** Copies of requests that come late, or never. */
  readonly net: readonly (readonly Op[])[];
  /** How many requests may still be sent twice. */
  readonly late: number;
}

export interface World {
  /** Whether the engine takes several writes in one request. */
  readonly native: boolean;
  readonly homes: number;
  readonly items: readonly (Content | null)[];
  /** The unique entries, by value. */
  readonly uniques?: Readonly<Record<string, number>>;
  readonly indexes?: readonly {
    readonly item: number;
    readonly home: number;
    readonly value: string;
    readonly carries?: boolean;
  }[];
  readonly procs: readonly Process[];
  /** Who takes part as well where there is time. */
  readonly more?: readonly Process[];
  readonly late?: number;
  /** The steps that are sent twice: by default all on engines without transactions, the decision on others. */
  readonly lateAt?: readonly string[];
  /** Tombstones are never removed. */
  readonly keepsTombstones?: boolean;
  /** A coordinator may sleep until the tombstone of its own transaction is gone, between two copies of a request. */
  readonly sleeps?: boolean;
  /** What must not be, beside all that is looked at in every world. */
  readonly never?: (state: State) => string | undefined;
  readonly rules?: Rules;
}

/** One step of a process. `effect`: how the logical state changes by it, as far as no decision says so. */
export interface Move {
  readonly state: State;
  readonly effect?: readonly (readonly [item: number, content: Content | null])[];
}

/** A move and who made it. */
export interface Made extends Move {
  readonly by: string;
}

/** A process whose turn it is. */
export interface Turn {
  readonly world: World;
  readonly rules: Rules;
  readonly state: State;
  readonly index: number;
  readonly local: Local;
  /** The transaction of a coordinator. */
  readonly tx: number;
}

/** The state once a process has come to know something. */
export function next({ index, local }: Turn, state: State, change: Partial<Local>): State {
  const procs = state.procs.slice();
  // What one who has ended remembers tells no states apart.
  procs[index] = change.pc === "end" ? ended({ ...local, ...change }) : { ...local, again: undefined, ...change };
  return { ...state, procs };
}

function ended({ pc, told, result, truths }: Local): Local {
  return { pc, told, result, truths };
}

/** A request of a coordinator, and what it does with the answer. */
export function request(
  turn: Turn,
  ops: readonly Op[],
  answered: (state: State, refused: readonly boolean[] | undefined) => Move,
  name?: number,
): Move[] {
  const { state, refused } = send(turn.state, ops, turn.rules);
  return mayBeLost(turn, ops, [answered(state, refused)], name);
}

/** The answer to a request may be lost: then a copy of it stays under way, and it is sent again. */
export function mayBeLost(turn: Turn, ops: readonly Op[], answered: Move[], name = 0): Move[] {
  const { world, state, local } = turn;
  const lateAt = world.lateAt ?? (world.native ? ["decide"] : undefined);
  if (state.late === 0 || (lateAt && !lateAt.includes(local.pc))) return answered;
  const sent = { ...state, late: state.late - 1, net: [...state.net, ops] };
  return [...answered, { state: next(turn, sent, { again: name + 1 }) }];
}
