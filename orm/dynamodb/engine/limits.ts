import { OrmError } from "../../errors.ts";
import { itemSize } from "../layout/item-size.ts";
import type { ItemWrite } from "../layout/item-write.ts";

/** DynamoDB's limits for one transaction. */
export const MAX_TRANSACTION_ITEMS = 100;
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

function sizeOf(write: ItemWrite): number {
  if (write.action === "put") return itemSize(write.item);
  return write.action === "update" ? itemSize(write.set) : 0;
}

/** Refuses what one transaction cannot hold: `TRANSACTION_TOO_LARGE`, before anything is sent. */
export function checkSize(writes: readonly ItemWrite[]): void {
  const bytes = writes.reduce((sum, write) => sum + sizeOf(write), 0);
  if (writes.length <= MAX_TRANSACTION_ITEMS && bytes <= MAX_TRANSACTION_BYTES) return;
  throw new OrmError({
    code: "TRANSACTION_TOO_LARGE",
    backendKind: "dynamodb",
    message:
      `These changes take ${writes.length} items and ${bytes} bytes in one transaction; ` +
      `DynamoDB allows ${MAX_TRANSACTION_ITEMS} items and ${MAX_TRANSACTION_BYTES} bytes. Nothing was written.`,
    meta: { model: writes[0]?.layout.model.name },
  });
}
