import type { DriverHandle, Explanation } from "../driver.ts";
import type { RecordValues } from "../values/normalize.ts";
import type { OrmOperations } from "./types.ts";

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
}

type Data = Readonly<RecordValues>;

/** The operations of `ModelClient` for a model that is known at run time only. */
export interface UntypedModelClient {
  findUnique(args: UntypedArgs): Promise<RecordValues | null>;
  findFirst(args?: UntypedFindFirstArgs): Promise<RecordValues | null>;
  findOne(args?: UntypedFindFirstArgs): Promise<RecordValues | null>;
  findMany(args?: UntypedFindManyArgs): Promise<RecordValues[]>;
  count(args?: Pick<UntypedArgs, "where">): Promise<number>;
  create(args: Pick<UntypedArgs, "select"> & { readonly data: Data }): Promise<RecordValues>;
  createMany(args: Pick<UntypedArgs, "select"> & { readonly data: readonly Data[] }): Promise<RecordValues[]>;
  update(args: UntypedArgs & { readonly data: Data }): Promise<RecordValues | null>;
  updateMany(args: Pick<UntypedArgs, "where"> & { readonly data: Data }): Promise<number>;
  upsert(args: UntypedArgs & { readonly create: Data; readonly update: Data }): Promise<RecordValues>;
  delete(args: Pick<UntypedArgs, "where">): Promise<number>;
  deleteMany(args?: Pick<UntypedArgs, "where">): Promise<number>;
  consume(args: UntypedArgs): Promise<RecordValues | null>;
  increment(
    args: UntypedArgs & { readonly increment?: Readonly<Record<string, number>>; readonly set?: Data },
  ): Promise<RecordValues | null>;
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
