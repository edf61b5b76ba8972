import type { FieldTypes, JsonValue } from "../schema/fields.ts";
import type { Schema } from "../schema/model.ts";
import type { FieldName, FieldsOf, KeyValues, ModelName } from "./infer.ts";

/** Operators of every kind but json. `Null` is the value, with null where the field may be null. */
interface EqualityOperators<Value, Null> {
  readonly eq?: Null;
  readonly not?: Null;
  readonly in?: readonly Value[];
  readonly notIn?: readonly Value[];
}

interface OrderedOperators<Value, Null> extends EqualityOperators<Value, Null> {
  readonly gt?: Value;
  readonly gte?: Value;
  readonly lt?: Value;
  readonly lte?: Value;
}

interface TextOperators<Value, Null> extends OrderedOperators<Value, Null> {
  readonly contains?: string;
  readonly startsWith?: string;
  readonly endsWith?: string;
  /** `insensitive` compares without regard to case. Default: `sensitive`. */
  readonly mode?: "sensitive" | "insensitive" | "default";
}

interface JsonOperators<Null> {
  readonly eq?: Null;
  readonly not?: Null;
  /** An element of a list, or part of a text. */
  readonly contains?: JsonValue;
}

interface OperatorsByKind<Value, Null> {
  id: Value extends number ? OrderedOperators<Value, Null> : TextOperators<Value, Null>;
  string: TextOperators<Value, Null>;
  enum: TextOperators<Value, Null>;
  boolean: EqualityOperators<Value, Null>;
  datetime: OrderedOperators<Value, Null>;
  integer: OrderedOperators<Value, Null>;
  number: OrderedOperators<Value, Null>;
  bigint: OrderedOperators<Value, Null>;
  decimal: OrderedOperators<Value, Null>;
  json: JsonOperators<Null>;
}

type Operand<T extends FieldTypes> = T["nullable"] extends true ? T["value"] | null : T["value"];

/** What a field is compared with: a value, or operators that must all hold. */
export type Condition<T extends FieldTypes> = Operand<T> | OperatorsByKind<T["value"], Operand<T>>[T["kind"]];

/** Filters combined. An empty list of `OR` matches nothing, an empty list of `AND` or `NOT` everything. */
interface LogicalWhere<S extends Schema, M extends ModelName<S>> {
  readonly AND?: Where<S, M> | readonly Where<S, M>[];
  readonly OR?: readonly Where<S, M>[];
  readonly NOT?: Where<S, M> | readonly Where<S, M>[];
}

/** A filter: all of its conditions must hold. */
export type Where<S extends Schema, M extends ModelName<S>> = {
  readonly [F in keyof FieldsOf<S, M>]?: Condition<FieldsOf<S, M>[F]["$types"]>;
} & LogicalWhere<S, M>;

/** Fields by plain values, without operators. */
type PlainWhere<S extends Schema, M extends ModelName<S>> = {
  readonly [F in keyof FieldsOf<S, M>]?: PlainCondition<FieldsOf<S, M>[F]["$types"]>;
} & {
  readonly AND?: PlainWhere<S, M> | readonly PlainWhere<S, M>[];
  readonly OR?: readonly PlainWhere<S, M>[];
};

/** Conditions beside a unique key: operators, but for fields that are unique by themselves. */
type GuardWhere<S extends Schema, M extends ModelName<S>> = {
  readonly [F in keyof FieldsOf<S, M>]?: FieldsOf<S, M>[F]["$types"]["unique"] extends true
    ? Operand<FieldsOf<S, M>[F]["$types"]>
    : Condition<FieldsOf<S, M>[F]["$types"]>;
} & LogicalWhere<S, M>;

/** A unique field's null names nobody, so it takes a value; other fields may be null. */
type PlainCondition<T extends FieldTypes> = T["unique"] extends true ? T["value"] : Operand<T>;

/**
 * The filter of an operation on one record: plain values, or a unique key by plain values with operators beside it.
 * An object of operators where a key's text is expected is refused, by these types and when it runs.
 */
export type RecordWhere<S extends Schema, M extends ModelName<S>> =
  PlainWhere<S, M> | (KeyValues<S, M> & GuardWhere<S, M>);

/** An order by fields, the first being the most significant. */
export type OrderBy<S extends Schema, M extends ModelName<S>> = OrderTerms<S, M> | readonly OrderTerms<S, M>[];

type OrderTerms<S extends Schema, M extends ModelName<S>> = {
  readonly [F in keyof FieldsOf<S, M> as FieldsOf<S, M>[F]["$types"]["kind"] extends "json" ? never : F]?:
    "asc" | "desc";
};

type OperatorName = keyof TextOperators<unknown, unknown>;

/**
 * `never` at each name of `W` that a filter does not know. A type parameter is exempt from
 * TypeScript's excess property check, so filters inside an inferred `select` need this one.
 */
export type ExactWhere<S extends Schema, M extends ModelName<S>, W> = {
  [K in keyof W]: K extends FieldName<S, M>
    ? ExactCondition<FieldsOf<S, M>[K]["$types"], W[K]>
    : K extends "AND" | "OR" | "NOT"
      ? ExactWheres<S, M, W[K]>
      : never;
};

type ExactWheres<S extends Schema, M extends ModelName<S>, W> = W extends readonly unknown[]
  ? { [I in keyof W]: ExactWhere<S, M, W[I]> }
  : ExactWhere<S, M, W>;

type ExactCondition<T extends FieldTypes, C> = T["kind"] extends "json"
  ? unknown
  : C extends Date
    ? unknown
    : { [P in keyof C]: P extends OperatorName ? unknown : never };

/** `never` at each name of `O` that an order does not know. */
export type ExactOrder<S extends Schema, M extends ModelName<S>, O> = O extends readonly unknown[]
  ? { [I in keyof O]: ExactOrder<S, M, O[I]> }
  : { [K in keyof O]: K extends FieldName<S, M> ? unknown : never };
