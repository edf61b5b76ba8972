import type { DriverHandle, Explanation } from "../driver.ts";
import type { Schema } from "../schema/model.ts";
import type { CreateData, FieldName, IncrementData, ModelName, UniqueWhere, UpdateData } from "./infer.ts";
import type { OrmOperations } from "./operations.ts";
import type { ExactSelect, Select, Selected } from "./select-types.ts";
import type { UntypedOrmClient } from "./untyped.ts";
import type { OrderBy, RecordWhere, Where } from "./where-types.ts";

/** Narrows the result of an operation: `select` names the fields and relations to return. */
export interface Selecting<S extends Schema, M extends ModelName<S>, Sel> {
  /** Default: every field, no relation. */
  readonly select?: Sel & ExactSelect<S, M, Sel>;
}

/** `{ where }`: a filter. */
export interface Filtering<S extends Schema, M extends ModelName<S>> {
  readonly where?: Where<S, M>;
}

/** Arguments of `findUnique`. */
export interface FindUniqueArgs<S extends Schema, M extends ModelName<S>> {
  readonly where: UniqueWhere<S, M>;
}

/** Arguments of `findFirst`. */
export interface FindFirstArgs<S extends Schema, M extends ModelName<S>> extends Filtering<S, M> {
  readonly orderBy?: OrderBy<S, M>;
  /** How many matching records to leave out. Default: 0. */
  readonly skip?: number;
}

/** Arguments of `findMany` and `explain`. */
export interface FindManyArgs<S extends Schema, M extends ModelName<S>> extends FindFirstArgs<S, M> {
  /** How many records at most. Default: all. */
  readonly take?: number;
  /**
   * The last record of the page before: only those that come after it, so that page 1,000 costs what page 1 costs where
   * an index has the order. It needs an `orderBy`, and of the record its `id` and the fields of the `orderBy`; others
   * are left aside.
   *
   * @example
   * ```ts
   * const next = await orm.post.findMany({ where, orderBy: { publishedAt: "desc" }, take: 20, after: page.at(-1) });
   * ```
   */
  readonly after?: Readonly<Record<string, unknown>> | undefined;
}

/** Arguments of `create`. */
export interface CreateArgs<S extends Schema, M extends ModelName<S>> {
  readonly data: CreateData<S, M>;
}

/** Arguments of `createMany`. */
export interface CreateManyArgs<S extends Schema, M extends ModelName<S>> {
  readonly data: readonly CreateData<S, M>[];
}

/** Arguments of `update`. */
export interface UpdateArgs<S extends Schema, M extends ModelName<S>> {
  readonly where: RecordWhere<S, M>;
  readonly data: UpdateData<S, M>;
}

/** Arguments of `updateMany`. */
export interface UpdateManyArgs<S extends Schema, M extends ModelName<S>> extends Filtering<S, M> {
  readonly data: UpdateData<S, M>;
}

/** Arguments of `upsert`. The fields of `where` may be left out of `create`. */
export interface UpsertArgs<S extends Schema, M extends ModelName<S>, W extends UniqueWhere<S, M>> {
  readonly where: W & { [K in keyof W]: K extends FieldName<S, M> ? unknown : never };
  readonly create: Omit<CreateData<S, M>, keyof W> & Partial<CreateData<S, M>>;
  readonly update: UpdateData<S, M>;
}

/** Arguments of `delete` and `consume`. */
export interface DeleteArgs<S extends Schema, M extends ModelName<S>> {
  readonly where: RecordWhere<S, M>;
}

/** Arguments of `increment`. */
export interface IncrementArgs<S extends Schema, M extends ModelName<S>> {
  /** The guard: the change happens only while the record matches. */
  readonly where: RecordWhere<S, M>;
  /** Added to each field, negative amounts included. Null counts as zero. */
  readonly increment?: IncrementData<S, M>;
  /** Fields to set in the same step. */
  readonly set?: UpdateData<S, M>;
}

/**
 * The operations on one model. Every one of them throws `OrmError`: `INVALID_QUERY` for an unknown
 * name or argument, `INVALID_VALUE` for a value that does not fit its field,
 * `UNIQUE_CONSTRAINT_VIOLATION` from writes, and what the driver reports.
 */
export interface ModelClient<S extends Schema, M extends ModelName<S>> {
  /**
   * The record at a unique key, or null. `where` names exactly one key, with a value for each of
   * its fields.
   *
   * @example
   * ```ts
   * const user = await orm.user.findUnique({
   *   where: { email },
   *   select: { id: true, sessions: { take: 5, orderBy: { createdAt: "desc" } } },
   * });
   * ```
   */
  findUnique<Sel extends Select<S, M> | undefined = undefined>(
    args: FindUniqueArgs<S, M> & Selecting<S, M, Sel>,
  ): Promise<Selected<S, M, Sel> | null>;

