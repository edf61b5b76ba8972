import { invalidSchema } from "../errors.ts";
import type { FieldConfig, FieldKind } from "./fields.ts";
import type { ExpiryDefinition, IndexDefinition, Model, Schema } from "./model.ts";
import { resolveRelation, type RelationManifest } from "./relation-manifest.ts";

/** A field as the drivers see it. */
export interface FieldManifest {
  readonly name: string;
  readonly column: string;
  readonly kind: FieldKind;
  readonly idType: "string" | "integer" | undefined;
  readonly generated: "id" | "increment" | "now" | undefined;
  readonly nullable: boolean;
  readonly unique: boolean;
  readonly hasDefault: boolean;
  readonly defaultValue: unknown;
  readonly references: { readonly model: string; readonly field: string } | undefined;
  readonly values: readonly string[] | undefined;
}

/** A unique combination of fields. */
export interface UniqueKey {
  readonly fields: readonly string[];
}

/** An access path by equality on `on`, ordered by `orderBy`. */
export interface IndexManifest {
  readonly on: readonly string[];
  readonly orderBy: string | undefined;
  /** How many partitions a model-wide order (`on` is empty) is spread over. */
  readonly shards: number;
}

/** Where a model's records live. */
export interface HomeManifest {
  /** `unique`: one record a key. `index`: all records with the same values together. */
  readonly kind: "unique" | "index";
  readonly fields: readonly string[];
}

/** A model as the drivers see it. */
export interface ModelManifest {
  readonly name: string;
  readonly table: string;
  readonly namespace: string | undefined;
  readonly fields: ReadonlyMap<string, FieldManifest>;
  /** Every unique key, `id` first, the home included. */
  readonly uniques: readonly UniqueKey[];
  /** Every index that is not the home. */
  readonly indexes: readonly IndexManifest[];
  readonly home: HomeManifest;
  readonly expires: ExpiryDefinition | undefined;
  readonly relations: ReadonlyMap<string, RelationManifest>;
}

/** A schema as the drivers see it: resolved and checked. */
export interface Manifest {
  readonly models: ReadonlyMap<string, ModelManifest>;
}

const DEFAULT_SHARDS = 4;

/** Names become parts of keys, where these characters separate. */
const SEPARATORS = /[|+>]/;

/** Words of a `where`. */
const RESERVED_FIELDS: ReadonlySet<string> = new Set(["AND", "OR", "NOT"]);

/** Resolves and checks a schema. Throws `INVALID_SCHEMA`, naming the model and what to change. */
export function compileManifest(schema: Schema): Manifest {
  const models = new Map<string, ModelManifest>();
  for (const [name, model] of Object.entries(schema.models)) models.set(name, compileModel(name, model));
  for (const model of models.values()) checkReferences(model, models);
  const resolved = new Map<string, ModelManifest>();
  for (const model of models.values()) {
    const relations = new Map(
      Object.entries(schema.models[model.name]!.relations).map(([relation, definition]) => [
        relation,
        resolveRelation(model, relation, definition, models),
      ]),
    );
    resolved.set(model.name, { ...model, relations });
  }
  return { models: resolved };
}

function compileModel(name: string, model: Model): ModelManifest {
  if (name === "" || SEPARATORS.test(name)) {
    throw invalidSchema(`Model name "${name}" must not be empty or contain "|", "+" or ">".`, name);
  }
  const fields = compileFields(name, model);
  const uniques = compileUniques(name, model, fields);
  const home = compileHome(name, model, fields, uniques);
  const table = typeof model.table === "string" ? { name: model.table } : model.table;
  if (table.name === "") throw invalidSchema(`Model "${name}" needs a table name.`, name);
  return {
    name,
    table: table.name,
    namespace: table.schema,
    fields,
    uniques,
    indexes: compileIndexes(name, model, fields, uniques, home),
    home,
    expires: compileExpiry(name, model, fields),
    relations: new Map(),
  };
}

function compileExpiry(name: string, model: Model, fields: Map<string, FieldManifest>): ExpiryDefinition | undefined {
  if (model.expires === undefined) return undefined;
  const expires = typeof model.expires === "string" ? { field: model.expires, after: 0 } : model.expires;
  const kind = fields.get(expires.field)?.kind;
  if (kind === "datetime" || kind === "number" || kind === "integer") return expires;
  throw invalidSchema(`Model "${name}" expires by "${expires.field}", which is no datetime field and no number of milliseconds.`, name);
}

function compileFields(name: string, model: Model): Map<string, FieldManifest> {
  const fields = new Map<string, FieldManifest>();
  const columns = new Set<string>();
  for (const [field, { config }] of Object.entries(model.fields)) {
    const column = (config as FieldConfig).column ?? field;
    if (field === "" || SEPARATORS.test(field)) {
      throw invalidSchema(`Field name "${field}" of "${name}" must not be empty or contain "|", "+" or ">".`, name, [field]);
    }
    if (RESERVED_FIELDS.has(field)) {
      throw invalidSchema(`Field "${field}" of "${name}" has the name of a where operator. Name it otherwise and use .map("${field}").`, name, [field]);
    }
    if (column === "" || column.startsWith("_")) {
      throw invalidSchema(
        `Column "${column}" of "${name}" must not begin with "_": those attributes belong to the storage layout. Use .map("…").`,
        name,
        [field],
      );
    }
    if (columns.has(column)) {
      throw invalidSchema(`Two fields of "${name}" use the column "${column}".`, name, [field]);
    }
    columns.add(column);
    fields.set(field, compileField(field, column, config as FieldConfig));
  }
  const id = fields.get("id");
  if (id?.kind !== "id") throw invalidSchema(`Model "${name}" needs a field "id" made with id().`, name, ["id"]);
  return fields;
}

