import type { Field } from "../schema/fields.ts";
import type { Model, Schema } from "../schema/model.ts";

// Any field types fit here: what is read from them is only ever narrowed further.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type AnyField = Field<any>;

/** The names of a schema's models. */
export type ModelName<S extends Schema> = keyof S["models"] & string;

/** The fields of a model, by name. */
export type FieldsOf<S extends Schema, M extends ModelName<S>> = S["models"][M]["fields"];

/** The names of a model's fields. */
export type FieldName<S extends Schema, M extends ModelName<S>> = keyof FieldsOf<S, M> & string;

/** The relations of a model, by name. */
export type RelationsOf<S extends Schema, M extends ModelName<S>> = S["models"][M]["relations"];

/** The names of a model's relations. */
export type RelationName<S extends Schema, M extends ModelName<S>> = keyof RelationsOf<S, M> & string;

/** The model that a relation leads to. */
export type TargetOf<S extends Schema, M extends ModelName<S>, R extends RelationName<S, M>> = RelationsOf<
  S,
  M
>[R]["target"] &
  ModelName<S>;

/** A field's value, null where it may be null. */
export type ValueOf<F extends AnyField> = F["$types"]["nullable"] extends true
  ? F["$types"]["value"] | null
  : F["$types"]["value"];

/** A record of a model: every field. */
export type RecordOf<S extends Schema, M extends ModelName<S>> = {
  -readonly [F in keyof FieldsOf<S, M>]: ValueOf<FieldsOf<S, M>[F]>;
};

/** What a create takes: fields that are nullable, generated or have a default may be omitted. */
export type CreateData<S extends Schema, M extends ModelName<S>> = {
  readonly [F in keyof FieldsOf<S, M> as FieldsOf<S, M>[F]["$types"]["optional"] extends true ? never : F]: ValueOf<
    FieldsOf<S, M>[F]
  >;
} & {
  readonly [F in keyof FieldsOf<S, M> as FieldsOf<S, M>[F]["$types"]["optional"] extends true ? F : never]?: ValueOf<
    FieldsOf<S, M>[F]
  >;
};

/** What an update takes: the fields to change. */
export type UpdateData<S extends Schema, M extends ModelName<S>> = {
  readonly [F in keyof FieldsOf<S, M>]?: ValueOf<FieldsOf<S, M>[F]>;
};

/** The amounts an increment adds, by `integer` and `number` fields. */
export type IncrementData<S extends Schema, M extends ModelName<S>> = {
  readonly [
    F in keyof FieldsOf<S, M> as FieldsOf<S, M>[F]["$types"]["kind"] extends "integer" | "number" ? F : never
  ]?: number;
};

/** The fields that are unique by themselves, `id` included. */
type UniqueField<Fields extends Record<string, AnyField>> = {
  [F in keyof Fields]: Fields[F]["$types"]["unique"] extends true ? F : never;
}[keyof Fields];

/** The fields of each compound unique constraint, as a union. */
type CompoundKey<M extends Model> = M["constraints"] extends {
  readonly unique: infer Keys extends readonly (readonly string[])[];
}
  ? Keys[number]
  : never;

/** The fields of one unique key, as a union in a tuple: a bare one would fall apart into keys of one field. */
type KeyFields<S extends Schema, M extends ModelName<S>> =
  Alone<UniqueField<FieldsOf<S, M>>> | Joined<CompoundKey<S["models"][M]>>;

type Alone<Field> = Field extends string ? readonly [Field] : never;

type Joined<Key> = Key extends readonly (infer K extends string)[]
  ? [K] extends [never]
    ? never
    : readonly [K]
  : never;

/** The given fields with a value each. */
type Keyed<Fields extends Record<string, AnyField>, K extends PropertyKey> = {
  readonly [F in keyof Fields as F extends K ? F : never]: NonNullable<ValueOf<Fields[F]>>;
};

/** The given fields with a value each, and none of the others. */
type Exactly<Fields extends Record<string, AnyField>, K extends PropertyKey> = Keyed<Fields, K> & {
  readonly [F in keyof Fields as F extends K ? never : F]?: never;
};

type KeyedBy<Fields extends Record<string, AnyField>, Key> = Key extends readonly [infer K extends string]
  ? Keyed<Fields, K>
  : never;

type ExactlyBy<Fields extends Record<string, AnyField>, Key> = Key extends readonly [infer K extends string]
  ? Exactly<Fields, K>
  : never;

/** The values of a unique key, with or without other fields beside them. */
export type KeyValues<S extends Schema, M extends ModelName<S>> = KeyedBy<FieldsOf<S, M>, KeyFields<S, M>>;

/** Names one record: `id`, a unique field, or all fields of a compound unique constraint. */
export type UniqueWhere<S extends Schema, M extends ModelName<S>> = ExactlyBy<FieldsOf<S, M>, KeyFields<S, M>>;
