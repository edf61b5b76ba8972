import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { placesOf } from "../layout/places.ts";
import { keyText } from "../layout/keys.ts";
import { examineTaken } from "../write/takeover.ts";
import type { UnitOfWork } from "./unit-of-work.ts";

/** Unique places that an earlier run of the same transaction found taken, at its commit. */
export type Suspects = Set<string>;

/**
 * Looks at the places a record would take, where an earlier run stumbled. The violation is then
 * thrown by the create or update itself, where the application may be ready to catch it. Places
 * that a record of this transaction held are for the unit of work to decide about.
 */
export async function checkSuspects(
  context: StoreContext,
  suspects: Suspects,
  unit: UnitOfWork,
  layout: ModelLayout,
  record: RecordValues,
): Promise<void> {
  if (suspects.size === 0) return;
  for (const { kind, fields, key, item } of placesOf(layout, record, { born: "", expiry: undefined })) {
    const text = keyText(layout.table, key);
    if (kind === "index" || !suspects.has(text) || unit.heldBefore(layout, text)) continue;
    const write = { layout, kind, fields, key, guard: { type: "absent" }, action: "put", item } as const;
    await examineTaken(context, { write, existing: undefined });
  }
}
