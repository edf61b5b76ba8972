import { mapLimit } from "../../../util/map-limit.ts";
import { sameAttribute, type Item } from "../../layout/attribute-value.ts";
import { writeText, type Guard, type ItemWrite } from "../../layout/item-write.ts";
import { keyAttributes } from "../../layout/places.ts";
import { numberOf, textOf } from "../../layout/stored-record.ts";
import { isFromWrite, MARKS } from "../../layout/write-ids.ts";
import type { Door, EngineContext, FailedWrite } from "../door.ts";
import type { Placeholders } from "../expression.ts";
import { checkCount, checkSize } from "../limits.ts";
import { takeLane } from "../marks.ts";
import { sendSingle } from "../send-single.ts";
import { writeInput } from "../write-requests.ts";
import { orderWrites } from "./ordered-plan.ts";
import { isLocked, unlockedExpression } from "./record-lock.ts";
import { lockAll, unlock, type LockedRecords } from "./record-locks.ts";
import { takeBack } from "./take-back.ts";

/** An entry is written before its record: so long, in milliseconds, it may be about to come. */
const YOUNG_MS = 10_000;

const CONCURRENCY = 8;

/**
 * Writes one by one, for engines without transactions: in an order in which a crash leaves entries that lead nowhere.
 */
export class OrderedDoor implements Door {
  readonly atOnce = false;
  readonly together = 1;

  constructor(private readonly context: EngineContext) {}

  async write(writes: readonly ItemWrite[], writeId: string): Promise<readonly FailedWrite[]> {
    // The same bound as where they go together: what an application may do does not depend on its engine.
    checkSize(writes);
    return this.#write(writes, writeId);
  }

  writeMany(writes: readonly ItemWrite[], writeId: string, maxItems: number): Promise<readonly FailedWrite[]> {
    checkCount(writes, maxItems);
    return this.#write(writes, writeId);
  }

