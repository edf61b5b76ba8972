import type { BetterAuthOptions } from "better-auth";
import { initGetModelName } from "better-auth/adapters";
import { getAuthTables, type BetterAuthDBSchema, type DBFieldAttribute } from "better-auth/db";
import { checkOptions } from "../../orm/options/check-options.ts";
import { boolean, datetime, id, json, number, string, type Field, type FieldTypes } from "../../orm/schema/fields.ts";
import { clusterOf } from "../../orm/schema/cluster.ts";
import { defineSchema, type IndexDefinition, type Model, type Schema } from "../../orm/schema/model.ts";
import { hasMany, hasOne, belongsTo, type Relation } from "../../orm/schema/relations.ts";
import { sameFields } from "../../orm/schema/same-fields.ts";
import { EXPIRES_AT, EXPIRING, LOOKUPS, PLUGIN_LOOKUPS } from "./lookups.ts";
import { AUTH_SCHEMA_OPTIONS, BETTER_AUTH_ADAPTER_OPTIONS, type AuthSchemaOptions } from "./options.ts";
import { storageModels } from "./storage/storage-models.ts";

type Table = BetterAuthDBSchema[string];
type AnyField = Field<FieldTypes>;

/**
 * The ORM schema of a Better Auth configuration: core tables, plugins' tables, additional fields,
 * renamed models and fields, with every index that Better Auth's own look-ups need, and the models of this package's
 * storages where the options have them. Models have Better Auth's names, fields the names of their columns.
 *
 * @example
 * ```ts
 * await pushSchema({ schema: createAuthSchema(auth.options), client });
 * ```
 */
export function createAuthSchema(options: BetterAuthOptions, layout: AuthSchemaOptions = {}): Schema {
  checkOptions("createAuthSchema", layout, { own: AUTH_SCHEMA_OPTIONS, shared: BETTER_AUTH_ADAPTER_OPTIONS });
  const tables = getAuthTables(options);
  const getModelName = initGetModelName({ schema: tables, usePlural: layout.usePlural });
  const relations = relationsOf(tables);
  const models: Record<string, Model> = {};
  for (const [name, table] of Object.entries(tables)) {
    models[name] = modelOf({ name, table, tables, options, layout }, getModelName(name), relations[name] ?? {});
  }
  return defineSchema({ ...models, ...storageModels(options) });
}

/** One of Better Auth's tables, and what decides about its model. */
interface Subject {
  readonly name: string;
  readonly table: Table;
  readonly tables: BetterAuthDBSchema;
  readonly options: BetterAuthOptions;
  readonly layout: AuthSchemaOptions;
}

function modelOf(subject: Subject, tableName: string, relations: Record<string, Relation>): Model {
  const { name, table, tables, options, layout } = subject;
  const columns = (fields: readonly string[]) => fields.map((field) => columnOf(table, field));
  const has = (field: string) => field === "id" || field in table.fields;
  const { on, orderBy } = clusterOf(layout.clusterBy?.[name] ?? LOOKUPS[name]?.clusterBy ?? "id");
  const home = columns(on) as [string, ...string[]];
  const fields: Record<string, AnyField> = { id: id() as AnyField };
  for (const [field, attributes] of Object.entries(table.fields)) {
    if (field === "id") continue;
    const column = columnOf(table, field);
    fields[column] = fieldOf(attributes, tables, home.includes(column));
  }
  const lookups = [LOOKUPS[name], ...pluginLookups(name, options)];
  const expiry = expiryOf(subject);
  const declared = (table.indexes ?? []).filter((index) => index.fields.every((field) => isKey(table, field)));
  const unique = [
    ...declared.filter((index) => index.unique).map((index) => index.fields),
    ...lookups.flatMap((lookup) => lookup?.unique ?? []).filter((key) => key.every(has)),
  ];
  const indexes = [
    ...lookups
      .flatMap((lookup) => [...(lookup?.indexes ?? []), ...(expiry.expires ? [] : (lookup?.indexesWithoutTtl ?? []))])
      .filter((index) => fieldsOf(index).every(has)),
    ...declared.filter((index) => !index.unique).map((index) => index.fields as IndexDefinition),
    ...indexedFields(table),
    ...(layout.indexes?.[name] ?? []),
  ].map((index) => renamed(index, (field) => columnOf(table, field)));
  return {
    table: tableName,
    fields,
    relations,
    constraints: { unique: unique.map((key) => columns(key) as [string, ...string[]]), indexes: distinct(indexes) },
    clusterBy: orderBy !== undefined && has(orderBy) ? { on: home, orderBy: columnOf(table, orderBy) } : home,
    ...expiry,
  };
}

/** The column of a field, which is the name the adapter is called with. */
function columnOf(table: Table, field: string): string {
  if (field === "id") return "id";
  return table.fields[field]?.fieldName ?? field;
}

/**
 * Every field but the id and the home may be null: what Better Auth calls required is required of
 * its input, and rows of an older configuration lack the fields of a newer one.
 */
