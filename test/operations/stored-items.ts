import { ScanCommand, type AttributeValue, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Schema } from "auth-dynamodb";
import { sameAttribute, type Item } from "../../orm/dynamodb/layout/attribute-value.ts";
import { beforePlaces } from "../../orm/dynamodb/layout/difference.ts";
import { layoutsOf } from "../../orm/dynamodb/layout/model-layout.ts";
import { readRecord, textOf } from "../../orm/dynamodb/layout/stored-record.ts";
import { compileManifest } from "../../orm/schema/compile-manifest.ts";

/** Every item of a table. */
export async function itemsOf(client: DynamoDBClient, TableName: string): Promise<Record<string, AttributeValue>[]> {
  const items: Record<string, AttributeValue>[] = [];
  for (let start: Record<string, AttributeValue> | undefined; ;) {
    const page = await client.send(new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey: start }));
    items.push(...(page.Items ?? []));
    if (!page.LastEvaluatedKey) return items;
    start = page.LastEvaluatedKey;
  }
}

/** What is missing in a table, other than it should be, or too much: computed from its records alone. */
export async function strayItems(client: DynamoDBClient, schema: Schema, table: string): Promise<string[]> {
  const layouts = layoutsOf(compileManifest(schema), { table });
  const items = (await itemsOf(client, table)) as unknown as Item[];
  const stored = new Map(items.filter((item) => textOf(item, "_kind") !== "record").map((item) => [keyOf(item), item]));
  const problems: string[] = [];
  for (const item of items) {
    const layout = layouts.get(textOf(item, "_model") ?? "");
    const record = layout && readRecord(layout, item);
    if (!record) continue;
    for (const { kind, item: wanted } of beforePlaces({ layout: record.layout, before: record, after: undefined })) {
      if (kind === "record") continue;
      const found = stored.get(keyOf(wanted));
      stored.delete(keyOf(wanted));
      if (!found) problems.push(`missing ${keyOf(wanted)}`);
      else if (Object.entries(wanted).some(([name, value]) => !sameAttribute(found[name], value)))
        problems.push(`other ${keyOf(wanted)}`);
    }
  }
  for (const [key, item] of stored) if (textOf(item, "_kind") !== "schema") problems.push(`stray ${key}`);
  return problems;
}

function keyOf(item: Item): string {
  return `${textOf(item, "_pk")} ${textOf(item, "_sk")}`;
}
