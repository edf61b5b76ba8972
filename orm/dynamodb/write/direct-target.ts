import type { Predicate } from "../../query/predicate.ts";
import type { StoreContext } from "../context.ts";
import { sameKey, type ItemKey } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { referredKey } from "../layout/places.ts";
import { pointsOf, type AccessPath } from "../plan/access-path.ts";
import { bindingsOf } from "../plan/bindings.ts";
import { isExact } from "../plan/condition.ts";
import type { KnownHome } from "../plan/known-homes.ts";

/** The one record that a `where` can match, by the key of its home. */
export interface DirectTarget {
  /** Undefined: there is no such record. */
  readonly key: ItemKey | undefined;
  /** Whether an entry, or what is known of homes, led there: the record may have moved since. */
  readonly viaEntry: boolean;
  /** The entry that tells where the record is, where it was not asked. */
  readonly unasked?: ItemKey;
}

/**
 * The home that a write can address directly: the `where` names a unique key, and the rest of it
 * can be the write's condition. Undefined where records must be found first.
 */
export async function directTarget(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  path: AccessPath,
): Promise<DirectTarget | undefined> {
  if (path.type === "nothing") return { key: undefined, viaEntry: false };
  const points = pointsOf(path);
  if (!points || points.keys.length > 1 || !isExact(layout, where)) return undefined;
  const [key] = points.keys;
  if (!key || points.via === "home") return { key, viaEntry: false };
  const known = context.homes.on(layout, points);
  if (known) return { key: known.key, viaEntry: true, unasked: key };
  const entry = await context.items.get(layout.model.name, layout.table, key);
  return { key: entry && referredKey(entry), viaEntry: true };
}

/** Whether a target's entry, which was not asked, leads elsewhere. */
export async function hasMoved(
  { items }: StoreContext,
  layout: ModelLayout,
  { key, unasked }: DirectTarget,
): Promise<boolean> {
  const entry = unasked && (await items.get(layout.model.name, layout.table, unasked));
  const home = entry && referredKey(entry);
  return key !== undefined && home !== undefined && !sameKey(home, key);
}

/** What is remembered of the record whose id a `where` names. */
export function knownHome({ homes }: StoreContext, layout: ModelLayout, where: Predicate): KnownHome | undefined {
  const ids = bindingsOf(where).get("id");
  return ids?.length === 1 ? homes.find(layout, ids[0]) : undefined;
}

/** Whether a path leads to one record at most. */
export function leadsToOne(path: AccessPath): boolean {
  const points = pointsOf(path);
  return path.type === "nothing" || (points !== undefined && points.keys.length <= 1);
}
