import type { EngineContext } from "../door.ts";
import type { ItemWrite } from "../../layout/item-write.ts";
import { keyAttributes } from "../../layout/places.ts";
import { withoutLock } from "./record-lock.ts";

/**
 * Undoes ordered writes, newest first, wherever nobody else has written since. It stops at a record
 * that has to stay: its entries, which were written before it, stay too.
 */
export async function takeBack(context: EngineContext, done: readonly ItemWrite[], writeId: string): Promise<void> {
  for (const write of [...done].reverse()) {
    try {
      await undo(context, write, writeId);
    } catch {
      if (write.kind === "record") return;
    }
  }
}

async function undo(context: EngineContext, { action, was, key, layout }: ItemWrite, writeId: string): Promise<void> {
  const target = { TableName: layout.table };
  const ours = {
    ConditionExpression: "#w = :w",
    ExpressionAttributeNames: { "#w": "_w" },
    ExpressionAttributeValues: { ":w": { S: writeId } },
  };
  const free = { ConditionExpression: "attribute_not_exists(#pk)", ExpressionAttributeNames: { "#pk": "_pk" } };
  if (!was) {
    await context.sender.send("DeleteItem", layout.model.name, { ...target, Key: keyAttributes(key), ...ours });
  } else {
    const condition = action === "delete" ? free : ours;
    await context.sender.send("PutItem", layout.model.name, {
      ...target,
      Item: { _w: { S: writeId }, ...withoutLock(was) },
      ...condition,
    });
  }
}
