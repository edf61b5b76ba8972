import type { Rules } from "./rules.ts";

/**
 * What an item holds. A home holds a record, as `value/version/born`; an entry the home that it leads to, the write
 * that made it and its record's birth, as `home/write/born`, and behind a `|` the record where it carries that.
 */
export type Content = string;

/** An item as it is stored. `tx`: the transaction that holds it; `next`: what becomes of it then, null for nothing. */
export interface Item {
  /** Null where a held item was not there before. */
  readonly is: Content | null;
  readonly tx?: number;
  readonly next?: Content | null;
}

/** As in `transaction-item.ts`, and absent. */
export type TxState = "-" | "P" | "C" | "A" | "D";

/** The guards of `item-write.ts`, as far as they matter here. `is`: the record as it was read. */
export type Guard =
  | { readonly type: "absent" }
  | { readonly type: "is"; readonly content: Content }
  | { readonly type: "seen"; readonly born: string; readonly write: string }
  | { readonly type: "owned"; readonly born: string }
  | { readonly type: "ownedOrAbsent"; readonly born: string }
  | { readonly type: "none" };

/** One conditional write, or check. */
export type Op =
  /** The transaction item: put, changed or deleted. Without `from`: whatever it is. */
  | { readonly op: "step"; readonly tx: number; readonly from?: TxState; readonly to: TxState }
  | {
      readonly op: "lock";
      readonly item: number;
      readonly tx: number;
      readonly form: "new" | "over";
      readonly guard: Guard;
      readonly next: Content | null;
    }
  | { readonly op: "release"; readonly item: number; readonly tx: number; readonly committed: boolean }
  | { readonly op: "write"; readonly item: number; readonly guard: Guard; readonly content: Content | null }
  | { readonly op: "check"; readonly item: number; readonly guard: Guard }
  | { readonly op: "inPlace"; readonly item: number };

/** What all processes see. */
export interface Stored {
  readonly tx: readonly TxState[];
  /** Whether a transaction has ever been committed: what was, and not what is stored. */
  readonly committed: readonly boolean[];
  readonly items: readonly (Item | null)[];
}

export function bornOf(content: Content): string {
  return content.split("|")[0]!.split("/")[2]!;
}

export function writeOf(entry: Content): string {
  return entry.split("/")[1]!;
}

export function homeOf(entry: Content): number {
  return Number(entry.split("/")[0]);
}

export function copyOf(entry: Content): Content | undefined {
  return entry.split("|")[1];
}

export function valueOf(record: Content | null): string | undefined {
  return record?.split("/")[0];
}

/** A record after a change in place. */
export function changed(record: Content): Content {
  const [value, version, born] = record.split("/");
  return `${value}/${Number(version) + 1}/${born}`;
}

export function isHeld(item: Item | null): item is Item & { readonly tx: number } {
  return item?.tx !== undefined;
}

/** What stands in an item: of one that was not there before, its new form. */
function standing({ is, next }: Item): Content {
  return is ?? next ?? "//";
}

function isFree(item: Item, ignoresLocks: boolean | undefined): boolean {
  return !isHeld(item) || ignoresLocks === true;
}

/** `guardExpression`: where a guard needs an item, that must not be held. `none` and `absent` ask nothing more. */
export function holds(guard: Guard, item: Item | null, ignoresLocks?: boolean): boolean {
  if (guard.type === "none") return true;
  if (guard.type === "absent") return item === null;
  if (item === null) return guard.type === "ownedOrAbsent";
  if (!isFree(item, ignoresLocks)) return false;
  const content = standing(item);
  switch (guard.type) {
    case "is":
      return content === guard.content;
    case "owned":
    case "ownedOrAbsent":
      return bornOf(content) === guard.born;
    case "seen":
      return bornOf(content) === guard.born && writeOf(content) === guard.write;
  }
}

function allowed(stored: Stored, op: Op, rules: Rules): boolean {
  if (op.op === "step") return op.from === undefined || stored.tx[op.tx] === op.from;
  const item = stored.items[op.item] ?? null;
  switch (op.op) {
    case "lock":
      if (op.form === "new") return item === null;
      if (rules.takeOverByBorn && op.guard.type === "seen") return holds({ type: "owned", born: op.guard.born }, item);
      if (rules.locksWhatIsHeld && op.guard.type === "none") return item !== null;
      return item !== null && !isHeld(item) && holds(op.guard, item);
    case "release":
      return item?.tx === op.tx;
    case "write":
    case "check":
      return holds(op.guard, item, rules.nativeIgnoresLocks);
    case "inPlace":
      return item !== null && isFree(item, rules.inPlaceIgnoresLocks);
  }
}

function made(item: Item | null, op: Exclude<Op, { op: "step" }>): Item | null {
  switch (op.op) {
    case "lock":
      return { is: op.form === "new" ? null : item!.is, tx: op.tx, next: op.next };
    case "release":
      return asItem(op.committed ? (item!.next ?? null) : item!.is);
    case "write":
      return asItem(op.content);
    case "check":
      return item;
    case "inPlace":
      if (item!.is === null) return { ...item!, next: changed(standing(item!)) };
      return { ...item!, is: changed(item!.is) };
  }
}

function asItem(content: Content | null): Item | null {
  return content === null ? null : { is: content };
}

function replaced<T>(list: readonly T[], index: number, value: T): T[] {
  const copy = list.slice();
  copy[index] = value;
  return copy;
}

/** Makes writes, all or none. `refused`: for each of them whether its condition did not hold. */
export function send<State extends Stored>(
  state: State,
  ops: readonly Op[],
  rules: Rules,
): { state: State; refused: readonly boolean[] | undefined } {
  const refused = ops.map((op) => !allowed(state, op, rules));
  if (refused.includes(true)) return { state, refused };
  let { tx, committed, items } = state;
  for (const op of ops) {
    if (op.op === "step") {
      tx = replaced(tx, op.tx, op.to);
      if (op.to === "C") committed = replaced(committed, op.tx, true);
    } else items = replaced(items, op.item, made(items[op.item] ?? null, op));
  }
  return { state: { ...state, tx, committed, items }, refused: undefined };
}

/** `release`: what is refused, somebody else has ended; the others go on. */
export function sendEach<State extends Stored>(state: State, ops: readonly Op[], rules: Rules): State {
  return ops.reduce((now, op) => send(now, [op], rules).state, state);
}

/** What a correct reader is to see of an item. Of one that is held by what is done, or not known any more, the old. */
export function logicalOf({ tx, items }: Stored, index: number): Content | null {
  const item = items[index] ?? null;
  if (!isHeld(item)) return item && item.is;
  return tx[item.tx] === "C" ? (item.next ?? null) : item.is;
}

export function logical(stored: Stored): (Content | null)[] {
  return stored.items.map((_, index) => logicalOf(stored, index));
}

/** What a sweep and settling do where nobody else runs. */
export function recovered(stored: Stored, rules: Rules): Stored {
  let now = stored;
  const go = (op: Op) => (now = sendEach(now, [op], rules));
  stored.tx.forEach((_, tx) => go({ op: "step", tx, from: "P", to: "A" }));
  stored.items.forEach((item, index) => {
    if (isHeld(item)) go({ op: "release", item: index, tx: item.tx, committed: now.tx[item.tx] === "C" });
  });
  stored.tx.forEach((_, tx) => go({ op: "step", tx, from: "C", to: "D" }));
  return now;
}