function fieldOf(attributes: DBFieldAttribute, tables: BetterAuthDBSchema, isHome: boolean): AnyField {
  let field = kindOf(attributes.type);
  if (!isHome) field = field.nullable() as AnyField;
  if (attributes.unique && attributes.type !== "json") field = field.unique() as AnyField;
  const { references } = attributes;
  const target = references && tables[references.model];
  if (target && (references.field === "id" || references.field in target.fields)) {
    const { model: name, field: key, onDelete = "cascade" } = references;
    const column = columnOf(target, key);
    // Better Auth's SQL schemas cascade where nothing is said. What is referred to without being unique cannot be a
    // key.
    const isKey = key === "id" || target.fields[key]?.unique === true;
    field = field.references(`${name}.${column}`, isKey ? { onDelete } : {});
  }
  return field;
}

function kindOf(type: DBFieldAttribute["type"]): AnyField {
  // A list of literals is text: Better Auth checks the members.
  if (Array.isArray(type)) return string() as AnyField;
  switch (type) {
    case "number":
      return number() as AnyField;
    case "boolean":
      return boolean() as AnyField;
    case "date":
      return datetime() as AnyField;
    case "json":
    case "string[]":
    case "number[]":
      return json<unknown>() as AnyField;
    default:
      return string() as AnyField;
  }
}

/** Fields that Better Auth wants indexed, and references to tables that are not in this schema. */
function indexedFields(table: Table): IndexDefinition[] {
  return Object.entries(table.fields)
    .filter(([field, { index, unique, references }]) => (index || references) && !unique && isKey(table, field))
    .map(([field]) => [field] as const);
}

function isKey(table: Table, field: string): boolean {
  const type = table.fields[field]?.type;
  return field === "id" || (type !== undefined && type !== "json" && type !== "string[]" && type !== "number[]");
}

function pluginLookups(model: string, options: BetterAuthOptions) {
  return (options.plugins ?? []).map((plugin) => PLUGIN_LOOKUPS[plugin.id]?.[model]);
}

function fieldsOf(index: IndexDefinition): readonly string[] {
  if (!("on" in index)) return index;
  return index.orderBy === undefined ? index.on : [...index.on, index.orderBy];
}

function renamed(index: IndexDefinition, rename: (field: string) => string): IndexDefinition {
  if (!("on" in index)) return index.map(rename) as [string, ...string[]];
  return {
    ...index,
    on: index.on.map(rename),
    ...(index.orderBy === undefined ? {} : { orderBy: rename(index.orderBy) }),
  };
}

/** Each index once. A plain one goes where another has the same fields, and an order beside them. */
function distinct(indexes: readonly IndexDefinition[]): IndexDefinition[] {
  const ordered = indexes.filter((index) => "on" in index);
  const kept: IndexDefinition[] = [];
  for (const index of indexes) {
    const same = (other: IndexDefinition) =>
      "on" in other === "on" in index && sameFields(fieldsOf(other), fieldsOf(index));
    const served = !("on" in index) && ordered.some(({ on }) => sameFields(on, index));
    if (!served && !kept.some(same)) kept.push(index);
  }
  return kept;
}

function expiryOf({ name, table, options, layout }: Subject): Pick<Model, "expires"> {
  const asked = typeof layout.expiry === "object" ? layout.expiry[name] : layout.expiry;
  const preserved = name === "session" && options.session?.preserveSessionInDatabase === true;
  const byDefault = EXPIRING.get(name);
  // `true` for all tables means the defaults; for one table that it expires, whatever they are.
  const wanted =
    asked === false
      ? undefined
      : byDefault && !preserved
        ? byDefault
        : typeof layout.expiry === "object" && asked
          ? EXPIRES_AT
          : undefined;
  if (!wanted || !(wanted.field in table.fields)) return {};
  return { expires: { field: columnOf(table, wanted.field), after: wanted.after } };
}

/** The relations that Better Auth's joins follow, both ways along each reference. */
function relationsOf(tables: BetterAuthDBSchema): Record<string, Record<string, Relation>> {
  const relations: Record<string, Record<string, Relation>> = {};
  const add = (model: string, relation: string, definition: Relation) => {
    (relations[model] ??= {})[relation] = definition;
  };
  for (const [name, table] of Object.entries(tables)) {
    for (const [field, { references, unique }] of Object.entries(table.fields)) {
      const target = references && tables[references.model];
      if (!references || !target || (references.field !== "id" && !(references.field in target.fields))) continue;
      const foreignKey = columnOf(table, field);
      const key = columnOf(target, references.field);
      add(name, joinName(references.model, foreignKey, key), belongsTo(references.model, { foreignKey }));
      const inverse = unique ? hasOne(name, { foreignKey }) : hasMany(name, { foreignKey });
      add(references.model, joinName(name, key, foreignKey), inverse);
    }
  }
  return relations;
}

/** The name of the relation that a join follows: by the other model and the two columns. */
export function joinName(model: string, from: string, to: string): string {
  return `join ${model} on ${from} = ${to}`;
}
