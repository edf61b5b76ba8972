import { sameAttribute, type Item } from "../../layout/attribute-value.ts";
import { writeText, type Guard, type ItemWrite } from "../../layout/item-write.ts";
import { fieldOf } from "../../layout/model-layout.ts";
import { LOCK, lockAttributes } from "./record-lock.ts";
import { textOf } from "../../layout/stored-record.ts";

/** The order of the writes. */
const STAGES = {
  /** Unique values that a record gets, or that pass from one to another. */
  claim: 0,
  /** That a record whose value is taken over is not there: looked at when nobody else can claim it any more. */
  check: 1,
  /** Further entries. */
  entry: 2,
  /** Records that are deleted: a token that is consumed decides about what comes after. */
  deletion: 3,
  record: 4,
  /** Entries that lead elsewhere from now on: after there is something, before the old is gone. */
  redirect: 5,
  /** What a record that has moved leaves behind. */
  oldHome: 6,
  /** Records that others refer to, looked at when the referring ones can be found: whoever deletes them looks, too. */
  reference: 7,
} as const;

/** What is sent one by one in place of a transaction. */
export interface OrderedPlan {
  /** Records that change or move: from the first to the last write nobody else may change them. */
  readonly locks: readonly ItemWrite[];
  readonly steps: readonly ItemWrite[];
  /** Unique values that a record gets. */
  readonly claims: readonly ItemWrite[];
  /** Entries that lead nowhere in the end. Everything that counts has happened by then. */
  readonly leftovers: readonly ItemWrite[];
  /** Records that carry the lock in the end. */
  readonly locked: readonly ItemWrite[];
}

/**
 * Orders writes so that a crash leaves entries that lead nowhere, and no record without its
 * entries. Only what takes several records, or a record's new home, can be cut in two.
 */
export function orderWrites(writes: readonly ItemWrite[], writeId: string, now: number): OrderedPlan {
  const records = writes.filter(({ kind, action }) => kind === "record" && action !== "check" && action !== "touch");
  const places = new Set(
    records.filter(({ action }) => action === "put").map((write) => recordText(write, (write as { item: Item }).item)),
  );
  const moved = new Set(records.map((write) => recordText(write, write.was)));
  const locks = records
    .filter(
      (write) =>
        write.guard.type === "record" && (write.action !== "delete" || places.has(recordText(write, write.was))),
    )
    .sort((one, other) => (writeText(one) < writeText(other) ? -1 : 1));
  const lock = lockAttributes(writeId, now);

  const steps: { write: ItemWrite; stage: number }[] = [];
  const claims: ItemWrite[] = [];
  const leftovers: ItemWrite[] = [];
  const locked: ItemWrite[] = [];
  for (const write of writes) {
    const { kind, action, guard, was } = write;
    const add = (stage: keyof typeof STAGES, step: ItemWrite = write) =>
      steps.push({ write: step, stage: STAGES[stage] });
    if (guard.type === "present") add("reference");
    else if (action === "check" || action === "touch") add("check");
    else if (kind === "record") {
      const isLocked = locks.includes(write);
      const held: ItemWrite = isLocked ? { ...write, guard: heldGuard(write, writeId) } : write;
      if (held.action === "delete") add(isLocked ? "oldHome" : "deletion", held);
      else if (!isLocked && !(held.action === "put" && moved.has(recordText(held, held.item)))) add("record");
      else {
        const last: ItemWrite =
          held.action === "update" ? held : { ...held, item: { ...afterLock(held.item), ...lock } };
        add("record", last);
        locked.push(last);
      }
    } else if (action === "delete") {
      leftovers.push(was ? { ...write, guard: { type: "owned", born: textOf(was, "_born")! } } : write);
    } else if (kind === "unique" && (!was || guard.type === "seen")) {
      claims.push(write);
      add("claim");
    } else if (!was || leadsOn(was, write)) add("entry");
    else if (kind === "index") add("redirect");
    else {
      // Written again as it was, it is young: nobody takes it over while its record already has another value.
      const held: Item = { ...was, _w: { S: writeId }, _at: { N: String(now) } };
      add("claim", { ...write, action: "put", item: held });
      add("redirect", { ...write, was: held, guard: { type: "seen", born: textOf(held, "_born")!, write: writeId } });
    }
  }
  const inOrder = [...steps].sort((one, other) => one.stage - other.stage).map(({ write }) => write);
  return { locks, steps: inOrder, claims, leftovers, locked };
}

/** What a record is while this write has locked it: nobody else changes it meanwhile. */
function heldGuard({ guard }: ItemWrite, writeId: string): Guard {
  return { type: "record", born: guard.type === "record" ? guard.born : "", same: { [LOCK.by]: { S: writeId } } };
}

/** Whether an entry leads to the same record as before. */
function leadsOn(was: Item, write: ItemWrite): boolean {
  const { item } = write as { item: Item };
  return ["_born", "_ref"].every((attribute) => sameAttribute(was[attribute], item[attribute]));
}

/** A record's item with the version that comes after that of its lock. */
function afterLock(item: Item): Item {
  const version = item["_v"];
  return version && "N" in version ? { ...item, _v: { N: String(Number(version.N) + 1) } } : item;
}

function recordText({ layout }: ItemWrite, item: Item | undefined): string | undefined {
  return item && `${layout.model.name} ${JSON.stringify(item[fieldOf(layout, "id").column])}`;
}
