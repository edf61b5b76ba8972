import type { FieldManifest, HomeManifest, IndexManifest, ModelManifest } from "../../schema/manifest.ts";
import { knownField } from "../../schema/known.ts";
import type { RecordValues } from "../../values/normalize.ts";
import { utf8Length } from "../../util/bytes.ts";
import { sha256, sha256Text } from "../../util/sha256.ts";
import { numberText, type AttributeValue, type Item } from "./attribute-value.ts";

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

/** The key of an item. */
export function itemKey(item: Item): ItemKey {
  return { _pk: keyPart(item["_pk"]), _sk: keyPart(item["_sk"]) };
}

/** Both parts of a key are text, and every item has them. */
function keyPart(value: AttributeValue | undefined): string {
  return value && "S" in value ? value.S : "";
}

/** Whether two keys of one table are the same. */
export function sameKey(left: ItemKey, right: ItemKey): boolean {
  return left._pk === right._pk && left._sk === right._sk;
}

/** The fields of a key as its text names them: `email`, `provider+subject`, `team>rank`, `>createdAt`. */
export function fieldsText(fields: readonly string[], orderBy?: string): string {
  return orderBy === undefined ? fields.join("+") : `${fields.join("+")}>${orderBy}`;
}

/** The same of an index. One that carries the record is another than one that does not: `userId*`. */
export function indexText({ on, orderBy, carries }: Pick<IndexManifest, "on" | "orderBy" | "carries">): string {
  return `${fieldsText(on, orderBy)}${carries ? "*" : ""}`;
}

/** The same of a home. */
export function homeText({ fields, orderBy }: HomeManifest): string {
  return fieldsText(fields, orderBy);
}

/** The fields that such a text names, in its order. */
export function fieldsIn(text: string): string[] {
  return text.split(/[+>*]/).filter((field) => field !== "");
}

/** What the text of a partition says. */
export interface PartitionText {
  readonly model: string;
  /** The fields, as {@link fieldsText} writes them. */
  readonly fields: string;
  /** The values' hash, an id, or a shard. */
  readonly value: string;
}

/**
 * Reads the text of a partition, as {@link partitionOf} and {@link shardPartition} write it. Undefined for any other.
 */
export function parsePartition(partition: string): PartitionText | undefined {
  const [model, fields, ...rest] = partition.split("|");
  if (!model || !fields || rest.length === 0) return undefined;
  // An id may have separators.
  return { model, fields, value: rest.join("|") };
}

/**
 * The partition of a unique key or index with these values: `<model>|<fields>|<value>`. The value
 * is hashed, except an id: keys have a fixed length whatever the value, and no e-mail or token
 * shows in key logs. Undefined where a value is null or cannot be a key: no record has it. Of an index, `text` is its
 * own.
 */
export function partitionOf(
  model: ModelManifest,
  fields: readonly string[],
  values: RecordValues,
  text: string = fieldsText(fields),
): string | undefined {
  if (text === "id") {
    const id = idText(values["id"]);
    return id === undefined ? undefined : `${model.name}|id|${id}`;
  }
  const texts: string[] = [];
  for (const name of fields) {
    const value = values[name] ?? null;
    if (value === null) return undefined;
    texts.push(canonicalText(knownField(model, name), value));
  }
  return `${model.name}|${text}|${sha256Text(JSON.stringify(texts))}`;
}

/** The key of a unique key's only item, a record or its entry. Undefined where a value is null or cannot be a key. */
export function uniqueKey(model: ModelManifest, fields: readonly string[], values: RecordValues): ItemKey | undefined {
  const _pk = partitionOf(model, fields, values);
  return _pk === undefined ? undefined : { _pk, _sk: SINGLE };
}

/** The partition in which a model's records with these values live. */
export function homePartition(model: ModelManifest, values: RecordValues): string | undefined {
  return partitionOf(model, model.home.fields, values, homeText(model.home));
}

/** The partition of one shard of a model-wide order. */
export function shardPartition(model: ModelManifest, index: IndexManifest, shard: number): string {
  return `${model.name}|${indexText(index)}|${shard}`;
}

/** The shard an id belongs to. */
export function shardOf(index: Pick<IndexManifest, "shards">, id: unknown): number {
  const [a = 0, b = 0, c = 0, d = 0] = sha256(String(id));
  return (((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % index.shards;
}

/** An id as key text, undefined for one too long to have been stored. */
export function idText(id: unknown): string | undefined {
  if (id === null || id === undefined) return undefined;
  const text = String(id);
  return utf8Length(text) <= MAX_ID_BYTES && text !== "" ? text : undefined;
}

/** One text for one value: equal values of a field have equal texts. */
function canonicalText(field: FieldManifest, value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "number" || typeof value === "bigint") return numberText(value);
  if (field.kind === "decimal") return numberText(value as string);
  return String(value);
}
