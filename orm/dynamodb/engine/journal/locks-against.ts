import type { Item } from "../../layout/attribute-value.ts";
import { isLocked } from "../../layout/lock.ts";
import { cancellationReasons } from "../aws-errors.ts";

/** An item that a transaction of many requests holds, and its table. */
export interface LockedItem {
  readonly table: string;
  readonly item: Item;
}

/** The held items that a write was refused for. */
export function locksAgainst(error: unknown, input: object): LockedItem[] {
  const { TableName = "", TransactItems = [] } = input as {
    TableName?: string;
    TransactItems?: readonly Record<string, { TableName?: string }>[];
  };
  const { Item: one } = error as { Item?: Item };
  const reasons = cancellationReasons(error) ?? [];
  const refused = [
    { table: TableName, item: one },
    ...reasons.map(({ Item: item }, i) => ({
      table: Object.values(TransactItems[i] ?? {})[0]?.TableName ?? "",
      item,
    })),
  ];
  return refused.flatMap(({ table, item }) => (isLocked(item) ? [{ table, item }] : []));
}
