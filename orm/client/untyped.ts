import type { DriverHandle, Explanation } from "../driver.ts";
import type { RecordValues } from "../values/normalize.ts";
import type { OrmOperations } from "./operations.ts";

/** Arguments where the model is known at run time only. They are checked there. */
export interface UntypedArgs {
  readonly where?: Readonly<Record<string, unknown>>;
  readonly select?: Readonly<Record<string, unknown>>;
}

/** Arguments of an untyped `findFirst`. */
export interface UntypedFindFirstArgs extends UntypedArgs {
  readonly orderBy?: UntypedOrder | readonly UntypedOrder[];
  readonly skip?: number;
}

type UntypedOrder = Readonly<Record<string, "asc" | "desc" | undefined>>;

/** Arguments of an untyped `findMany`. */
export interface UntypedFindManyArgs extends UntypedFindFirstArgs {
  readonly take?: number;
  readonly after?: Readonly<Record<string, unknown>> | undefined;
}

type Data = Readonly<RecordValues>;

/** The operations of `ModelClient` for a model that is known at run time only. */
export interface UntypedModelClient {
  /** The record at a unique key, or null. */
  findUnique(args: UntypedArgs): Promise<RecordValues | null>;
  /** The first record that matches, in the order asked for, or null. */
  findFirst(args?: UntypedFindFirstArgs): Promise<RecordValues | null>;
  /** Another name of `findFirst`. */
  findOne(args?: UntypedFindFirstArgs): Promise<RecordValues | null>;
  /** The records that match: all, or a page of them. */
  findMany(args?: UntypedFindManyArgs): Promise<RecordValues[]>;
  /** How many records match. */
  count(args?: Pick<UntypedArgs, "where">): Promise<number>;
  /** Stores a record, with defaults for what is left out. */
  create(args: Pick<UntypedArgs, "select"> & { readonly data: Data }): Promise<RecordValues>;
  /** Stores records, and returns them in the order given. */
  createMany(args: Pick<UntypedArgs, "select"> & { readonly data: readonly Data[] }): Promise<RecordValues[]>;
  /** Changes at most one record that matches, and returns it, or null where none does. */
  update(args: UntypedArgs & { readonly data: Data }): Promise<RecordValues | null>;
  /** Changes every record that matches, and returns their number. */
  updateMany(args: Pick<UntypedArgs, "where"> & { readonly data: Data }): Promise<number>;
  /** Changes the record at a unique key, or creates it. */
  upsert(args: UntypedArgs & { readonly create: Data; readonly update: Data }): Promise<RecordValues>;
  /** Deletes at most one record that matches, and returns how many went. */
  delete(args: Pick<UntypedArgs, "where">): Promise<number>;
  /** Deletes every record that matches, and returns their number. */
  deleteMany(args?: Pick<UntypedArgs, "where">): Promise<number>;
  /** Deletes a record and returns it: of concurrent callers one gets it, the others get null. */
  consume(args: UntypedArgs): Promise<RecordValues | null>;
  /** Adds to numbers of one record while it matches, and returns it, or null where none does. */
  increment(
    args: UntypedArgs & { readonly increment?: Readonly<Record<string, number>>; readonly set?: Data },
  ): Promise<RecordValues | null>;
  /** How `findMany` would be served. Nothing is sent. */
  explain(args?: UntypedFindManyArgs): Explanation;
}

/**
 * The client of a schema that is known at run time only, as adapters build it: any name is taken
 * for a model, and what it was given is checked when it runs.
 */
export type UntypedOrmClient<Handle extends DriverHandle = DriverHandle> = Readonly<
  Record<string, UntypedModelClient>
> &
  OrmOperations<UntypedOrmClient<Handle>, Handle>;