function compileField(name: string, column: string, config: FieldConfig): FieldManifest {
  const [model, ...rest] = (config.references ?? "").split(".");
  return {
    name,
    column,
    kind: config.kind,
    idType: config.idType,
    generated: config.generated,
    nullable: config.nullable,
    unique: config.unique,
    hasDefault: config.hasDefault,
    defaultValue: config.defaultValue,
    references: config.references ? { model: model!, field: rest.join(".") } : undefined,
    values: config.values,
  };
}

function compileUniques(name: string, model: Model, fields: Map<string, FieldManifest>): UniqueKey[] {
  const keys: UniqueKey[] = [{ fields: ["id"] }];
  for (const field of fields.values()) {
    if (field.unique && field.name !== "id") keys.push({ fields: [field.name] });
  }
  for (const fieldsOfKey of model.constraints.unique ?? []) {
    if (!keys.some((key) => sameFields(key.fields, fieldsOfKey))) keys.push({ fields: fieldsOfKey });
  }
  for (const key of keys) checkKeyFields(name, fields, key.fields, "unique key");
  return keys;
}

function compileHome(
  name: string,
  model: Model,
  fields: Map<string, FieldManifest>,
  uniques: readonly UniqueKey[],
): HomeManifest {
  const wanted = typeof model.clusterBy === "string" ? [model.clusterBy] : (model.clusterBy ?? ["id"]);
  if (wanted.length === 0) throw invalidSchema(`clusterBy of "${name}" is empty.`, name);
  checkKeyFields(name, fields, wanted, "clusterBy");
  for (const field of wanted) {
    if (fields.get(field)!.nullable) {
      throw invalidSchema(`clusterBy field "${field}" of "${name}" must not be nullable: a record without it would have no home.`, name, [field]);
    }
  }
  const unique = uniques.find((key) => sameFields(key.fields, wanted));
  return unique ? { kind: "unique", fields: unique.fields } : { kind: "index", fields: wanted };
}

function compileIndexes(
  name: string,
  model: Model,
  fields: Map<string, FieldManifest>,
  uniques: readonly UniqueKey[],
  home: HomeManifest,
): IndexManifest[] {
  const indexes: IndexManifest[] = [];
  const served = (on: readonly string[]) =>
    sameFields(home.fields, on) || uniques.some((key) => sameFields(key.fields, on));
  for (const definition of model.constraints.indexes ?? []) {
    const index = compileIndex(definition);
    checkKeyFields(name, fields, index.on, "index");
    if (index.orderBy !== undefined) checkKeyFields(name, fields, [index.orderBy], "index order");
    else if (index.on.length === 0) throw invalidSchema(`An index of "${name}" names no field.`, name);
    if (!Number.isInteger(index.shards) || index.shards < 1) {
      throw invalidSchema(`An index of "${name}" asks for ${index.shards} shards: give a whole number from 1.`, name);
    }
    const known = indexes.some((other) => sameFields(other.on, index.on) && other.orderBy === index.orderBy);
    if (known || (index.orderBy === undefined && served(index.on))) continue;
    indexes.push(index);
  }
  for (const field of fields.values()) {
    const config = model.fields[field.name]!.config as FieldConfig;
    const on = [field.name];
    if (!field.references || !config.indexReference || served(on)) continue;
    if (!indexes.some((index) => sameFields(index.on, on))) {
      indexes.push({ on, orderBy: undefined, shards: 1 });
    }
  }
  return indexes;
}

function compileIndex(definition: IndexDefinition): IndexManifest {
  if (Array.isArray(definition)) return { on: definition as readonly string[], orderBy: undefined, shards: 1 };
  const { on, orderBy, shards } = definition as Exclude<IndexDefinition, readonly string[]>;
  return { on, orderBy, shards: on.length === 0 ? (shards ?? DEFAULT_SHARDS) : 1 };
}

function checkKeyFields(
  model: string,
  fields: Map<string, FieldManifest>,
  names: readonly string[],
  use: string,
): void {
  for (const [position, name] of names.entries()) {
    const field = fields.get(name);
    if (!field) throw invalidSchema(`A ${use} of "${model}" names the unknown field "${name}".`, model, [name]);
    if (field.kind === "json") throw invalidSchema(`A ${use} of "${model}" cannot use the json field "${name}".`, model, [name]);
    if (names.indexOf(name) !== position) throw invalidSchema(`A ${use} of "${model}" names "${name}" twice.`, model, [name]);
  }
}

function checkReferences(model: ModelManifest, models: ReadonlyMap<string, ModelManifest>): void {
  for (const field of model.fields.values()) {
    if (!field.references) continue;
    const target = models.get(field.references.model)?.fields.get(field.references.field);
    if (target) continue;
    throw invalidSchema(
      `"${model.name}.${field.name}" references "${field.references.model}.${field.references.field}", which is not in the schema.`,
      model.name,
      [field.name],
    );
  }
}

/** Whether two field lists name the same fields, in whatever order. */
export function sameFields(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((field) => right.includes(field));
}
