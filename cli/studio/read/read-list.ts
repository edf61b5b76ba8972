import type { StoreContext } from "../../../orm/dynamodb/context.ts";
import type { Item } from "../../../orm/dynamodb/layout/attribute-value.ts";
import { itemKey, partitionOf, shardPartition } from "../../../orm/dynamodb/layout/keys.ts";
import type { ModelLayout } from "../../../orm/dynamodb/layout/model-layout.ts";
import { keyAttributes } from "../../../orm/dynamodb/layout/places.ts";
import { readRecord } from "../../../orm/dynamodb/layout/stored-record.ts";
import { followEntries } from "../../../orm/dynamodb/read/follow-entries.ts";
import { scanInput } from "../../../orm/dynamodb/read/pages.ts";
import type { RecordValues } from "../../../orm/values/normalize.ts";
import { compareText } from "../../../orm/values/compare.ts";
import { Refused } from "../refused.ts";
import type { List } from "./lists.ts";

/** Requests of one page of a scan: a table may hold little of a model. */
const MAX_SCANS = 10;
/** Items that the first of them looks at; each next one at twice as many, up to a bound: 15,000 together. */
const SCANNED_FIRST = 200;
const SCANNED_AT_ONCE = 2000;

/** Which page of a list. */
export interface PageQuery {
  readonly values: RecordValues;
  /** Where the page before ended. */
  readonly after: string | undefined;
  readonly backward: boolean;
  readonly take: number;
}

export interface Page {
  readonly records: readonly RecordValues[];
  readonly after: string | undefined;
  readonly scanned?: number;
}

/**
 * A page of records in the order of their index: page 200 costs what the first one does. By a unique key it is one
 * record; in a scan the order is that of the table's partitions.
 */
export async function readList(
  context: StoreContext,
  layout: ModelLayout,
  list: List,
  query: PageQuery,
): Promise<Page> {
  if (list.kind === "scan") return scan(context, layout, query);
  const { model } = layout;
  const { index } = list;
  const partitions =
    index && index.on.length === 0
      ? Array.from({ length: index.shards }, (_, shard) => shardPartition(model, index, shard))
      : [partitionOf(model, list.on, query.values, list.text)].filter((name) => name !== undefined);
  const parts = await Promise.all(partitions.map((partition) => readPartition(context, layout, partition, query)));
  const direction = query.backward ? -1 : 1;
  const all = parts.flat().sort((a, b) => direction * compareText(itemKey(a)._sk, itemKey(b)._sk));
  const items = all.slice(0, query.take);
  const last = items.at(-1);
  const found =
    list.kind === "home" ? items.map((item) => readRecord(layout, item)) : await followEntries(context, layout, items);
  return {
    records: found.flatMap((record) => (record ? [record.values] : [])),
    after: last && all.length > items.length ? itemKey(last)._sk : undefined,
  };
}

/** As many items of a partition as a page has, and one more: whether there is a next page. */
async function readPartition(
  context: StoreContext,
  layout: ModelLayout,
  partition: string,
  { after, backward, take }: PageQuery,
): Promise<Item[]> {
  const output = await context.sender.send("Query", layout.model.name, {
    TableName: layout.table,
    ConsistentRead: true,
    KeyConditionExpression: after === undefined ? "#p = :p" : `#p = :p AND #s ${backward ? "<" : ">"} :after`,
    ExpressionAttributeNames: { "#p": "_pk", ...(after === undefined ? {} : { "#s": "_sk" }) },
    ExpressionAttributeValues: { ":p": { S: partition }, ...(after === undefined ? {} : { ":after": { S: after } }) },
    ScanIndexForward: !backward,
    Limit: take + 1,
  });
  return (output.Items ?? []) as Item[];
}

async function scan(context: StoreContext, layout: ModelLayout, { after, take }: PageQuery): Promise<Page> {
  const input = scanInput(layout, { type: "and", items: [] });
  const found: Item[] = [];
  let next = after === undefined ? undefined : keyOfCursor(after);
  let scanned = 0;
  for (let requests = 0; requests < MAX_SCANS; requests++) {
    const output = await context.sender.send("Scan", layout.model.name, {
      ...input,
      ConsistentRead: true,
      Limit: Math.min(SCANNED_FIRST * 2 ** requests, SCANNED_AT_ONCE),
      ...(next ? { ExclusiveStartKey: next } : {}),
    });
    found.push(...((output.Items ?? []) as Item[]));
    scanned += output.ScannedCount ?? 0;
    next = output.LastEvaluatedKey as Item | undefined;
    if (!next || found.length >= take) break;
  }
  const items = found.slice(0, take);
  const last = items.at(-1);
  // A scan goes on behind any item.
  const following = found.length > items.length && last ? keyAttributes(itemKey(last)) : next;
  return {
    records: items.flatMap((item): RecordValues[] => {
      const record = readRecord(layout, item);
      return record ? [record.values] : [];
    }),
    after: following && cursorOf(following),
    scanned,
  };
}

function cursorOf(item: Item): string {
  const { _pk, _sk } = itemKey(item);
  return JSON.stringify([_pk, _sk]);
}

function keyOfCursor(text: string): Item {
  let key: unknown;
  try {
    key = JSON.parse(text);
  } catch {
    // Told below.
  }
  const [_pk, _sk] = Array.isArray(key) ? (key as unknown[]) : [];
  if (typeof _pk !== "string" || typeof _sk !== "string") throw new Refused("BAD_REQUEST", '"after" is no cursor.');
  return keyAttributes({ _pk, _sk });
}
