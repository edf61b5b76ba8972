import type { Predicate } from "../../query/predicate.ts";
import type { StoreContext } from "../context.ts";
import type { ItemKey } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { referredKey } from "../layout/places.ts";
import { isExact } from "../plan/condition.ts";
import { bindingsOf } from "../plan/bindings.ts";
import { planAccess } from "../plan/planner.ts";
import type { HomeHint } from "./home-hints.ts";

/** The one record that a `where` can match, by the key of its home. */
export interface Target {
  /** Undefined: there is no such record. */
  readonly key: ItemKey | undefined;
  /** Whether an entry or a hint led there: the record may have moved since. */
  readonly viaEntry: boolean;
}

/**
 * The home that a write can address directly: the `where` names a unique key, and the rest of it
 * can be the write's condition. Undefined where records must be found first.
 */
export async function directTarget(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
): Promise<Target | undefined> {
  if (!isExact(layout, where)) return undefined;
  const path = planAccess(layout, { where, orderBy: [], take: 1 });
  if (path.type === "nothing") return { key: undefined, viaEntry: false };
  if (path.type !== "points" || path.keys.length > 1) return undefined;
  const [key] = path.keys;
  if (!key || path.via === "home") return { key, viaEntry: false };
  const hint = hintFor(context, layout, where);
  if (hint && path.fields.join() === "id") return { key: hint.key, viaEntry: true };
  const entry = await context.items.get(layout.model.name, layout.table, key);
  return { key: entry && referredKey(entry), viaEntry: true };
}

/** What is remembered of the record whose id a `where` names. */
export function hintFor(context: StoreContext, layout: ModelLayout, where: Predicate): HomeHint | undefined {
  const ids = bindingsOf(where).get("id");
  return ids?.length === 1 ? context.hints.find(layout, ids[0]) : undefined;
}

/** Whether a `where` names a unique key, so that it can match one record at most. */
export function namesOneRecord(layout: ModelLayout, where: Predicate): boolean {
  const path = planAccess(layout, { where, orderBy: [], take: 1 });
  return path.type === "nothing" || (path.type === "points" && path.keys.length <= 1);
}
