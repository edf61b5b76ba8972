import { transactionConflict } from "../../../errors.ts";
import { RACE } from "../../../util/backoff.ts";
import { Budget } from "../../../util/budget.ts";
import { MAX_ITEM_BYTES } from "../../layout/item-size.ts";
import type { ItemWrite } from "../../layout/item-write.ts";
import type { EngineContext, FailedWrite } from "../door.ts";
import { tooLarge } from "../limits.ts";
import type { SingleRequests, TransactRequests } from "./journal-requests.ts";
import { JournaledWrite } from "./journaled-write.ts";
import { leftoverRemoval, modelOf, planLocks, type LockPlan } from "./plan-locks.ts";
import { settle } from "./settle.ts";

/** How a journaled write ended. */
export interface Journaled {
  /** Writes whose guards did not hold: none where it is committed. */
  readonly failed: readonly FailedWrite[];
  /** Removals that are left to do where it is committed, each while it holds: harmless to leave. */
  readonly leftovers: readonly ItemWrite[];
}

/**
 * Makes writes that are more than one request holds, all or none: each item is held with what is to become of it, one
 * request decides, and then each is given its new form. Whoever reads a held item looks at the decision.
 */
export async function writeJournaled(
  context: EngineContext,
  writes: readonly ItemWrite[],
  Requests: typeof TransactRequests | typeof SingleRequests,
): Promise<Journaled> {
  const model = writes[0]?.layout.model.name ?? "";
  // What has begun must be able to end, however long it took: each request has a budget of its own.
  const requests = new Requests(() => context.sender.within(new Budget(context.budget.milliseconds)), model);
  const plan = planLocks(writes, requests.checks);
  checkPlan(plan, requests.checks);
  for (let attempt = 1; ; attempt++) {
    const refusal = await new JournaledWrite(context, requests, plan).run();
    if (!refusal) return { failed: [], leftovers: plan.leftovers.map(leftoverRemoval) };
    if ("failed" in refusal) return { failed: refusal.failed, leftovers: [] };
    let open = true;
    for (let look = attempt; open && (await context.budget.pause(look, RACE)); look++)
      open = !(await settle(requests, refusal.busy));
    if (open) throw transactionConflict("dynamodb", model, "Other transactions kept items that this one changes.");
  }
}

/** Refuses what cannot be held, before anything is sent. */
function checkPlan(plan: LockPlan, maxChecks: number): void {
  const { checks, homes, entries } = plan;
  const refuse = (what: string) => tooLarge(modelOf(plan), `This transaction takes ${what}.`);
  if (maxChecks > 0 && checks.length > maxChecks) throw refuse(`${checks.length} values that must be free still`);
  const large = [...homes, ...entries].find((lock) => lock.size > MAX_ITEM_BYTES);
  if (large) throw refuse(`a "${large.write.layout.model.name}" that is too large in its old and new form`);
  const wide = homes.find(({ write }) => write.action === "update" && fieldsOf(write) > MAX_FIELDS);
  if (wide) throw refuse(`more than ${MAX_FIELDS} changed fields of one "${wide.write.layout.model.name}"`);
}

/** Changed fields of one record: what one expression can name, found out before anything is decided. */
const MAX_FIELDS = 200;

function fieldsOf(write: ItemWrite): number {
  return write.action === "update" ? Object.keys(write.set).length + write.remove.length : 0;
}
