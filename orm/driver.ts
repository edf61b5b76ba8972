import type { OrderTerm } from "./query/order.ts";
import type { Predicate } from "./query/predicate.ts";
import type { UniqueLookup } from "./query/unique-lookup.ts";
import type { Manifest, ModelManifest } from "./schema/manifest.ts";
import type { RecordValues } from "./values/normalize.ts";

/** What a backend can do, and what follows where it cannot. */
export interface DriverCapabilities {
  /** `manual`: integer ids are assigned by the application; `generated` ones are refused. */
  readonly numericIds: "none" | "manual" | "generated";
  readonly supportsNumericIds: boolean;
  readonly supportsJSON: boolean;
  readonly supportsDates: boolean;
  readonly supportsBooleans: boolean;
  /** Whether `transaction` commits all or nothing. Without it, its writes are immediate. */
  readonly supportsTransactions: boolean;
  /** Whether tables can be qualified by a schema; refused otherwise. */
  readonly supportsSchemaNamespaces: boolean;
  readonly supportsTransactionalDDL: boolean;
  readonly supportsJoin: boolean;
  /** `none`: relations are loaded by follow-up reads. */
  readonly nativeRelationLoading: "none" | "partial" | "full";
  readonly textComparison: "case-sensitive" | "case-insensitive" | "database-default";
  readonly upsert: "none" | "emulated" | "native";
  /** Whether writes return the records they touched (a delete does through `consume`). */
  readonly returning: { readonly create: boolean; readonly update: boolean; readonly delete: boolean };
}

/** What an application sees of a driver, as `orm.$driver`. */
export interface DriverHandle<Kind extends string = string, Client = unknown> {
  readonly kind: Kind;
  readonly client: Client;
  readonly capabilities: Readonly<DriverCapabilities>;
}

/** A read. All names and values in it are checked and normalized. */
export interface FindQuery {
  readonly model: ModelManifest;
  readonly where: Predicate;
  readonly orderBy: readonly OrderTerm[];
  readonly skip: number;
  /** Undefined: all. */
  readonly take: number | undefined;
  /**
   * Makes `skip` and `take` count for each value of this field, which `where` compares by `in`.
   * One call then serves the relations of many parents.
   */
  readonly per?: string;
  /**
   * Called with parts of records, possibly of some that will not match, as soon as the driver
   * knows them and before it has the whole: relations can be read meanwhile.
   */
  readonly ahead?: (parts: readonly RecordValues[]) => void;
}

/** How a read would be served. */
export interface Explanation {
  readonly model: string;
  readonly table: string;
  /** `home` and `unique` are single records, `index` one partition or several, `order` a model-wide order. */
  readonly path: "nothing" | "home" | "unique" | "index" | "order" | "union" | "scan";
  /** The key's or index's fields. */
  readonly fields: readonly string[];
  /** Whether the path's own order is the asked one, so that a limit stops the read early. */
  readonly ordered: boolean;
  /** Round trips in sequence for a result of one page. */
  readonly roundTrips: number;
  /** The paths of a union. */
  readonly parts?: readonly Explanation[];
  /** For a scan, the index that would serve the query. */
  readonly suggestion?: string;
}

/** A guarded change of one record's counters. */
export interface Increment {
  readonly model: ModelManifest;
  readonly where: Predicate;
  /** Added to each field; a null counts as zero. */
  readonly increment: Readonly<Record<string, number>>;
  readonly set: RecordValues;
}

/** How a transaction is run. */
export interface TransactionOptions {
  /**
   * How often `run` is run again when its commit lost a race (a conflict, or a unique value that
   * was taken meanwhile). Default 0: the error is thrown.
   */
  readonly retries?: number;
}

/**
 * The operations of a backend over one schema. A driver author implements these; names and values
 * arrive checked, and relations, selections and defaults are the core's work. The shared contract
 * suite (`auth-dynamodb/testing`) tests every promise made here.
 */
export interface DriverSession {
  /** Matching records, whole: every field of the model, null where there is none. */
  find(query: FindQuery): Promise<RecordValues[]>;
  count(model: ModelManifest, where: Predicate): Promise<number>;
  /** Stores a complete record, or throws `UNIQUE_CONSTRAINT_VIOLATION`. */
  create(model: ModelManifest, record: RecordValues): Promise<RecordValues>;
  createMany(model: ModelManifest, records: readonly RecordValues[]): Promise<RecordValues[]>;
  /** Changes at most one matching record, atomically with the test, and returns it. */
  update(model: ModelManifest, where: Predicate, data: RecordValues): Promise<RecordValues | null>;
  /** Changes every matching record and returns their number. */
  updateMany(model: ModelManifest, where: Predicate, data: RecordValues): Promise<number>;
  /** Deletes every matching record and returns their number. */
  deleteMany(model: ModelManifest, where: Predicate): Promise<number>;
  /** Deletes at most one matching record and returns it: of concurrent callers exactly one gets it. */
  consume(model: ModelManifest, where: Predicate): Promise<RecordValues | null>;
  /** Changes at most one record while it matches, atomically, and returns it. */
  increment(change: Increment): Promise<RecordValues | null>;
  /** Updates the record at a unique key, or creates it. Of concurrent callers one creates. */
  upsert(model: ModelManifest, lookup: UniqueLookup, create: RecordValues, update: RecordValues): Promise<RecordValues>;
  /** Runs `run` with a session whose writes commit together where the backend can. */
  transaction<T>(run: (session: DriverSession) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** How a read would be served. */
  explain(query: FindQuery): Explanation;
}

/** A backend. `connect` is called once for each ORM, with its checked schema. */
export interface OrmDriver<Kind extends string = string, Client = unknown> {
  readonly handle: DriverHandle<Kind, Client>;
  connect(manifest: Manifest): DriverSession;
}
