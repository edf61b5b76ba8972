import { randomUUID } from "node:crypto";
import { OrmError } from "../../errors.ts";
import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import { itemSize } from "../layout/item-size.ts";
import type { ItemWrite } from "../layout/item-write.ts";
import { cancellationReasons, contention, isConditionFailure, isUnknownOperation } from "../send/aws-errors.ts";
import type { Operations } from "../send/operations.ts";
import { sendOrdered } from "./ordered-writes.ts";
import { transactItem, writeInput } from "./requests.ts";

/** DynamoDB's limits for one transaction. */
export const MAX_TRANSACTION_ITEMS = 100;
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

/** A write whose guard did not hold, with the item that was there. */
export interface FailedWrite {
  readonly write: ItemWrite;
  readonly existing: Item | undefined;
}

/**
 * Sends writes that belong together: all of them happen, or the failed guards are returned.
 * `writeId` marks them. An engine without transactions gets them one by one, in an order in which
 * a crash leaves nothing but entries that lead nowhere.
 */
export async function sendWrites(
  context: StoreContext,
  writes: readonly ItemWrite[],
  writeId: string,
): Promise<FailedWrite[]> {
  if (writes.length === 0) return [];
  checkSize(writes);
  if (writes.length === 1 && !needsToken(context, writes[0]!)) return sendSingle(context, writes[0]!);
  if (context.engine.transactions !== false) {
    try {
      return await sendTransaction(context, writes);
    } catch (error) {
      if (!isUnknownOperation(error)) throw error;
      context.engine.transactions = false;
    }
  }
  return sendOrdered(context, writes, writeId);
}

/**
 * A record that is gone cannot tell who deleted it, nor that it was created at all: only a
 * transaction's token shows that an earlier attempt landed.
 */
function needsToken(context: StoreContext, { kind, action }: ItemWrite): boolean {
  return kind === "record" && action !== "update" && context.engine.transactions !== false;
}

async function sendTransaction(context: StoreContext, writes: readonly ItemWrite[]): Promise<FailedWrite[]> {
  const input = {
    TransactItems: writes.map(transactItem),
    // One token for all attempts at this content: one that landed unseen is not applied again.
    ClientRequestToken: randomUUID(),
  };
  try {
    await context.sender.send("TransactWriteItems", writes[0]!.layout.model.name, input);
    context.engine.transactions = true;
    return [];
  } catch (error) {
    const reasons = cancellationReasons(error);
    if (!reasons || contention(error)) throw error;
    context.engine.transactions = true;
    const failed = reasons.flatMap(({ Code, Item }, i) =>
      Code === "ConditionalCheckFailed" ? [{ write: writes[i]!, existing: Item }] : [],
    );
    // Any other reason (a validation error, say) is not ours to interpret.
    if (failed.length === 0) throw error;
    return failed;
  }
}

async function sendSingle(context: StoreContext, write: ItemWrite): Promise<FailedWrite[]> {
  if (write.action === "check") throw new TypeError("a check alone is no write");
  const operation = ({ put: "PutItem", update: "UpdateItem", delete: "DeleteItem" } as const)[write.action];
  try {
    await context.sender.send(
      operation,
      write.layout.model.name,
      writeInput(write) as Operations[typeof operation][0],
    );
    return [];
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return [{ write, existing: await existingItem(context, write, error) }];
  }
}

/** The item that made a condition fail. Engines that do not return it are asked for it. */
export async function existingItem(
  context: StoreContext,
  write: Pick<ItemWrite, "layout" | "key">,
  error: Error & { Item?: Item },
): Promise<Item | undefined> {
  return error.Item ?? context.items.get(write.layout.model.name, write.layout.table, write.key);
}

function checkSize(writes: readonly ItemWrite[]): void {
  const bytes = writes.reduce(
    (sum, write) => sum + (write.action === "put" ? itemSize(write.item) : write.action === "update" ? itemSize(write.set) : 0),
    0,
  );
  if (writes.length <= MAX_TRANSACTION_ITEMS && bytes <= MAX_TRANSACTION_BYTES) return;
  throw new OrmError({
    code: "TRANSACTION_TOO_LARGE",
    backendKind: "dynamodb",
    message:
      `These changes take ${writes.length} items and ${bytes} bytes in one transaction; ` +
      `DynamoDB allows ${MAX_TRANSACTION_ITEMS} items and ${MAX_TRANSACTION_BYTES} bytes. Nothing was written.`,
    meta: { model: writes[0]!.layout.model.name },
  });
}
