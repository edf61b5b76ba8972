import { invalidSchema } from "../../errors.ts";
import type {
  FieldManifest,
  IndexManifest,
  Manifest,
  ModelManifest,
  UniqueKey,
} from "../../schema/manifest.ts";
import { sameFields } from "../../schema/manifest.ts";

/** A model with its place in the tables: what the rest of the layout is computed from. */
export interface ModelLayout {
  readonly model: ModelManifest;
  readonly table: string;
  /** The unique keys that have entries: all but the home. */
  readonly uniqueEntries: readonly UniqueKey[];
  readonly indexes: readonly IndexManifest[];
  /** Whether a record has any entry. */
  readonly hasEntries: boolean;
  /** Fields whose change changes the record's places: key fields, and what the entries carry. */
  readonly placedFields: ReadonlySet<string>;
  /** The foreign keys of this model: entries carry them, to read related records with the record itself. */
  readonly foreignKeys: readonly string[];
}

/** How models are given tables. */
export interface TableNaming {
  /** One table for all models. */
  readonly table?: string | undefined;
  /** Tables by model name; several models may share one. */
  readonly tables?: Readonly<Record<string, string>> | undefined;
  /** Put before the schema's own table names; those that `tables` gives are taken as they are. Not with `table`. */
  readonly tablePrefix?: string | undefined;
}

/** DynamoDB's rule for table names. */
const TABLE_NAME = /^[A-Za-z0-9_.-]{3,255}$/;

/** Lays out every model of a schema. Throws `INVALID_SCHEMA` for a name DynamoDB refuses, and for names that contradict. */
export function layoutsOf(manifest: Manifest, naming: TableNaming): Map<string, ModelLayout> {
  if (naming.table !== undefined && naming.tablePrefix) {
    throw invalidSchema(
      `Both table ("${naming.table}") and tablePrefix ("${naming.tablePrefix}") are given: one table's name takes no prefix. Leave one out.`,
    );
  }
  for (const model of Object.keys(naming.tables ?? {})) {
    if (!manifest.models.has(model)) {
      throw invalidSchema(`tables names the unknown model "${model}". There are ${[...manifest.models.keys()].join(", ")}.`, model);
    }
  }
  const layouts = new Map<string, ModelLayout>();
  for (const model of manifest.models.values()) layouts.set(model.name, layoutOf(model, tableOf(model, naming)));
  return layouts;
}

function tableOf(model: ModelManifest, naming: TableNaming): string {
  const own = naming.tables && Object.hasOwn(naming.tables, model.name) ? naming.tables[model.name] : undefined;
  const table = own ?? naming.table ?? `${naming.tablePrefix ?? ""}${model.table}`;
  if (!TABLE_NAME.test(table)) {
    throw invalidSchema(
      `"${table}" of model "${model.name}" is no DynamoDB table name: 3 to 255 letters, digits, "_", "-" or ".".`,
      model.name,
    );
  }
  return table;
}

function layoutOf(model: ModelManifest, table: string): ModelLayout {
  const uniqueEntries = model.uniques.filter((key) => !sameFields(key.fields, model.home.fields));
  const foreignKeys = [...model.fields.values()].filter((field) => field.references).map((field) => field.name);
  const hasEntries = uniqueEntries.length + model.indexes.length > 0;
  const placedFields = new Set([
    ...model.home.fields,
    ...uniqueEntries.flatMap((key) => key.fields),
    ...model.indexes.flatMap((index) => (index.orderBy === undefined ? index.on : [...index.on, index.orderBy])),
    ...(hasEntries ? foreignKeys : []),
  ]);
  return { model, table, uniqueEntries, indexes: model.indexes, hasEntries, placedFields, foreignKeys };
}

/** A field of a layout's model that is known to exist. */
export function fieldOf(layout: ModelLayout, name: string): FieldManifest {
  return layout.model.fields.get(name)!;
}
