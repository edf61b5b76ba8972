import { OrmError } from "../../../errors.ts";
import { mapLimit } from "../../../util/map-limit.ts";
import { itemSize } from "../../layout/item-size.ts";
import type { Item } from "../../layout/attribute-value.ts";
import { itemKey, type ItemKey } from "../../layout/keys.ts";
import { isLocked } from "../../layout/lock.ts";
import { newTransaction, transactionItems } from "../../layout/transaction-item.ts";
import type { ItemWrite } from "../../layout/item-write.ts";
import type { EngineContext, FailedWrite } from "../door.ts";
import type { LockedItem } from "./locks-against.ts";
import { transactItem } from "../write-requests.ts";
import { Heartbeat } from "./heartbeat.ts";
import {
  canLock,
  heldSize,
  lockItem,
  lockLeftBy,
  modelOf,
  otherForm,
  type LockPlan,
  type PlannedLock,
} from "./plan-locks.ts";
import type { JournalItem, JournalRequests, Outcome } from "./journal-requests.ts";
import { chunksOf, release } from "./release.ts";
import { removeTransaction, stepInput, takeStep } from "./transaction-state.ts";

const CONCURRENCY = 8;

/** Why a transaction was not made: guards that do not hold, or others that are at its items. */
export type Refusal = { readonly failed: readonly FailedWrite[] } | { readonly busy: readonly LockedItem[] };

/** One try at a transaction, under a name of its own. */
export class JournaledWrite {
  readonly #model: string;
  readonly #ref;
  /** What it may hold by now. */
  #held: PlannedLock[] = [];
  /** Where the keys of that are. */
  #pages: readonly ItemKey[] = [];

  constructor(
    private readonly context: EngineContext,
    private readonly requests: JournalRequests,
    private readonly plan: LockPlan,
  ) {
    const { homes, entries } = plan;
    const first = homes[0] ?? entries[0];
    this.#model = modelOf(plan);
    this.#ref = newTransaction(first?.write.layout.table ?? "");
  }

