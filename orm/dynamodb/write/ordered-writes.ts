import type { StoreContext } from "../context.ts";
import type { Item } from "../layout/attribute-value.ts";
import type { ItemWrite } from "../layout/item-write.ts";
import { keyAttributes } from "../layout/places.ts";
import { textOf } from "../layout/stored-record.ts";
import { isConditionFailure } from "../send/aws-errors.ts";
import { existingItem, type FailedWrite } from "./send-writes.ts";
import { writeInput } from "./requests.ts";

/** A write that was made, with what it replaced. */
interface Done {
  readonly write: ItemWrite;
  readonly old: Item | undefined;
}

/**
 * Writes one by one for engines without transactions: unique entries, index entries, records, and
 * last the removals. A failure takes back what was done before it.
 */
export async function sendOrdered(
  context: StoreContext,
  writes: readonly ItemWrite[],
  writeId: string,
): Promise<FailedWrite[]> {
  const done: Done[] = [];
  try {
    for (const write of [...writes].sort((a, b) => stage(a) - stage(b))) {
      if (write.action === "check") continue;
      const failed = await attempt(context, write, writeId, done);
      if (!failed) continue;
      await takeBack(context, done, writeId);
      return [failed];
    }
    return [];
  } catch (error) {
    await takeBack(context, done, writeId);
    throw error;
  }
}

function stage({ kind, action }: ItemWrite): number {
  if (action === "delete") return kind === "record" ? 3 : 4;
  return kind === "unique" ? 0 : kind === "index" ? 1 : 2;
}

async function attempt(
  context: StoreContext,
  write: ItemWrite,
  writeId: string,
  done: Done[],
): Promise<FailedWrite | undefined> {
  const { ReturnValuesOnConditionCheckFailure: _, ...input } = writeInput(write);
  const model = write.layout.model.name;
  const request = { ...input, ReturnValues: "ALL_OLD" as const };
  try {
    const output =
      write.action === "put"
        ? await context.sender.send("PutItem", model, { ...request, Item: write.item })
        : write.action === "update"
          ? await context.sender.send("UpdateItem", model, { ...request, Key: keyAttributes(write.key) })
          : await context.sender.send("DeleteItem", model, { ...request, Key: keyAttributes(write.key) });
    done.push({ write, old: output.Attributes as Item | undefined });
    return undefined;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    const existing = await existingItem(context, write, error);
    // The SDK sent it twice, and the first time it landed.
    if (existing && textOf(existing, "_w") === writeId) {
      done.push({ write, old: undefined });
      return undefined;
    }
    return { write, existing };
  }
}

/** Undoes what was done, newest first, wherever nobody else has written since. */
async function takeBack(context: StoreContext, done: readonly Done[], writeId: string): Promise<void> {
  for (const { write, old } of [...done].reverse()) {
    const model = write.layout.model.name;
    const TableName = write.layout.table;
    const ours = { ExpressionAttributeNames: { "#w": "_w" }, ExpressionAttributeValues: { ":w": { S: writeId } } };
    try {
      if (write.action === "delete") {
        if (!old) continue;
        await context.sender.send("PutItem", model, {
          TableName,
          Item: old,
          ConditionExpression: "attribute_not_exists(#pk)",
          ExpressionAttributeNames: { "#pk": "_pk" },
        });
      } else if (old) {
        await context.sender.send("PutItem", model, { TableName, Item: old, ConditionExpression: "#w = :w", ...ours });
      } else {
        await context.sender.send("DeleteItem", model, {
          TableName,
          Key: keyAttributes(write.key),
          ConditionExpression: "#w = :w",
          ...ours,
        });
      }
    } catch {
      // What cannot be taken back is an entry that leads nowhere, which readers skip, or an item
      // that somebody else has written since.
    }
  }
}
