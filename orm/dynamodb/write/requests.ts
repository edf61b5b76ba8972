import type { Item } from "../layout/attribute-value.ts";
import type { ItemWrite } from "../layout/item-write.ts";
import { keyAttributes } from "../layout/places.ts";
import { guardExpression, Placeholders, updateExpression } from "../plan/expression.ts";

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

/** A write's request parameters. A failed condition gives the item back, where the engine can. */
export function writeInput(write: ItemWrite): WriteInput {
  const placeholders = new Placeholders();
  const update = write.action === "update" ? updateExpression(write.set, write.remove, placeholders) : undefined;
  const condition = guardExpression(write.guard, placeholders);
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

/** A write as one of a TransactWriteItems. */
export function transactItem(write: ItemWrite): Record<string, WriteInput> {
  const input = writeInput(write);
  switch (write.action) {
    case "put":
      return { Put: input };
    case "update":
      return { Update: input };
    case "delete":
      return { Delete: input };
    case "check":
      return { ConditionCheck: input };
  }
}
