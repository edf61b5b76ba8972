/** The kinds of values a field can hold. */
export type FieldKind =
  "id" | "string" | "boolean" | "datetime" | "integer" | "number" | "bigint" | "decimal" | "json" | "enum";

/** Any value that JSON can express. */
export type JsonValue = null | string | number | boolean | { [key: string]: JsonValue } | JsonValue[];

/** A reference to a field of another model, `"user.id"`. */
export type FieldReference = `${string}.${string}`;

/**
 * What becomes of the records that refer to a record when that is deleted.
 *
 * - `cascade`: they are deleted, too.
 * - `set null`: their reference becomes null; the field must be nullable.
 * - `set default`: their reference becomes the field's default, or null where it has none.
 * - `restrict`: the record cannot be deleted while there are any.
 * - `no action`: as `restrict`, but looked at when the transaction commits.
 */
export type OnDelete = "cascade" | "set null" | "set default" | "restrict" | "no action";

/** Options of {@link Field.references}. */
export interface ReferenceOptions {
  /** Whether the field gets an index of its own, so that relations and look-ups over it need no scan. Default: true. */
  readonly index?: boolean;
  /**
   * Enforces the reference: a value must be the key of a record that is there, and this is what becomes of the
   * referring record when that one is deleted. Left out, the reference documents and indexes only.
   */
  readonly onDelete?: OnDelete;
}

/** What a field builder collected. */
export interface FieldConfig {
  readonly kind: FieldKind;
  readonly idType?: "string" | "integer";
  readonly generated?: "id" | "increment" | "now";
  readonly nullable: boolean;
  readonly unique: boolean;
  readonly hasDefault: boolean;
  /** A value, or a function that makes one for each record. */
  readonly defaultValue?: unknown;
  readonly column?: string;
  readonly references?: FieldReference;
  /** Whether the referencing field gets an index of its own (it does unless told otherwise). */
  readonly indexReference?: boolean;
  /** Given where the reference is enforced. */
  readonly onDelete?: OnDelete;
  readonly description?: string;
  readonly values?: readonly string[];
}

/**
 * What the types need to know of a field: its kind and value, whether null may stand in it, whether create may omit it,
 * whether it is unique.
 */
export interface FieldTypes {
  kind: FieldKind;
  value: unknown;
  nullable: boolean;
  optional: boolean;
  unique: boolean;
}

type With<T extends FieldTypes, Change extends Partial<FieldTypes>> = Omit<T, keyof Change> & Change extends infer R
  ? R extends FieldTypes
    ? R
    : never
  : never;

/** A field of a model. Built with {@link string}, {@link id} and the like; each modifier returns a new field. */
export class Field<T extends FieldTypes = FieldTypes> {
  /** Carries the types only; never set. */
  declare readonly $types: T;

  constructor(readonly config: FieldConfig) {}

  /** No two records share the value. Null is not a value: many records may hold null. */
  unique(): Field<With<T, { unique: true }>> {
    return new Field({ ...this.config, unique: true });
  }

  /** The field may hold null, and a create may omit it. */
  nullable(): Field<With<T, { nullable: true; optional: true }>> {
    return new Field({ ...this.config, nullable: true });
  }

  /** The value of a create that omits the field: a value, or a function called for each record. */
  default(value: Default<T>): Field<With<T, { optional: true }>> {
    return new Field({ ...this.config, hasDefault: true, defaultValue: value });
  }

  /** Sets a datetime to the moment of the create when it is omitted. */
  defaultNow(): Field<With<T, { optional: true }>> {
    return new Field({ ...this.config, hasDefault: true, generated: "now" });
  }

  /**
   * The value is the key of another model's record, `"user.id"`. The field gets an index, so that relations and
   * look-ups over it need no scan. With `onDelete` the reference is enforced: `FOREIGN_KEY_VIOLATION` where no such
   * record is there.
   *
   * @example
   * ```ts
   * string().references("user.id", { onDelete: "cascade" })
   * ```
   */
  references(reference: FieldReference, options: ReferenceOptions = {}): Field<T> {
    const { index = true, onDelete } = options;
    return new Field({ ...this.config, references: reference, indexReference: index, onDelete });
  }

