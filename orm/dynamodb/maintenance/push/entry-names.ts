import { decodeValue, type Item } from "../../layout/attribute-value.ts";
import { fieldsIn, fieldsText, homeText, indexText, itemKey, parsePartition, shardOf } from "../../layout/keys.ts";
import { fieldOf, type ModelLayout } from "../../layout/model-layout.ts";
import { textOf } from "../../layout/stored-record.ts";

/** What a table has to hold of a model, in words that can be stored and compared. */
export interface ModelEntries {
  /** Where records live. */
  readonly home: string;
  /** The entries each record has, by name: `unique:email`, `index:companyId`, `index:>createdAt#4`. */
  readonly entries: readonly string[];
  /** The fields that every entry carries. */
  readonly carries: readonly string[];
  /** The field that records expire by, and how long after it: `expiresAt+0`. Empty where they do not. */
  readonly expiry: string;
}

/** The entries of a model as its layout has them now. */
export function modelEntries(layout: ModelLayout): ModelEntries {
  const { home, expires } = layout.model;
  return {
    home: `${home.kind}:${homeText(home)}`,
    entries: [
      ...layout.uniqueEntries.map(({ fields }) => uniqueName(fields)),
      ...layout.indexes.map((index) => `index:${indexText(index)}${index.on.length === 0 ? `#${index.shards}` : ""}`),
    ].sort(),
    carries: layout.hasEntries ? [...layout.placedFields].sort() : [],
    expiry: expires ? `${expires.field}+${expires.after}` : "",
  };
}

/** The name of a unique key's entries. */
export function uniqueName(fields: readonly string[]): string {
  return `unique:${fieldsText(fields)}`;
}

/** What a name of entries says. Undefined for any other text. */
export function parseEntryName(
  name: string,
): { readonly kind: string; readonly fields: string; readonly shards: number | undefined } | undefined {
  const [, kind, fields, shards] = /^(unique|index):(.+?)(?:#(\d+))?$/.exec(name) ?? [];
  if (!kind || !fields) return undefined;
  return { kind, fields, shards: shards === undefined ? undefined : Number(shards) };
}

/** The fields that a name of entries has, in its order. */
export function entryFields(name: string): string[] {
  return fieldsIn(parseEntryName(name)?.fields ?? "");
}

/**
 * Whether an entry is one that a name stands for: read from its key, and of a model-wide order from
 * its shard: `id` is that of its record. Without it, any shard will do.
 */
export function isNamed(name: string, entry: Item, id?: string): boolean {
  const wanted = parseEntryName(name);
  const key = parsePartition(itemKey(entry)._pk);
  if (!wanted || !key || textOf(entry, "_kind") !== wanted.kind || key.fields !== wanted.fields) return false;
  return (
    id === undefined || wanted.shards === undefined || String(shardOf({ shards: wanted.shards }, id)) === key.value
  );
}

/** The id of the record that an entry is of. */
export function entryId(layout: ModelLayout, entry: Item): string {
  const field = fieldOf(layout, "id");
  return String(decodeValue(field, entry[field.column]) ?? "");
}