  async #write(writes: readonly ItemWrite[], writeId: string): Promise<readonly FailedWrite[]> {
    const [first, ...others] = writes;
    if (first && others.length === 0) {
      const isHome = first.kind === "record" && first.action !== "put";
      return sendSingle(
        this.context,
        first,
        writeId,
        isHome ? (placeholders) => this.homeCondition(placeholders) : undefined,
      );
    }
    return this.#writeInOrder(writes, writeId);
  }

  async writeWhatHolds(writes: readonly ItemWrite[]): Promise<void> {
    await mapLimit(writes, CONCURRENCY, (write) => sendSingle(this.context, write, "").catch(() => []));
  }

  homeCondition(placeholders: Placeholders): string {
    return unlockedExpression(this.context.now(), placeholders);
  }

  isHeld(item: Item | undefined): boolean {
    return isLocked(item, this.context.now());
  }

  mayStillCome(entry: Item): boolean {
    return this.#age(entry) < YOUNG_MS;
  }

  /**
   * A failure takes back what was done before it. What cannot be decided (a record's write without an answer) leaves
   * its locks to time.
   */
  async #writeInOrder(writes: readonly ItemWrite[], writeId: string): Promise<readonly FailedWrite[]> {
    const { context } = this;
    const plan = orderWrites(writes, writeId, context.now());
    const locked: LockedRecords = new Map();
    const done: ItemWrite[] = [];
    const giveUp = async (further: readonly ItemWrite[] = []) => {
      await takeBack(context, [...done, ...further], writeId);
      await unlock(context, plan.locks, writeId);
    };
    const lockFailure = await lockAll(context, plan.locks, writeId, locked);
    if (lockFailure) {
      await giveUp();
      if ("error" in lockFailure) throw lockFailure.error;
      return [lockFailure];
    }
    for (const step of plan.steps) {
      const write = asLocked(step, locked.get(writeText(step)));
      const outcome = await this.#attempt(write, writeId, locked.has(writeText(step)));
      if ("done" in outcome) {
        if (write.action !== "check" && write.action !== "touch") done.push(outcome.done);
        continue;
      }
      if ("unknown" in outcome) throw outcome.unknown;
      // An entry may have been written unseen, too.
      await giveUp("error" in outcome && write.kind !== "record" ? [write] : []);
      if ("error" in outcome) throw outcome.error;
      // The failure is that of the write as it was given.
      return [{ ...outcome, write: writes.find((given) => writeText(given) === writeText(step)) ?? step }];
    }
    const lost = await this.#lostClaim(plan.claims);
    if (lost) {
      await giveUp();
      return [lost];
    }
    for (const write of plan.leftovers) await this.#attempt(write, writeId, false);
    await unlock(context, plan.locked, writeId);
    return [];
  }

  async #attempt(write: ItemWrite, writeId: string, isHeld: boolean): Promise<Outcome> {
    if (write.action === "check") return this.#check(write);
    let repeated: boolean;
    try {
      const sent = await this.#send(write, writeId, isHeld);
      if ("done" in sent) return { done: { ...write, was: write.was ?? sent.done } };
      repeated = sent.repeated;
    } catch (error) {
      return write.kind === "record" ? this.#undecided(write, writeId, isHeld, error) : { error };
    }
    const existing = await this.context.items.get(write.layout.model.name, write.layout.table, write.key);
    return this.#hasHappened(write, existing, writeId, isHeld) ? { done: write } : { write, existing, repeated };
  }

  /** What came of a record's write that has failed for another reason than its guard. */
  async #undecided(write: ItemWrite, writeId: string, isHeld: boolean, error: unknown): Promise<Outcome> {
    try {
      const existing = await this.context.items.get(write.layout.model.name, write.layout.table, write.key);
      if (this.#hasHappened(write, existing, writeId, isHeld)) return { done: write };
      return write.action === "delete" && !existing ? { unknown: error } : { error };
    } catch {
      return { unknown: error };
    }
  }

  /** Whether a write has happened all the same, and its answer was lost. */
  #hasHappened(write: ItemWrite, existing: Item | undefined, writeId: string, isHeld: boolean): boolean {
    // Nobody else removes a record that is locked.
    if (write.action === "delete") return !existing && isHeld;
    return existing !== undefined && isFromWrite(existing, writeId);
  }

  async #check(write: ItemWrite): Promise<Outcome> {
    const existing = await this.context.items.get(write.layout.model.name, write.layout.table, write.key);
    return holds(write.guard, existing) ? { done: write } : { write, existing };
  }

  /**
   * Sends a write. Returns the item that it replaced unseen: an index entry of another record with
   * this id, which the put of the record itself is going to meet.
   */
  async #send(
    write: ItemWrite,
    writeId: string,
    isHeld: boolean,
  ): Promise<{ readonly done: Item | undefined } | { readonly repeated: boolean }> {
    const { sender } = this.context;
    const model = write.layout.model.name;
    const asksForLock = write.kind === "record" && write.action !== "put" && !isHeld;
    const isMarked = write.action === "update" && !(MARKS in write.set);
    const mark = isMarked ? takeLane(write.layout, write.key, writeId, this.context.now()) : undefined;
    // Its lane rests: a late copy of the request must find the mark.
    mark?.release(true);
    const { ReturnValuesOnConditionCheckFailure: _, ...input } = writeInput(write, {
      lane: mark?.lane,
      clauses: (placeholders) => (mark ? [mark.clause(placeholders)] : []),
      conditions: (placeholders) => [
        mark?.condition(placeholders),
        asksForLock ? this.homeCondition(placeholders) : undefined,
      ],
    });
    if (write.action === "put") {
      const put = { ...input, Item: write.item, ReturnValues: "ALL_OLD" as const };
      const answer = await sender.sendGuarded("PutItem", model, put);
      return "output" in answer ? { done: answer.output.Attributes as Item | undefined } : answer;
    }
    const keyed = { ...input, Key: keyAttributes(write.key) };
    const operation = write.action === "delete" ? "DeleteItem" : "UpdateItem";
    const answer = await sender.sendGuarded(operation, model, keyed);
    return "output" in answer ? { done: undefined } : answer;
  }

  /**
   * A claim that somebody else has taken over, because its record came so late. Whoever takes over
   * looks for the record after claiming; this looks at the claim after writing the record: at least
   * one of the two sees the other.
   */
  async #lostClaim(claims: readonly ItemWrite[]): Promise<FailedWrite | undefined> {
    for (const write of claims) {
      // Half the time, for clocks that differ.
      if (write.action !== "put" || this.#age(write.item) < YOUNG_MS / 2) continue;
      const existing = await this.context.items.get(write.layout.model.name, write.layout.table, write.key);
      if (!existing || !sameAttribute(existing["_born"], write.item["_born"])) return { write, existing };
    }
    return undefined;
  }

  #age(entry: Item): number {
    return this.context.now() - (numberOf(entry, "_at") ?? 0);
  }
}

/** `done`: with what it replaced. `unknown`: the write may have happened, and nobody can tell. `error`: it has not. */
type Outcome = { readonly done: ItemWrite } | FailedWrite | { readonly error: unknown } | { readonly unknown: unknown };

/**
 * A write to a record as its lock has left it. The version tells a late copy of the request from the request: whoever
 * has written after the lock ended has counted it up.
 */
function asLocked(step: ItemWrite, item: Item | undefined): ItemWrite {
  if (!item || step.guard.type !== "record") return step;
  return { ...step, was: item, guard: { ...step.guard, version: numberOf(item, "_v") } };
}

function holds(guard: Guard, item: Item | undefined): boolean {
  if (guard.type !== "record" && guard.type !== "present") return item === undefined;
  if (!item || !Object.entries(guard.same).every(([name, value]) => sameAttribute(item[name], value))) return false;
  if (guard.type === "present") return true;
  return (
    textOf(item, "_born") === guard.born && (guard.version === undefined || numberOf(item, "_v") === guard.version)
  );
}
