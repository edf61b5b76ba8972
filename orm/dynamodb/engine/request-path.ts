import type { Explanation } from "../../driver.ts";
import type { Item } from "../layout/attribute-value.ts";
import { fieldsIn, fieldsText, homeText, parsePartition } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { textOf } from "../layout/stored-record.ts";
import type { OperationName } from "./operations.ts";

/** Which way a request goes to its items: in the words of `explain`. */
export interface RequestPath {
  readonly path: Extract<Explanation["path"], "home" | "unique" | "index" | "order" | "scan">;
  /** The fields of the key or index. */
  readonly fields: readonly string[];
}

/** The path of a request, read from its first key. Undefined for a key of no model, such as the schema's record. */
export function requestPath(
  layouts: ReadonlyMap<string, ModelLayout>,
  operation: OperationName,
  input: object,
): RequestPath | undefined {
  if (operation === "Scan") return { path: "scan", fields: [] };
  const key = parsePartition(partitionOf(input) ?? "");
  const layout = key && layouts.get(key.model);
  if (!layout) return undefined;
  const fields = fieldsIn(key.fields);
  if (homeText(layout.model.home) === key.fields) return { path: "home", fields };
  if (layout.uniqueEntries.some((unique) => fieldsText(unique.fields) === key.fields))
    return { path: "unique", fields };
  return { path: key.fields.startsWith(">") ? "order" : "index", fields };
}

interface Keyed {
  readonly Key?: Item;
  readonly Item?: Item;
}

/** The partition of a request's first key. */
function partitionOf(input: object): string | undefined {
  const { Key, Item, RequestItems, TransactItems, KeyConditionExpression, ExpressionAttributeValues } =
    input as Keyed & {
      RequestItems?: Record<string, { Keys?: Item[] }>;
      TransactItems?: Record<string, Keyed>[];
      KeyConditionExpression?: string;
      ExpressionAttributeValues?: Item;
    };
  const [write] = Object.values(TransactItems?.[0] ?? {});
  const [read] = Object.values(RequestItems ?? {});
  const key = Key ?? Item ?? write?.Key ?? write?.Item ?? read?.Keys?.[0];
  if (key) return textOf(key, "_pk");
  // The partition is the first value of a key condition.
  const placeholder = /:\w+/.exec(KeyConditionExpression ?? "")?.[0];
  return placeholder && ExpressionAttributeValues ? textOf(ExpressionAttributeValues, placeholder) : undefined;
}
