import type { Field } from "./fields.ts";
import type { Relation } from "./relations.ts";

/** The fields of a model, by name. */
// The schema's types are read, never written to: `any` lets a model of any field types pass where
// a bound would make every generic parameter invariant.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type FieldMap = Record<string, Field<any>>;
/** The relations of a model, by name. */
export type RelationMap = Record<string, Relation>;

type Name<Fields> = keyof Fields & string;

/**
 * An access path beyond the keys: equality on the fields of a list, or on `on` with order and
 * ranges over `orderBy`. With an empty `on` it is one order over the whole model, spread over
 * `shards` partitions (default 4).
 *
 * With `carries: "record"` each entry holds the whole record, and a list is one query. Every change of a record then
 * rewrites it there, in the same write: for what is listed more than changed, and does not expire.
 */
export type IndexDefinition<Field extends string = string> =
  | readonly [Field, ...Field[]]
  | {
      readonly on: readonly Field[];
      readonly orderBy?: Field;
      readonly shards?: number;
      readonly carries?: "record";
    };

/** Where records live: at a key, or together with those of the same values, in the order of their ids or of a field. */
export type ClusterDefinition<Field extends string = string> =
  Field | readonly [Field, ...Field[]] | { readonly on: Field | readonly [Field, ...Field[]]; readonly orderBy: Field };

/** Unique combinations and indexes of a model. */
export interface ModelConstraints<Field extends string = string> {
  readonly unique?: readonly (readonly [Field, ...Field[]])[];
  readonly indexes?: readonly IndexDefinition<Field>[];
}

/** A table by name, made with {@link tableName}. */
export interface TableReference {
  readonly name: string;
  readonly schema?: string;
}

/** An expiry some seconds after the time in a field. */
export interface ExpiryDefinition<Field extends string = string> {
  readonly field: Field;
  /** Seconds. */
  readonly after: number;
}

/** What {@link model} takes. */
export interface ModelInput<Fields extends FieldMap, Relations extends RelationMap> {
  readonly table: string | TableReference;
  readonly fields: Fields;
  readonly relations?: Relations;
  readonly constraints?: ModelConstraints<Name<Fields>>;
  /**
   * Where a record lives: the field, or fields, of a unique key or of an index. The hot read of
   * the model becomes one request. Default: its `id`. Records that live together are in the order of their ids, or of
   * `orderBy`: then the first or last of them are one short read. A record moves when that field changes.
   */
  readonly clusterBy?: ClusterDefinition<Name<Fields>>;
  /**
   * Whether a record that does not live at its id has an entry there. Default: true. Without one, every write costs an
   * item less, a look-up by id alone is a scan, and nothing keeps two records from having one id.
   */
  readonly idEntry?: boolean;
  /**
   * When the backend may remove the record by itself: at the time in this field, or so many
   * seconds after it. A datetime, or a number of epoch milliseconds.
   */
  readonly expires?: Name<Fields> | ExpiryDefinition<Name<Fields>>;
  readonly description?: string;
}

/** A model of a schema. */
export interface Model<
  Fields extends FieldMap = FieldMap,
  Relations extends RelationMap = RelationMap,
  Constraints extends ModelConstraints = ModelConstraints,
> {
  readonly table: string | TableReference;
  readonly fields: Fields;
  readonly relations: Relations;
  readonly constraints: Constraints;
  readonly clusterBy?:
    string | readonly string[] | { readonly on: string | readonly string[]; readonly orderBy: string };
  readonly idEntry?: boolean;
  readonly expires?: string | ExpiryDefinition;
  readonly description?: string;
}

/** A set of models by name. */
export interface Schema<Models extends Record<string, Model> = Record<string, Model>> {
  readonly models: Models;
}

/**
 * Defines a model: its table, fields, relations and constraints.
 *
 * @example
 * ```ts
 * const session = model({
 *   table: "sessions",
 *   fields: {
 *     id: id(),
 *     token: string().unique(),
 *     userId: string().references("user.id"),
 *     expiresAt: datetime(),
 *   },
 *   relations: { user: belongsTo("user", { foreignKey: "userId" }) },
 *   clusterBy: "token",
 * });
 * ```
 */
export function model<
  Fields extends FieldMap,
  // No relations, rather than relations of every name, where none are given.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  Relations extends RelationMap = {},
  const Constraints extends ModelConstraints<Name<Fields>> = ModelConstraints<never>,
>(
  input: Omit<ModelInput<Fields, Relations>, "constraints"> & { readonly constraints?: Constraints },
): Model<Fields, Relations, Constraints> {
  return {
    ...input,
    relations: input.relations ?? ({} as Relations),
    constraints: input.constraints ?? ({} as Constraints),
  };
}

/** A table by name. Backends without schema namespaces refuse the `schema` option. */
export function tableName(name: string, options: { schema?: string } = {}): TableReference {
  return options.schema === undefined ? { name } : { name, schema: options.schema };
}

/** Puts models together under their names. */
export function defineSchema<const Models extends Record<string, Model>>(models: Models): Schema<Models> {
  return { models };
}
