import { invalidSchema } from "../errors.ts";
import { checkField } from "./check-field.ts";
import type { FieldConfig } from "./fields.ts";
import { clusterOf } from "./cluster.ts";
import type { FieldManifest, HomeManifest, IndexManifest, Manifest, ModelManifest, UniqueKey } from "./manifest.ts";
import type { ExpiryDefinition, IndexDefinition, Model, Schema } from "./model.ts";
import { checkReferences, referrersOf } from "./references.ts";
import { resolveRelation } from "./relation-manifest.ts";
import { sameFields } from "./same-fields.ts";
import { knownModel } from "./known.ts";

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
  for (const [name, definitions] of Object.entries(schema.models)) {
    const model = knownModel({ models }, name);
    const relations = new Map(
      Object.entries(definitions.relations).map(([relation, definition]) => [
        relation,
        resolveRelation(model, relation, definition, models),
      ]),
    );
    resolved.set(model.name, { ...model, relations, referrers: referrersOf(model.name, models) });
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
    idEntry: model.idEntry ?? true,
    expires: compileExpiry(name, model, fields),
    relations: new Map(),
    referrers: [],
  };
}

function compileExpiry(name: string, model: Model, fields: Map<string, FieldManifest>): ExpiryDefinition | undefined {
  if (model.expires === undefined) return undefined;
  const expires = typeof model.expires === "string" ? { field: model.expires, after: 0 } : model.expires;
  const kind = fields.get(expires.field)?.kind;
  if (kind === "datetime" || kind === "number" || kind === "integer") return expires;
  throw invalidSchema(
    `Model "${name}" expires by "${expires.field}", which is no datetime field and no number of milliseconds.`,
    name,
  );
}

function compileFields(name: string, model: Model): Map<string, FieldManifest> {
  const fields = new Map<string, FieldManifest>();
  const columns = new Set<string>();
  for (const [field, { config }] of Object.entries(model.fields)) {
    const column = (config as FieldConfig).column ?? field;
    if (field === "" || SEPARATORS.test(field)) {
      throw invalidSchema(`Field name "${field}" of "${name}" must not be empty or contain "|", "+" or ">".`, name, [
        field,
      ]);
    }
    if (RESERVED_FIELDS.has(field)) {
      throw invalidSchema(
        `Field "${field}" of "${name}" has the name of a where operator. Name it otherwise and use .map("${field}").`,
        name,
        [field],
      );
    }
    if (column === "") throw invalidSchema(`Field "${field}" of "${name}" has a column without a name.`, name, [field]);
    if (columns.has(column)) {
      throw invalidSchema(`Two fields of "${name}" use the column "${column}".`, name, [field]);
    }
    columns.add(column);
    const compiled = compileField(field, column, config as FieldConfig);
    checkField(name, compiled);
    fields.set(field, compiled);
  }
  const id = fields.get("id");
  if (id?.kind !== "id") throw invalidSchema(`Model "${name}" needs a field "id" made with id().`, name, ["id"]);
  return fields;
}

function compileField(name: string, column: string, config: FieldConfig): FieldManifest {
  const [model = "", ...rest] = (config.references ?? "").split(".");
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
    references: config.references ? { model, field: rest.join("."), onDelete: config.onDelete } : undefined,
    values: config.values,
  };
}

function compileUniques(name: string, model: Model, fields: Map<string, FieldManifest>): UniqueKey[] {
  const keys: UniqueKey[] = [{ fields: ["id"] }];
  for (const field of fields.values()) {
    if (field.unique && field.name !== "id") keys.push({ fields: [field.name] });
  }
  for (const fieldsOfKey of model.constraints.unique ?? []) {
    const given: readonly string[] = fieldsOfKey;
    if (given.length === 0) throw invalidSchema(`A unique key of "${name}" names no field.`, name);
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
  const { on: wanted, orderBy } = clusterOf(model.clusterBy);
  if (wanted.length === 0) throw invalidSchema(`clusterBy of "${name}" is empty.`, name);
  checkKeyFields(name, fields, wanted, "clusterBy");
  for (const field of wanted) {
    if (fields.get(field)?.nullable) {
      throw invalidSchema(
        `clusterBy field "${field}" of "${name}" must not be nullable: a record without it would have no home.`,
        name,
        [field],
      );
    }
  }
  const unique = uniques.find((key) => sameFields(key.fields, wanted));
  if (orderBy === undefined) return { kind: unique ? "unique" : "index", fields: unique?.fields ?? wanted, orderBy };
  if (unique) {
    throw invalidSchema(
      `clusterBy of "${name}" has the order "${orderBy}", and its fields are a unique key: each record lives alone. ` +
        "Leave out orderBy.",
      name,
      [orderBy],
    );
  }
  checkKeyFields(name, fields, [...wanted, orderBy], "clusterBy");
  return { kind: "index", fields: wanted, orderBy };
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
    if (index.carries && model.expires) {
      throw invalidSchema(
        `An index of "${name}" carries the record, and its records expire: entries outlive them. Leave out ` +
          'carries: "record".',
        name,
        index.on,
      );
    }
    const same = (other: IndexManifest) => sameFields(other.on, index.on) && other.orderBy === index.orderBy;
    if (served(index.on) && (index.orderBy === undefined || index.orderBy === home.orderBy)) continue;
    const known = indexes.findIndex(same);
    // One that carries the record does all that the other does.
    if (known === -1) indexes.push(index);
    else if (index.carries) indexes[known] = index;
  }
  for (const field of fields.values()) {
    const config = model.fields[field.name]?.config as FieldConfig | undefined;
    const on = [field.name];
    if (!field.references || !config?.indexReference || served(on)) continue;
    if (!indexes.some((index) => sameFields(index.on, on))) {
      indexes.push({ on, orderBy: undefined, shards: 1, carries: false });
    }
  }
  return indexes;
}

function compileIndex(definition: IndexDefinition): IndexManifest {
  if (Array.isArray(definition)) {
    return { on: definition as readonly string[], orderBy: undefined, shards: 1, carries: false };
  }
  const { on, orderBy, shards, carries } = definition as Exclude<IndexDefinition, readonly string[]>;
  return { on, orderBy, shards: on.length === 0 ? (shards ?? DEFAULT_SHARDS) : 1, carries: carries === "record" };
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
    if (field.kind === "json")
      throw invalidSchema(`A ${use} of "${model}" cannot use the json field "${name}".`, model, [name]);
    if (names.indexOf(name) !== position)
      throw invalidSchema(`A ${use} of "${model}" names "${name}" twice.`, model, [name]);
  }
}
