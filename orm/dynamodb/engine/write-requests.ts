import type { Item } from "../layout/attribute-value.ts";
import type { ItemWrite } from "../layout/item-write.ts";
import { MARKS } from "../layout/write-ids.ts";
import { keyAttributes } from "../layout/places.ts";
import { andExpression, guardExpression, Placeholders, updateExpression, versionClause } from "./expression.ts";

/** The parts that a single write and one of a transaction have in common. */
interface WriteInput {
  TableName: string;
  Key?: Item;
  Item?: Item;
  UpdateExpression?: string;
  ConditionExpression?: string;
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
  ReturnValuesOnConditionCheckFailure?: "ALL_OLD";
}

/** What the sender of a write adds to it. */
export interface WriteAdditions {
  /** The lane that the sender leaves its own mark in. */
  readonly lane?: string | undefined;
  /** SET clauses. */
  readonly clauses?: ((placeholders: Placeholders) => readonly string[]) | undefined;
  readonly conditions?: ((placeholders: Placeholders) => readonly (string | undefined)[]) | undefined;
}

/** A write's request parameters. A failed condition gives the item back, where the engine can. */
export function writeInput(write: ItemWrite, additions: WriteAdditions = {}): WriteInput {
  const placeholders = new Placeholders();
  const clauses = additions.clauses?.(placeholders) ?? [];
  const removals = markRemovals(write, additions.lane, placeholders);
  const condition = andExpression([
    guardExpression(write.guard, placeholders),
    ...removals.map(({ path, value }) => `${path} = ${value}`),
    ...(additions.conditions?.(placeholders) ?? []),
  ]);
  const update = updateOf(
    write,
    clauses,
    removals.map(({ path }) => path),
    placeholders,
  );
  return {
    TableName: write.layout.table,
    ...(write.action === "put" ? { Item: write.item } : { Key: keyAttributes(write.key) }),
    ...(update === undefined ? {} : { UpdateExpression: update }),
    ...(condition === undefined
      ? {}
      : { ConditionExpression: condition, ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const }),
    ...placeholders.attributes,
  };
}

function updateOf(
  write: ItemWrite,
  clauses: readonly string[],
  removals: readonly string[],
  placeholders: Placeholders,
): string | undefined {
  if (write.action === "touch") return updateExpression(write.set, [], placeholders);
  if (write.action !== "update") return undefined;
  const all = [versionClause(placeholders), ...clauses];
  return updateExpression(write.set, write.remove, placeholders, { clauses: all, removals });
}

/** Old marks go with an update that they are nobody's to, unless their lanes have been used again meanwhile. */
function markRemovals(write: ItemWrite, own: string | undefined, placeholders: Placeholders) {
  const stale = write.action === "update" ? (write.staleMarks ?? []) : [];
  // Its own lane is written over.
  const others = stale.filter(([lane]) => lane !== own);
  return others.map(([lane, mark]) => markAt(lane, mark, placeholders));
}

/** A mark as an expression names it. */
export function markAt(lane: string, mark: string, placeholders: Placeholders) {
  return { path: `${placeholders.name(MARKS)}.${placeholders.name(lane)}`, value: placeholders.value({ S: mark }) };
}

/** A write as one of a TransactWriteItems. */
export function transactItem(write: ItemWrite): Record<string, WriteInput> {
  const input = writeInput(write);
  switch (write.action) {
    case "put":
      return { Put: input };
    case "update":
    case "touch":
      return { Update: input };
    case "delete":
      return { Delete: input };
    case "check":
      return { ConditionCheck: input };
  }
}
