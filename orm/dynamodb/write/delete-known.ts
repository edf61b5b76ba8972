import { isOrmError } from "../../errors.ts";
import { matches } from "../../query/evaluate.ts";
import { fieldsIn, type Predicate } from "../../query/predicate.ts";
import { Budget } from "../../util/budget.ts";
import type { StoreContext } from "../context.ts";
import { difference } from "../layout/difference.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { numberOf, textOf, type StoredRecord } from "../layout/stored-record.ts";
import { pointsOf, type AccessPath } from "../plan/access-path.ts";
import type { KnownHome } from "../plan/known-homes.ts";
import { newStamp } from "./commit.ts";

/**
 * Deletes the one record that a `where` names, with its entries in one write, as it was when it was read last: what
 * the process remembers of it is the write's guard. Returns whether it was still so; otherwise nothing is deleted, and
 * the record has to be looked for.
 */
export async function deleteKnown(
  context: StoreContext,
  layout: ModelLayout,
  where: Predicate,
  path: AccessPath,
): Promise<boolean> {
  const points = pointsOf(path);
  const known = points && layout.hasEntries ? context.homes.on(layout, points) : undefined;
  if (!known || layout.dependents.length > 0 || !isNamed(layout, where, known)) return false;
  const before = remembered(layout, known);
  if (!before) return false;
  const stamp = newStamp(context);
  const writes = difference([{ layout, before, after: undefined, depends: fieldsIn(where) }], stamp);
  context.homes.forget(layout, known.key);
  try {
    // One try: where transactions on the record keep this one out, a delete of the home alone decides against them all.
    return (await context.next(new Budget(0)).engine.write(writes, stamp.id)).length === 0;
  } catch (error) {
    if (isOrmError(error, "TRANSACTION_CONFLICT") || isOrmError(error, "THROTTLED")) return false;
    throw error;
  }
}

/** Whether what is remembered of a record says that it matches. */
function isNamed({ model }: ModelLayout, where: Predicate, { placed }: KnownHome): boolean {
  return [...fieldsIn(where)].every((name) => Object.hasOwn(placed, name)) && matches(model, where, placed);
}

function remembered(layout: ModelLayout, { key, placed, item }: KnownHome): StoredRecord | undefined {
  const born = item && textOf(item, "_born");
  if (!item || born === undefined) return undefined;
  return { layout, key, values: placed, version: 0, born, entriesExpire: numberOf(item, "_ettl"), item };
}
