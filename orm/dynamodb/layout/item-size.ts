import { OrmError } from "../../errors.ts";
import { utf8Length } from "../../util/bytes.ts";
import type { AttributeValue, Item } from "./attribute-value.ts";

/** DynamoDB's limit for one item, names and values together. */
export const MAX_ITEM_BYTES = 400 * 1024;

/** The size DynamoDB counts for an item, erring on the larger side for numbers. */
export function itemSize(item: Item): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item)) bytes += utf8Length(name) + valueSize(value);
  return bytes;
}

function valueSize(value: AttributeValue): number {
  if ("S" in value) return utf8Length(value.S);
  if ("N" in value) return Math.min(21, Math.ceil(value.N.length / 2) + 1);
  if ("M" in value) return 3 + Object.keys(value.M).length + itemSize(value.M);
  if ("L" in value) return 3 + value.L.length + value.L.reduce((sum, item) => sum + valueSize(item), 0);
  return 1;
}

/** Refuses a record that DynamoDB would refuse, before anything of it is written. */
export function checkItemSize(model: string, item: Item): void {
  const size = itemSize(item);
  if (size <= MAX_ITEM_BYTES) return;
  const [largest = { name: "", bytes: 0 }] = Object.entries(item)
    .map(([name, value]) => ({ name, bytes: valueSize(value) }))
    .sort((a, b) => b.bytes - a.bytes);
  throw new OrmError({
    code: "ITEM_TOO_LARGE",
    backendKind: "dynamodb",
    message:
      `The "${model}" record takes ${size} bytes and DynamoDB stores at most ${MAX_ITEM_BYTES} in one item. ` +
      `Its largest attribute is "${largest.name}" with ${largest.bytes} bytes.`,
    meta: { model, target: [largest.name] },
  });
}