  /** Undefined where it is committed. */
  async run(): Promise<Refusal | undefined> {
    const { homes, entries, checks } = this.plan;
    // Nothing is to be written: what was read is only looked at once more.
    if (homes.length + entries.length === 0 && this.requests.checks === 0) return this.#look(checks);
    const begun = await this.#begin();
    const heartbeat = new Heartbeat(this.requests, this.#ref);
    try {
      const refusal = begun ?? (await this.#lockAll(homes)) ?? (await this.#lockAll(entries));
      await heartbeat.stop();
      const last = refusal ?? (await this.#decide());
      if (last) {
        const end = await this.#abort();
        if (end === "unknown" && last === CONTRADICTED) throw unknown(this.#model);
        if (end !== "committed") return last;
      }
    } catch (error) {
      await heartbeat.stop();
      // What cannot be told must not be taken back.
      if (!(error instanceof OrmError && error.code === "TRANSACTION_UNKNOWN")) await this.#abort();
      throw error;
    }
    await this.#finish();
    return undefined;
  }

  async #begin(): Promise<Refusal | undefined> {
    const { homes, entries } = this.plan;
    const keys = [...homes, ...entries].map(({ write }) => ({ table: write.layout.table, key: write.key }));
    const items = transactionItems(this.#ref, keys, this.context.now());
    this.#pages = items.slice(1).map(itemKey);
    const put = (Item: Item) => ({
      Put: {
        TableName: this.#ref.table,
        Item,
        ConditionExpression: "attribute_not_exists(#pk)",
        ExpressionAttributeNames: { "#pk": "_pk" },
      },
    });
    for (const chunk of chunksOf(this.requests, items, itemSize)) {
      const { unsure } = await this.requests.write(chunk.map(put));
      if (unsure) return BURNT;
    }
    return undefined;
  }

  async #lockAll(locks: readonly PlannedLock[]): Promise<Refusal | undefined> {
    const refusals: Refusal[] = [];
    const errors: unknown[] = [];
    const lock = async (chunk: readonly PlannedLock[]) => {
      if (refusals.length + errors.length > 0) return;
      try {
        const refusal = await this.#lock(chunk);
        if (refusal) refusals.push(refusal);
      } catch (error) {
        // Nothing is taken back before all that is under way has ended.
        errors.push(error);
      }
    };
    // The first ones by themselves: of two transactions over the same items one then waits for the other.
    const [first, ...others] = chunksOf(this.requests, locks, heldSize);
    if (first) await lock(first);
    await mapLimit(others, CONCURRENCY, lock);
    if (errors.length > 0) throw errors[0];
    const failed = refusals.flatMap((refusal) => ("failed" in refusal ? refusal.failed : []));
    return failed.length > 0 ? { failed } : refusals[0];
  }

  async #lock(chunk: readonly PlannedLock[]): Promise<Refusal | undefined> {
    let left = [...chunk];
    while (left.length > 0) {
      this.#held.push(...left);
      const { outcomes, unsure } = await this.requests.write(left.map((lock) => lockItem(lock, this.#ref)));
      // A refused one may be held by the copy whose answer was lost.
      if (unsure) return BURNT;
      const open = new Set(left.filter((_, i) => outcomes[i] !== "made"));
      if (open.size === 0) return undefined;
      this.#held = this.#held.filter((lock) => !open.has(lock));
      const { refusal, again } = this.#sortOut(left, outcomes);
      if (refusal) return refusal;
      left = again;
    }
    return undefined;
  }

  /** What refused locks mean: another try, in the other form where there is one, or the end. */
  #sortOut(locks: readonly PlannedLock[], outcomes: readonly Outcome[]): { refusal?: Refusal; again: PlannedLock[] } {
    const busy: LockedItem[] = [];
    const failed: FailedWrite[] = [];
    let wasHeld = false;
    const again = locks.flatMap((lock, i): PlannedLock[] => {
      const outcome = outcomes[i];
      if (typeof outcome !== "object") return outcome === "open" ? [lock] : [];
      const { refused: existing } = outcome;
      if (isLocked(existing)) busy.push({ table: lock.write.layout.table, item: existing });
      else if (canLock(lock, existing)) wasHeld = true;
      else {
        const other = otherForm(lock, existing);
        if (other === "drop") return [];
        if (other) return [other];
        failed.push({ write: lock.write, existing });
      }
      return [];
    });
    if (failed.length > 0) return { refusal: { failed }, again };
    return busy.length > 0 || wasHeld ? { refusal: { busy }, again } : { again };
  }

  /** The one request that decides. */
  async #decide(): Promise<Refusal | undefined> {
    const { checks } = this.plan;
    const isApart = this.requests.checks === 0;
    if (isApart) {
      const refusal = await this.#look(checks);
      if (refusal) return refusal;
    }
    const { ReturnValuesOnConditionCheckFailure: _, ...step } = stepInput(
      this.#ref,
      { from: "P", to: "C" },
      this.context.now(),
    );
    const items: readonly JournalItem[] = [{ Update: step }, ...(isApart ? [] : checks.map(transactItem))];
    let outcomes: readonly Outcome[];
    try {
      ({ outcomes } = await this.requests.write(items));
    } catch (error) {
      return this.#undecided(error);
    }
    const [own, ...others] = outcomes;
    if (own === "made") return undefined;
    const refusal = refusalOf(
      others.flatMap((outcome, i) => {
        const write = checks[i];
        return typeof outcome === "object" && write ? [{ write, existing: outcome.refused }] : [];
      }),
    );
    // It is not pending any more: somebody has taken it for abandoned, or a copy whose answer was lost has decided.
    return typeof own === "object" || !refusal ? CONTRADICTED : refusal;
  }

  /**
   * Whether what must be free still is. All that is written is held by now: of two transactions that look at what the
   * other one writes, one sees it.
   */
  async #look(checks: readonly ItemWrite[]): Promise<Refusal | undefined> {
    const found = await mapLimit(checks, CONCURRENCY, async (write) => ({
      write,
      existing: await this.requests.get(write.layout.table, write.key),
    }));
    return refusalOf(found.filter(({ existing }) => existing !== undefined));
  }

  /** An answer to the deciding request is missing: it is made to have failed, or shows that it has not. */
  async #undecided(error: unknown): Promise<undefined> {
    let state;
    try {
      state = await takeStep(this.requests, this.#ref, { from: "P", to: "A" }, this.context.now());
    } catch {
      throw unknown(this.#model, error);
    }
    if (state === "C" || state === "D") return undefined;
    if (state === "A") throw error;
    throw unknown(this.#model, error);
  }

  /** Gives up: what is held goes back to what it was. What fails of that is done by whoever meets it. */
  async #abort(): Promise<"committed" | "aborted" | "unknown"> {
    let state;
    try {
      state = await takeStep(this.requests, this.#ref, { from: "P", to: "A" }, this.context.now());
    } catch {
      // Its locks lapse.
      return "unknown";
    }
    if (state === "C" || state === "D") return "committed";
    if (state !== "A") return "unknown";
    try {
      await this.#releaseAll(this.#held, false);
      await this.#end("A");
    } catch {
      // Its locks lapse.
    }
    return "aborted";
  }

  /** Gives what is held its new form. What fails of that is done by whoever meets it. */
  async #finish(): Promise<void> {
    const isHome = ({ write }: PlannedLock) => write.kind === "record";
    try {
      await this.#releaseAll(
        this.#held.filter((lock) => !isHome(lock)),
        true,
      );
      await this.#releaseAll(this.#held.filter(isHome), true);
      await this.#end("C");
    } catch {
      // It is committed: an error here would tell otherwise.
    }
  }

  async #end(state: "C" | "A"): Promise<void> {
    await removeTransaction(this.requests, { ref: this.#ref, pages: this.#pages, state }, this.context.now());
  }

  async #releaseAll(held: readonly PlannedLock[], committed: boolean): Promise<void> {
    await mapLimit(chunksOf(this.requests, held, heldSize), CONCURRENCY, (chunk) =>
      release(this.requests, chunk.map(lockLeftBy), this.#ref, committed),
    );
  }
}

/** Refused by nobody: to be tried again under another name, since copies of its requests may still come. */
const BURNT: Refusal = { busy: [] };

/** The deciding request was refused: what has become of the transaction, its state tells, and nothing else. */
const CONTRADICTED: Refusal = { busy: [] };

/** What assertions that did not hold mean. */
function refusalOf(found: readonly FailedWrite[]): Refusal | undefined {
  if (found.length === 0) return undefined;
  const failed = found.filter(({ existing }) => !isLocked(existing));
  if (failed.length > 0) return { failed };
  const busy = found.flatMap(({ write, existing }) =>
    isLocked(existing) ? [{ table: write.layout.table, item: existing }] : [],
  );
  return { busy };
}

function unknown(model: string, cause?: unknown): OrmError {
  return new OrmError({
    code: "TRANSACTION_UNKNOWN",
    backendKind: "dynamodb",
    message: `Whether this transaction over "${model}" was committed cannot be told: DynamoDB does not answer.`,
    meta: { model },
    cause,
  });
}
