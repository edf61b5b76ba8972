import type { Predicate } from "../../query/predicate.ts";
import type { StoreContext } from "../context.ts";
import { andExpression, freeExpression, guardExpression, Placeholders } from "../engine/expression.ts";
import type { Item } from "../layout/attribute-value.ts";
import { recordGuard } from "../layout/difference.ts";
import type { ItemKey } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { keyAttributes } from "../layout/places.ts";
import { readRecord, type StoredRecord } from "../layout/stored-record.ts";
import { matchesItem } from "../read/find.ts";
import { conditionExpression } from "../plan/condition.ts";

/** What must hold for the delete: the `where` itself, or that a record is as it was read where it depends on that. */
export type DeleteCondition =
  { readonly where: Predicate } | { readonly record: StoredRecord; readonly depends: ReadonlySet<string> };

/**
 * Deletes the record at a home under a condition. `missed`: it does not hold. `held`: another write was at the record.
 * `unsure`: the request was sent twice, and there is no record (any more).
 */
export async function deleteHome(
  context: StoreContext,
  layout: ModelLayout,
  key: ItemKey,
  condition: DeleteCondition,
): Promise<StoredRecord | "missed" | "held" | "unsure"> {
  const placeholders = new Placeholders();
  const { name } = layout.model;
  const answer = await context.sender.sendGuarded("DeleteItem", name, {
    TableName: layout.table,
    Key: keyAttributes(key),
    ConditionExpression: andExpression([
      `attribute_exists(${placeholders.name("_pk")})`,
      "where" in condition
        ? andExpression([conditionExpression(layout, condition.where, placeholders), freeExpression(placeholders)])
        : guardExpression(recordGuard(condition.record, condition.depends), placeholders),
    ]),
    ...placeholders.attributes,
    ReturnValues: "ALL_OLD" as const,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  });
  if ("output" in answer) return readRecord(layout, answer.output.Attributes as Item | undefined) ?? "missed";
  // What matches now was held by another write a moment ago.
  if ("where" in condition && matchesItem(layout, condition.where, answer.item)) return "held";
  // Nothing is to be learnt from what is there.
  if (!answer.repeated) return "missed";
  const existing = answer.item ?? (await context.items.get(name, layout.table, key));
  return existing ? "missed" : "unsure";
}
