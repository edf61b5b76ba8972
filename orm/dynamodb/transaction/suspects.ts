import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import { keyText } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { keysOf } from "../layout/places.ts";
import { examineTaken } from "../write/takeover.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

/**
 * Looks at the places a record would take, where an earlier run of the same transaction stumbled at its commit. The
 * violation is then thrown by the create or update itself, where the application may be ready to catch it. Places
 * that a record of this transaction held are for the unit of work to decide about.
 */
export async function checkSuspects(
  context: StoreContext,
  suspects: ReadonlySet<string>,
  unit: UnitOfWork,
  layout: ModelLayout,
  record: RecordValues,
): Promise<void> {
  for (const { kind, fields, key } of keysOf(layout, record)) {
    const text = keyText(layout.table, key);
    if (kind === "index" || !suspects.has(text) || unit.heldBefore(text)) continue;
    const write = { layout, kind, fields, key, guard: { type: "absent" }, action: "check" } as const;
    const taken = await examineTaken(context, { write, existing: undefined });
    if (taken && "violation" in taken) throw taken.violation;
  }
}
