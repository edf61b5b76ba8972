import { OrmError } from "../../errors.ts";
import { itemSize } from "../layout/item-size.ts";
import type { ItemWrite } from "../layout/item-write.ts";

/** DynamoDB's limits for one transaction. */
export const MAX_TRANSACTION_ITEMS = 100;
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

/** What one request may hold, and how long locks last. Variables, so that tests can make them small. */
export const journalLimits = {
  items: MAX_TRANSACTION_ITEMS,
  /** A coordinator without a sign of life for so long, in milliseconds of the observer's own clock, has gone. */
  leaseMs: 5000,
  /** Between two signs of life, in milliseconds: several of them fit into what others wait. */
  beatMs: 1000,
};

/** What a transaction takes that it cannot have: `TRANSACTION_TOO_LARGE`. Nothing was sent. */
export function tooLarge(model: string | undefined, message: string): OrmError {
  return new OrmError({
    code: "TRANSACTION_TOO_LARGE",
    backendKind: "dynamodb",
    message: `${message} Nothing was written.`,
    meta: { model },
  });
}

/** Refuses more items than a transaction may write: `TRANSACTION_TOO_LARGE`, before anything is sent. */
export function checkCount(writes: readonly ItemWrite[], maxItems: number): void {
  if (writes.length <= maxItems) return;
  throw tooLarge(
    writes[0]?.layout.model.name,
    `This transaction writes ${writes.length} items, and may write ${maxItems}: its option maxItems.`,
  );
}

function sizeOf(write: ItemWrite): number {
  if (write.action === "put") return itemSize(write.item);
  return write.action === "update" ? itemSize(write.set) : 0;
}

function bytesOf(writes: readonly ItemWrite[]): number {
  return writes.reduce((sum, write) => sum + sizeOf(write), 0);
}

/** Whether one transaction holds some writes. */
export function fitsOne(writes: readonly ItemWrite[]): boolean {
  return writes.length <= journalLimits.items && bytesOf(writes) <= MAX_TRANSACTION_BYTES;
}

/** Refuses what one transaction cannot hold: `TRANSACTION_TOO_LARGE`, before anything is sent. */
export function checkSize(writes: readonly ItemWrite[]): void {
  const bytes = bytesOf(writes);
  if (writes.length <= MAX_TRANSACTION_ITEMS && bytes <= MAX_TRANSACTION_BYTES) return;
  throw tooLarge(
    writes[0]?.layout.model.name,
    `These changes take ${writes.length} items and ${bytes} bytes in one transaction; ` +
      `DynamoDB allows ${MAX_TRANSACTION_ITEMS} items and ${MAX_TRANSACTION_BYTES} bytes.`,
  );
}
