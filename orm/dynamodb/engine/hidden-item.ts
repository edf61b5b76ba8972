import type { Item } from "../layout/attribute-value.ts";
import { itemKey } from "../layout/keys.ts";
import { keyAttributes } from "../layout/places.ts";
import type { RawSender } from "./journal/raw-sender.ts";

/**
 * The item that a write's condition has failed for, where its engine may not tell, as those without transactions: read
 * afterwards, held or not.
 */
export async function hiddenItem(sender: RawSender, model: string, input: object): Promise<Item | undefined> {
  const { transactions, ownEndpoint } = sender.knowledge ?? {};
  if (transactions !== false && !ownEndpoint) return undefined;
  const { TableName, Key, Item: put } = input as { TableName?: string; Key?: Item; Item?: Item };
  const keyed = Key ?? put;
  if (!keyed || transactions) return undefined;
  const read = { TableName, Key: keyAttributes(itemKey(keyed)), ConsistentRead: true };
  return (await sender.sendRaw("GetItem", model, read)).Item as Item | undefined;
}
