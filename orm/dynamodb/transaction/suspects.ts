import type { RecordValues } from "../../values/normalize.ts";
import type { StoreContext } from "../context.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { placesOf } from "../layout/places.ts";
import { keyText } from "../layout/keys.ts";
import { examineTaken } from "../write/takeover.ts";

/** Unique places that an earlier run of the same transaction found taken, at its commit. */
export type Suspects = Set<string>;

/**
 * Looks at the places a new record would take, where an earlier run stumbled. The violation is
 * then thrown by the create itself, where the application may be ready to catch it.
 */
export async function checkSuspects(
  context: StoreContext,
  suspects: Suspects,
  layout: ModelLayout,
  record: RecordValues,
): Promise<void> {
  if (suspects.size === 0) return;
  for (const { kind, fields, key, item } of placesOf(layout, record, { born: "", expiry: undefined })) {
    if (kind === "index" || !suspects.has(keyText(layout.table, key))) continue;
    const write = { layout, kind, fields, key, guard: { type: "absent" }, action: "put", item } as const;
    await examineTaken(context, { write, existing: undefined });
  }
}
