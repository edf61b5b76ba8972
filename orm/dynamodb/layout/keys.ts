import { createHash } from "node:crypto";
import type { FieldManifest, IndexManifest, ModelManifest } from "../../schema/manifest.ts";
import type { RecordValues } from "../../values/normalize.ts";
import { numberText } from "./attribute-value.ts";

/** The primary key of an item. */
export interface ItemKey {
  readonly _pk: string;
  readonly _sk: string;
}

/** The sort key of items that are alone in their partition. */
export const SINGLE = "#";

/** An id ends sort keys (1,024 bytes) behind a sort value: the longest id that leaves room for one. */
export const MAX_ID_BYTES = 512;

/** One key as one text, to compare and to look up by. */
export function keyText(table: string, key: ItemKey): string {
  return `${table}\n${key._pk}\n${key._sk}`;
}

/**
 * The partition of a unique key or index with these values: `<model>|<fields>|<value>`. The value
 * is hashed, except an id: keys have a fixed length whatever the value, and no e-mail or token
 * shows in key logs. Undefined where a value is null or cannot be a key: no record has it.
 */
export function partitionOf(
  model: ModelManifest,
  fields: readonly string[],
  values: RecordValues,
  orderBy?: string,
): string | undefined {
  const path = orderBy === undefined ? fields.join("+") : `${fields.join("+")}>${orderBy}`;
  if (path === "id") {
    const id = idText(values["id"]);
    return id === undefined ? undefined : `${model.name}|id|${id}`;
  }
  const texts: string[] = [];
  for (const name of fields) {
    const value = values[name] ?? null;
    if (value === null) return undefined;
    texts.push(canonicalText(model.fields.get(name)!, value));
  }
  return `${model.name}|${path}|${hashText(JSON.stringify(texts))}`;
}

/** The partition of one shard of a model-wide order. */
export function shardPartition(model: ModelManifest, index: IndexManifest, shard: number): string {
  return `${model.name}|>${index.orderBy}|${shard}`;
}

/** The shard an id belongs to. */
export function shardOf(index: IndexManifest, id: unknown): number {
  return createHash("sha256").update(String(id)).digest().readUInt32BE(0) % index.shards;
}

/** An id as key text, undefined for one too long to have been stored. */
export function idText(id: unknown): string | undefined {
  if (id === null || id === undefined) return undefined;
  const text = String(id);
  return Buffer.byteLength(text) <= MAX_ID_BYTES && text !== "" ? text : undefined;
}

/** One text for one value: equal values of a field have equal texts. */
function canonicalText(field: FieldManifest, value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "number" || typeof value === "bigint") return numberText(value);
  if (field.kind === "decimal") return numberText(value as string);
  return String(value);
}

function hashText(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