  /** The first matching record in the given order, or null. */
  findFirst<Sel extends Select<S, M> | undefined = undefined>(
    args?: FindFirstArgs<S, M> & Selecting<S, M, Sel>,
  ): Promise<Selected<S, M, Sel> | null>;

  /** The same as `findFirst`. */
  findOne<Sel extends Select<S, M> | undefined = undefined>(
    args?: FindFirstArgs<S, M> & Selecting<S, M, Sel>,
  ): Promise<Selected<S, M, Sel> | null>;

  /** Every matching record. Without `orderBy`, their order is the backend's. */
  findMany<Sel extends Select<S, M> | undefined = undefined>(
    args?: FindManyArgs<S, M> & Selecting<S, M, Sel>,
  ): Promise<Selected<S, M, Sel>[]>;

  /** The number of matching records. */
  count(args?: Filtering<S, M>): Promise<number>;

  /** Stores a new record, defaults applied, and returns it. */
  create<Sel extends Select<S, M> | undefined = undefined>(
    args: CreateArgs<S, M> & Selecting<S, M, Sel>,
  ): Promise<Selected<S, M, Sel>>;

  /** Stores new records and returns them in the given order. */
  createMany<Sel extends Select<S, M> | undefined = undefined>(
    args: CreateManyArgs<S, M> & Selecting<S, M, Sel>,
  ): Promise<Selected<S, M, Sel>[]>;

  /**
   * Changes at most one matching record and returns it, or null. An empty `where` matches nothing
   * here; `data` without any value returns the matching record unchanged.
   *
   * `where` takes plain values, or names a unique key by plain values, with operators beside it: an object of
   * operators that a request sent instead of a text selects nobody (`INVALID_QUERY`). So in `delete`, `consume` and
   * `increment`. Filters by operators alone are for `updateMany`, `deleteMany` and the finding operations.
   */
  update<Sel extends Select<S, M> | undefined = undefined>(
    args: UpdateArgs<S, M> & Selecting<S, M, Sel>,
  ): Promise<Selected<S, M, Sel> | null>;

  /** Changes every matching record, all records with an empty `where`, and returns their number. */
  updateMany(args: UpdateManyArgs<S, M>): Promise<number>;

  /**
   * Updates the record at a unique key, or creates it. Of concurrent callers one creates.
   *
   * `create` takes the key's fields from `where` where it leaves them out, and must not contradict
   * them: a record under another key would be created again by the next call (`INVALID_QUERY`).
   * `update` may change any field, those of the key included, like a normal update.
   */
  upsert<W extends UniqueWhere<S, M>, Sel extends Select<S, M> | undefined = undefined>(
    args: UpsertArgs<S, M, W> & Selecting<S, M, Sel>,
  ): Promise<Selected<S, M, Sel>>;

  /** Deletes at most one matching record and returns how many: 0 or 1. An empty `where` matches nothing here. */
  delete(args: DeleteArgs<S, M>): Promise<number>;

  /** Deletes every matching record, all records with an empty `where`, and returns their number. */
  deleteMany(args?: Filtering<S, M>): Promise<number>;

  /**
   * Deletes one matching record and returns it, or null: of many concurrent callers exactly one
   * gets it. For single-use tokens. An empty `where` matches nothing here.
   */
  consume<Sel extends Select<S, M> | undefined = undefined>(
    args: DeleteArgs<S, M> & Selecting<S, M, Sel>,
  ): Promise<Selected<S, M, Sel> | null>;

  /**
   * Adds to counters of one record while it matches `where`, atomically, and returns it, or null.
   * An empty `where` matches nothing here.
   *
   * @example
   * ```ts
   * const code = await orm.code.increment({
   *   where: { id, attempts: { lt: 3 } },
   *   increment: { attempts: 1 },
   * });
   * if (!code) throw new Error("Too many attempts");
   * ```
   */
  increment<Sel extends Select<S, M> | undefined = undefined>(
    args: IncrementArgs<S, M> & Selecting<S, M, Sel>,
  ): Promise<Selected<S, M, Sel> | null>;

  /** How `findMany` with the same arguments would be served. Reads nothing. */
  explain<Sel extends Select<S, M> | undefined = undefined>(
    args?: FindManyArgs<S, M> & Selecting<S, M, Sel>,
  ): Explanation;
}

/** The clients of a schema's models, by name, and what belongs to no model. */
export type TypedOrmClient<S extends Schema, Handle extends DriverHandle = DriverHandle> = {
  readonly [M in ModelName<S>]: ModelClient<S, M>;
} & OrmOperations<TypedOrmClient<S, Handle>, Handle>;

/** The client of a schema: untyped where the schema's model names are known at run time only. */
export type OrmClient<S extends Schema = Schema, Handle extends DriverHandle = DriverHandle> =
  string extends ModelName<S> ? UntypedOrmClient<Handle> : TypedOrmClient<S, Handle>;
