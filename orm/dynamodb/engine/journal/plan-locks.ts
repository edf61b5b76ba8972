import { sameAttribute, type AttributeValue, type Item } from "../../layout/attribute-value.ts";
import { itemSize } from "../../layout/item-size.ts";
import { guardHolds, writeText, type Guard, type ItemWrite } from "../../layout/item-write.ts";
import { NEW, NEXT, nextText, OLD_TTL, TX, type Lock, type Next } from "../../layout/lock.ts";
import { keyText } from "../../layout/keys.ts";
import { keyAttributes, referredKey } from "../../layout/places.ts";
import { holderText, type TransactionRef } from "../../layout/transaction-item.ts";
import { textOf } from "../../layout/stored-record.ts";
import { utf8Length } from "../../../util/bytes.ts";
import type { JournalItem } from "./journal-requests.ts";
import { andExpression, freeExpression, guardExpression, Placeholders, updateExpression } from "../expression.ts";

/** Whether an item is locked by being put, there being none, or as it stands. */
export type LockForm = "new" | "over";

/** A write and the form in which its item is locked. */
export interface PlannedLock {
  readonly write: ItemWrite;
  readonly form: LockForm;
  /** What becomes of the item, as it is stored beside it. Undefined where it stands in its new form already. */
  readonly next: string | undefined;
  /** Bytes that the item may have while it is held. */
  readonly size: number;
}

function planned(write: ItemWrite, form: LockForm): PlannedLock {
  const own = write.action === "put" ? itemSize(write.item) : 0;
  if (form === "new") return { write, form, next: undefined, size: own + MARK_BYTES };
  const next = nextText(nextOf(write));
  const stored = write.was ? itemSize(write.was) : own || UNSEEN_BYTES;
  return { write, form, next, size: stored + utf8Length(next) + MARK_BYTES };
}

/** The writes of one transaction, in the order in which its items are held. */
export interface LockPlan {
  /** Homes: while they are held nobody else writes their entries. */
  readonly homes: readonly PlannedLock[];
  readonly entries: readonly PlannedLock[];
  /** Asserted, or marked, in the very request that decides; looked at before it, where it takes no other items. */
  readonly checks: readonly ItemWrite[];
  /** Entries that lead nowhere in the end, and are not counted: they go afterwards, at half the price. */
  readonly leftovers: readonly ItemWrite[];
}

/** The model that errors name. */
export function modelOf({ homes, entries }: LockPlan): string {
  return (homes[0] ?? entries[0])?.write.layout.model.name ?? "";
}

/**
 * Plans what is held, and what is only asserted: records that must stay are held, too, where those are too many for the
 * one request that decides.
 */
export function planLocks(writes: readonly ItemWrite[], maxChecks: number): LockPlan {
  const asserted = writes.filter(isAssertion);
  const holds = asserted.length > maxChecks;
  const checks = asserted.filter((write) => !holds || !mustBeThere(write));
  const leftovers = leftoversOf(writes);
  const free = new Set([...checks, ...leftovers]);
  const locks = writes.filter((write) => !free.has(write)).map((write) => planned(write, firstForm(write)));
  const isHome = ({ write }: PlannedLock) => write.kind === "record";
  // In one order for all: transactions over the same items meet at the first of them.
  const homes = locks.filter(isHome).sort((one, other) => (writeText(one.write) < writeText(other.write) ? -1 : 1));
  return { homes, entries: locks.filter((lock) => !isHome(lock)), checks, leftovers };
}

/**
 * The removals of entries of deleted records, where entries may dangle: each while it is that record's. Not of one that
 * has moved: it may have the value again by then.
 */
function leftoversOf(writes: readonly ItemWrite[]): ItemWrite[] {
  const written = new Set(writes.flatMap((write) => (isPutRecord(write) ? (textOf(write.item, "_born") ?? []) : [])));
  const deleted = new Set(
    writes.filter(({ kind, action }) => kind === "record" && action === "delete").map((write) => writeText(write)),
  );
  return writes.flatMap((write) => {
    const { kind, action, layout, was } = write;
    if (kind === "record" || action !== "delete" || layout.trueEntries || !was) return [];
    if (written.has(textOf(was, "_born") ?? "")) return [];
    const home = referredKey(was);
    return home && deleted.has(keyText(layout.table, home)) ? [write] : [];
  });
}

function isPutRecord(write: ItemWrite): write is ItemWrite & { readonly action: "put" } {
  return write.kind === "record" && write.action === "put";
}

/** The removal of a leftover: by now another record may have taken its value over. */
export function leftoverRemoval(write: ItemWrite): ItemWrite {
  return { ...write, guard: { type: "owned", born: (write.was && textOf(write.was, "_born")) ?? "" } };
}

/** Whether a write changes nothing that others read: that of an entry which must be gone already is none, either. */
function isAssertion({ action, guard }: ItemWrite): boolean {
  return action === "check" || action === "touch" || (action === "delete" && guard.type === "absent");
}

/** Whether the guard of an assertion needs an item: there must be one to be held. */
function mustBeThere({ guard: { type } }: ItemWrite): boolean {
  return type === "record" || type === "present" || type === "owned" || type === "seen";
}