  /** The attribute name in the table, where it differs from the field's name. */
  map(column: string): Field<T> {
    return new Field({ ...this.config, column });
  }

  /** A note for readers of the schema. */
  describe(description: string): Field<T> {
    return new Field({ ...this.config, description });
  }
}

type Default<T extends FieldTypes> =
  | (T["nullable"] extends true ? T["value"] | null : T["value"])
  | (() => T["nullable"] extends true ? T["value"] | null : T["value"]);

// Exported, so that declarations of an application's schema can name them.

/** The types of a field without modifiers. */
export interface PlainTypes<K extends FieldKind, V> {
  kind: K;
  value: V;
  nullable: false;
  optional: false;
  unique: false;
}

/** The types of `id()`. */
export interface StringIdTypes {
  kind: "id";
  value: string;
  nullable: false;
  optional: true;
  unique: true;
}

/** The types of `id({ type: "integer" })`. */
export interface IntegerIdTypes {
  kind: "id";
  value: number;
  nullable: false;
  optional: false;
  unique: true;
}

function plain<K extends FieldKind, V>(config: Partial<FieldConfig> & { kind: K }): Field<PlainTypes<K, V>> {
  return new Field({ nullable: false, unique: false, hasDefault: false, ...config });
}

/**
 * The record's id. A string that is generated when a create omits it, or with
 * `{ type: "integer" }` a number that the application assigns.
 */
export function id(): Field<StringIdTypes>;
export function id(options: { type?: "string" }): Field<StringIdTypes>;
export function id(options: { type: "integer"; generated?: "increment" }): Field<IntegerIdTypes>;
export function id(
  options: { type?: "string" | "integer"; generated?: "increment" } = {},
): Field<StringIdTypes> | Field<IntegerIdTypes> {
  const base = { kind: "id", nullable: false, unique: true } as const;
  return options.type === "integer"
    ? new Field<IntegerIdTypes>({
        ...base,
        idType: "integer",
        hasDefault: false,
        ...(options.generated ? { generated: options.generated } : {}),
      })
    : new Field<StringIdTypes>({ ...base, idType: "string", hasDefault: true, generated: "id" });
}

/** A numeric id that the application assigns: `id({ type: "integer" })`. */
export function numericId(options: { generated?: "increment" } = {}): Field<IntegerIdTypes> {
  return id({ type: "integer", ...options });
}

/** Text. */
export function string(): Field<PlainTypes<"string", string>> {
  return plain({ kind: "string" });
}

/** True or false. */
export function boolean(): Field<PlainTypes<"boolean", boolean>> {
  return plain({ kind: "boolean" });
}

/** A moment, a `Date` with milliseconds, of the years 0 to 9999. */
export function datetime(): Field<PlainTypes<"datetime", Date>> {
  return plain({ kind: "datetime" });
}

/** A whole number that a `number` holds exactly (up to 2^53 - 1 either side of zero). */
export function integer(): Field<PlainTypes<"integer", number>> {
  return plain({ kind: "integer" });
}

/** Any finite number of the backend's range (magnitudes of 1e-130 to 9.9e125, and zero). */
export function number(): Field<PlainTypes<"number", number>> {
  return plain({ kind: "number" });
}

/** A whole number of up to 38 digits. */
export function bigint(): Field<PlainTypes<"bigint", bigint>> {
  return plain({ kind: "bigint" });
}

/** An exact decimal of up to 38 digits, as text: `"10.5"`. Compared and ordered as a number. */
export function decimal(): Field<PlainTypes<"decimal", string>> {
  return plain({ kind: "decimal" });
}

/** A JSON value, optionally of a type of yours. */
export function json<T = JsonValue>(): Field<PlainTypes<"json", T>> {
  return plain({ kind: "json" });
}

/** One of a fixed set of texts. */
export function enumeration<const Values extends readonly [string, ...string[]]>(
  values: Values,
): Field<PlainTypes<"enum", Values[number]>> {
  return plain({ kind: "enum", values });
}
