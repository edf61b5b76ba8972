import {
  BatchWriteItemCommand,
  CreateTableCommand,
  ScanCommand,
  waitUntilTableExists,
  type WriteRequest,
  type AttributeValue as SdkValue,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import type { Item } from "../../orm/dynamodb/layout/attribute-value.ts";
import { sameAttribute } from "../../orm/dynamodb/layout/attribute-value.ts";
import { keyText } from "../../orm/dynamodb/layout/keys.ts";
import type { ModelLayout } from "../../orm/dynamodb/layout/model-layout.ts";
import { placesOf } from "../../orm/dynamodb/layout/place-items.ts";
import { numberOf, readRecord, textOf, type StoredRecord } from "../../orm/dynamodb/layout/stored-record.ts";

/** Makes an empty table of this package's layout. */
export async function createTable(client: DynamoDBClient, table: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [
        { AttributeName: "_pk", KeyType: "HASH" },
        { AttributeName: "_sk", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "_pk", AttributeType: "S" },
        { AttributeName: "_sk", AttributeType: "S" },
      ],
    }),
  );
  // Dynalite answers before the table can be used. The bound is for an engine that hangs.
  await waitUntilTableExists({ client, maxWaitTime: 300, minDelay: 1, maxDelay: 1 }, { TableName: table });
}

/** Turns what a table holds into the given items. */
export async function resetTable(
  client: DynamoDBClient,
  table: string,
  from: readonly Item[],
  to: readonly Item[],
): Promise<void> {
  const kept = new Map(to.map((item) => [textKey(item), item]));
  const requests: WriteRequest[] = from
    .filter((item) => !kept.has(textKey(item)))
    .map((item) => ({ DeleteRequest: { Key: { _pk: item["_pk"]!, _sk: item["_sk"]! } as Record<string, SdkValue> } }));
  const before = new Map(from.map((item) => [textKey(item), item]));
  for (const [text, item] of kept) {
    const same = before.has(text) && sameAttribute({ M: before.get(text)! }, { M: item });
    if (!same) requests.push({ PutRequest: { Item: item as Record<string, SdkValue> } });
  }
  for (let start = 0; start < requests.length; start += 25) {
    await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests.slice(start, start + 25) } }));
  }
}

/** Every item of a table. */
export async function readItems(client: DynamoDBClient, table: string): Promise<Item[]> {
  const items: Item[] = [];
  let start: Record<string, SdkValue> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ExclusiveStartKey: start }),
    );
    items.push(...((page.Items ?? []) as Item[]));
    start = page.LastEvaluatedKey;
  } while (start);
  return items;
}

/** The records among items. */
export function recordsOf(layouts: ReadonlyMap<string, ModelLayout>, items: readonly Item[]): StoredRecord[] {
  return items.flatMap((item) => {
    const layout = layouts.get(textOf(item, "_model") ?? "");
    return (layout && readRecord(layout, item)) ?? [];
  });
}

/**
 * What is wrong with a set of items: `broken` never may be, `dangling` entries lead nowhere and are harmless, and
 * `outdated` ones, which tell of another field of their record what is not true, come of a write that was cut on an
 * engine without transactions.
 */
export interface Findings {
  readonly broken: string[];
  readonly outdated: string[];
  readonly dangling: Item[];
}

/** Holds every item against the layout: the tests' own audit, beside the driver's. */
export function inspect(layouts: ReadonlyMap<string, ModelLayout>, items: readonly Item[]): Findings {
  const broken: string[] = [];
  const outdated: string[] = [];
  const byKey = new Map(items.map((item) => [textKey(item), item]));
  const claimed = new Set<string>();
  const ids = new Set<string>();
  for (const record of recordsOf(layouts, items)) {
    const name = `${record.layout.model.name} ${String(record.values["id"])}`;
    if (ids.has(name)) broken.push(`${name}: two records`);
    ids.add(name);
    broken.push(...expiryProblems(record).map((problem) => `${name}: ${problem}`));
    for (const place of placesOf(record.layout, record.values, { born: record.born, expiry: undefined })) {
      const text = keyText("", place.key);
      claimed.add(text);
      const item = byKey.get(text);
      const at = `${name}: the ${place.kind} of ${place.fields.join("+")}`;
      if (!item) {
        broken.push(`${at} is missing`);
        continue;
      }
      broken.push(...placeProblems(place.item, item, record).map((problem) => `${at} ${problem}`));
      if (place.kind !== "record")
        outdated.push(...differences(place.item, item, isField).map((text) => `${at} ${text}`));
    }
  }
  const isEntry = (item: Item) => ["unique", "index"].includes(textOf(item, "_kind") ?? "");
  const dangling = items.filter((item) => isEntry(item) && !claimed.has(textKey(item)));
  return { broken, outdated, dangling };
}

function isField(attribute: string): boolean {
  return !attribute.startsWith("_");
}

function textKey(item: Item): string {
  return keyText("", { _pk: textOf(item, "_pk")!, _sk: textOf(item, "_sk")! });
}

function placeProblems(expected: Item, item: Item, record: StoredRecord): string[] {
  if (textOf(item, "_kind") === "record") return differences(expected, item, () => true);
  const problems = differences(expected, item, (attribute) => !isField(attribute));
  const entries = numberOf(item, "_ttl");
  const early = record.entriesExpire === undefined ? entries !== undefined : !(entries! >= record.entriesExpire);
  if (early) problems.push(`expires at ${entries}, the record thinks at ${record.entriesExpire}`);
  return problems;
}

function differences(expected: Item, item: Item, counts: (attribute: string) => boolean): string[] {
  return Object.keys(expected)
    .filter((attribute) => counts(attribute) && !sameAttribute(expected[attribute], item[attribute]))
    .map((attribute) => `has another ${attribute}: ${JSON.stringify(item[attribute])}`);
}

function expiryProblems({ layout, values, item, entriesExpire }: StoredRecord): string[] {
  const { expires: expiry } = layout.model;
  const expires = expiry ? (values[expiry.field] as Date | null) : null;
  const ttl = numberOf(item, "_ttl");
  if (!expires) return ttl === undefined ? [] : ["has a _ttl and no expiry"];
  const problems: string[] = [];
  const seconds = Math.ceil(expires.getTime() / 1000) + expiry!.after;
  if (ttl !== seconds) problems.push(`_ttl is ${ttl} and the expiry ${seconds}`);
  if (!Number.isSafeInteger(ttl) || ttl! > 1e11) problems.push(`_ttl ${ttl} is no integer of epoch seconds`);
  if (layout.hasEntries && !(entriesExpire! >= ttl!))
    problems.push(`its entries expire at ${entriesExpire}, before its own ${ttl}`);
  return problems;
}