/** The form that a write is tried in first: by what was read. */
function firstForm({ action, guard, was }: ItemWrite): LockForm {
  return action === "put" && !was && !mustBeThere({ guard } as ItemWrite) ? "new" : "over";
}

/**
 * The other form, for a write whose guard lets it be either: an index entry, or one that may have been lost in a crash.
 * `drop`: there is nothing to remove. Undefined where its guard does not hold.
 */
export function otherForm({ write, form }: PlannedLock, existing: Item | undefined): PlannedLock | "drop" | undefined {
  const { guard } = write;
  if (guard.type !== "none" && guard.type !== "ownedOrAbsent") return undefined;
  if (!existing) return write.action === "delete" ? "drop" : form === "new" ? undefined : planned(write, "new");
  // It is there, and not as it was thought to be: when it expires, say.
  const isOwn = guard.type === "none" || textOf(existing, "_born") === guard.born;
  return isOwn ? planned({ ...write, was: existing }, "over") : undefined;
}

/** What becomes of a write's item where its transaction is committed. */
function nextOf(write: ItemWrite): Next {
  switch (write.action) {
    case "put":
      return { item: write.item };
    case "update":
      return { set: write.set, remove: write.remove, counts: true };
    case "touch":
      return { set: write.set, remove: [], counts: false };
    case "delete":
      return { delete: true };
    case "check":
      return { set: {}, remove: [], counts: false };
  }
}

/** The lock that a planned write leaves. */
export function lockLeftBy({ write, form }: PlannedLock): Lock {
  const { table } = write.layout;
  if (form === "new") return { table, key: write.key, next: undefined, oldTtl: undefined };
  return { table, key: write.key, next: nextOf(write), oldTtl: laterExpiry(write)?.old };
}

/** What {@link PlannedLock.size} is, to part a list by it. */
export function heldSize({ size }: PlannedLock): number {
  return size;
}

const MARK_BYTES = 200;
/** What an item may weigh that was not read. */
const UNSEEN_BYTES = 4096;

/** The write that locks an item: under the guard of what it is going to do to it. */
export function lockItem({ write, form, next }: PlannedLock, ref: TransactionRef): JournalItem {
  const { layout, key, guard } = write;
  const placeholders = new Placeholders();
  const tx = { S: holderText(ref, layout.table) };
  const failure = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const };
  if (form === "new") {
    const ConditionExpression = guardExpression(ABSENT, placeholders);
    const item = { ...(write as { item: Item }).item, [TX]: tx, [NEW]: { BOOL: true } };
    return {
      Put: { TableName: layout.table, Item: item, ConditionExpression, ...placeholders.attributes, ...failure },
    };
  }
  const expiry = laterExpiry(write);
  const set = {
    [TX]: tx,
    [NEXT]: { S: next ?? "" },
    ...(expiry ? { [OLD_TTL]: expiry.old } : {}),
    ...(expiry?.later ? { _ttl: expiry.later } : {}),
  };
  const condition = andExpression([
    `attribute_exists(${placeholders.name("_pk")})`,
    guardExpression(isThere(guard), placeholders) ?? freeExpression(placeholders),
    expiry ? `${placeholders.name("_ttl")} = ${placeholders.value(expiry.old)}` : undefined,
  ]);
  const remove = expiry && !expiry.later ? ["_ttl"] : [];
  return {
    Update: {
      TableName: layout.table,
      Key: keyAttributes(key),
      UpdateExpression: updateExpression(set, remove, placeholders),
      ConditionExpression: condition,
      ...placeholders.attributes,
      ...failure,
    },
  };
}

/**
 * Whether the write of {@link lockItem} would be made over what is there by now. Where it was refused all the same, and
 * the engine does not tell for what, others had the item a moment ago.
 */
export function canLock({ write, form }: PlannedLock, existing: Item | undefined): boolean {
  if (form === "new") return existing === undefined;
  const expiry = laterExpiry(write);
  const isSameExpiry = !expiry || sameAttribute(existing?.["_ttl"], expiry.old);
  return existing !== undefined && isSameExpiry && guardHolds(isThere(write.guard), existing);
}

const ABSENT: Guard = { type: "absent" };

/** The guard of an item that is there. */
function isThere(guard: Guard): Guard {
  return guard.type === "ownedOrAbsent" ? { type: "owned", born: guard.born } : guard;
}

/**
 * The `_ttl` of an item that is to live longer: DynamoDB must not take it while it is held. `later` is undefined where
 * it is to live for ever.
 */
function laterExpiry(write: ItemWrite): { old: AttributeValue; later: AttributeValue | undefined } | undefined {
  const old = write.was?.["_ttl"];
  if (!old || !("N" in old) || !Number.isFinite(Number(old.N))) return undefined;
  const next = write.action === "put" ? write.item["_ttl"] : write.action === "update" ? write.set["_ttl"] : old;
  const removed = write.action === "put" ? !next : write.action === "update" && write.remove.includes("_ttl");
  if (removed) return { old, later: undefined };
  return next && "N" in next && Number(next.N) > Number(old.N) ? { old, later: next } : undefined;
}
