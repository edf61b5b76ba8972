import type { OrderTerm } from "./query/order.ts";
import type { Predicate } from "./query/predicate.ts";
import type { UniqueLookup } from "./query/unique-lookup.ts";
import type { Manifest, ModelManifest } from "./schema/manifest.ts";
import type { RecordValues } from "./values/normalize.ts";

/** How a backend compares text where no mode is given. */
export type TextComparison = "case-sensitive" | "case-insensitive" | "database-default";

/**
 * What a transaction can rely on when it commits.
 *
 * - `read committed`: each read sees what is committed, those of two moments together are no snapshot, and of what is
 *   written the first to commit wins.
 * - `serializable`: besides, what was read is still so at the commit: every record, and every id and unique value that
 *   was looked up and found free. Lists are held by the records that they had; one that would have more is not noticed.
 */
export type Isolation = "read committed" | "serializable";

/** What a backend can do. Each says what follows for a storage layer that is to run on several of them. */
export interface DriverCapabilities {
  /** `manual`: integer ids are assigned by the application; `generated` ones are refused when the ORM is created. */
  readonly numericIds: "none" | "manual" | "generated";
  /** Whether ids may be integers at all: without, give models string ids. */
  readonly supportsNumericIds: boolean;
  /** Whether `json()` keeps values: without, store text. */
  readonly supportsJSON: boolean;
  /** Whether dates come back as dates, to the millisecond: without, store numbers. */
  readonly supportsDates: boolean;
  /** Whether booleans come back as booleans: without, store numbers. */
  readonly supportsBooleans: boolean;
  /** Whether `transaction` commits all or nothing: without, its writes are immediate and a throw takes none back. */
  readonly supportsTransactions: boolean;
  /** The strongest `isolation` that a transaction can ask for; what is stronger is refused. `none`: there are none. */
  readonly transactionIsolation: "none" | Isolation;
  /** Whether tables can be qualified by a schema: without, `tableName(name, { schema })` is refused. */
  readonly supportsSchemaNamespaces: boolean;
  /** Whether a set-up that fails leaves nothing: without, run it again, it goes on where it stopped. */
  readonly supportsTransactionalDDL: boolean;
  /** Whether relations are joined by the backend: without, each level of a selection costs a round trip. */
  readonly supportsJoin: boolean;
  /** `none`: relations are loaded by follow-up reads. */
  readonly nativeRelationLoading: "none" | "partial" | "full";
  /** How text compares by default: where it is not `case-sensitive`, normalize e-mail addresses before writing. */
  readonly textComparison: TextComparison;
  /** The same by operation: `eq` and `in`; `contains`, `startsWith` and `endsWith`; `orderBy` and ranges. */
  readonly textMatching: {
    readonly equality: TextComparison;
    readonly contains: TextComparison;
    readonly ordering: TextComparison;
  };
  /**
   * `emulated`: of concurrent callers of `upsert` one creates all the same, by a retry rather than by one statement.
   */
  readonly upsert: "none" | "emulated" | "native";
  /** Whether writes return the records they touched (a delete does through `consume`): without, read them again. */
  readonly returning: { readonly create: boolean; readonly update: boolean; readonly delete: boolean };
  /** What `create`, `update` and `delete` themselves return of a record: `delete` returns a number, so `none`. */
  readonly returningMode: {
    readonly create: "none" | "record";
    readonly update: "none" | "record";
    readonly delete: "none" | "record";
  };
  /** Which selections of relations the backend answers in one request: elsewhere they work by follow-up reads. */
  readonly nativeRelations: {
    /** Chains of to-one relations. */
    readonly singularChains: boolean;
    readonly hasMany: boolean;
    readonly manyToMany: boolean;
    /** Those with a `where`, an `orderBy`, a `take` or `skip` of their own. */
    readonly filtered: boolean;
    readonly ordered: boolean;
    readonly paginated: boolean;
  };
}

/** What an application sees of a driver, as `orm.$driver`. */
export interface DriverHandle<Kind extends string = string, Client = unknown> {
  readonly kind: Kind;
  readonly client: Client;
  /** The language of the backend where its driver speaks several. Undefined for those of this package. */
  readonly dialect?: string | undefined;
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
  /** Only records that come after this one in the order: its id, and the fields of `orderBy`. */
  readonly after?: RecordValues | undefined;
  /**
   * Makes `skip` and `take` count for each value of this field, which `where` compares by `in`, or by `eq` of one.
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
   * was taken meanwhile). Default 0: the error is thrown. A `FOREIGN_KEY_VIOLATION` is thrown always.
   */
  readonly retries?: number;
  /**
   * Default `"read committed"`: reads are not looked at again, and of the records that are written the first to commit
   * wins. With `"serializable"`, what was read must be unchanged at the commit as well (records, and ids and unique
   * values that were free; not that a list would have no more records): else it is a `TRANSACTION_CONFLICT`, and
   * nothing is written, also where the transaction only reads. `INVALID_OPTION` where the backend cannot do that, and
   * inside of a transaction that is not so itself.
   */
  readonly isolation?: Isolation;
  /**
   * How many items the transaction may write, records and their entries, on a backend that counts them. Beyond it
   * throws `TRANSACTION_TOO_LARGE`, and nothing is written. Default: 100,000.
   */
  readonly maxItems?: number;
}

/**
 * The operations of a backend over one schema. A driver author implements these; names and values
 * arrive checked, and relations, selections and defaults are the core's work. The shared contract
 * suite (`auth-dynamodb/testing`) tests every promise made here.
 */
export interface DriverConnection {
  /** Matching records, whole: every field of the model, null where there is none. */
  find(query: FindQuery): Promise<RecordValues[]>;
  /** How many records match. */
  count(model: ModelManifest, where: Predicate): Promise<number>;
  /**
   * Stores a complete record, or throws `UNIQUE_CONSTRAINT_VIOLATION`, or `FOREIGN_KEY_VIOLATION` where a reference
   * with `onDelete` leads nowhere when the write commits. Models that expire assert nothing.
   */
  create(model: ModelManifest, record: RecordValues): Promise<RecordValues>;
  /** Stores complete records, each as `create` does, and returns them in the order given. */
  createMany(model: ModelManifest, records: readonly RecordValues[]): Promise<RecordValues[]>;
  /**
   * Changes at most one matching record, atomically with the test, and returns it. A changed reference is asserted as
   * in `create`; a key that others refer to with `onDelete` cannot change (`FOREIGN_KEY_VIOLATION`).
   */
  update(model: ModelManifest, where: Predicate, data: RecordValues): Promise<RecordValues | null>;
  /** Changes every matching record and returns their number. A unique value for two of them changes none. */
  updateMany(model: ModelManifest, where: Predicate, data: RecordValues): Promise<number>;
  /**
   * Deletes every matching record and returns their number, dependents not counted. Of what refers to them, `onDelete`
   * says what becomes, each record once, also along a circle.
   */
  deleteMany(model: ModelManifest, where: Predicate): Promise<number>;
  /**
   * Deletes at most one matching record and returns it: of concurrent callers exactly one gets it. Dependents as in
   * `deleteMany`.
   */
  consume(model: ModelManifest, where: Predicate): Promise<RecordValues | null>;
  /** Changes at most one record while it matches, atomically, and returns it. */
  increment(change: Increment): Promise<RecordValues | null>;
  /** Updates the record at a unique key, or creates it. Of concurrent callers one creates. */
  upsert(model: ModelManifest, lookup: UniqueLookup, create: RecordValues, update: RecordValues): Promise<RecordValues>;
  /**
   * Runs `run` with a connection whose writes commit together where the backend can; where it cannot, they are
   * immediate. A throw takes them back and is passed on. References are looked at when the writes commit.
   *
   * On the connection of a transaction it is a savepoint: its writes become the transaction's own when `run` ends,
   * and a throw takes back those made through its connection, no others. Calls on the connection around it that run
   * at the same time, other savepoints included, need not see its writes before that, and must not both change one
   * record: the later one may then fail with `TRANSACTION_CONFLICT`. `retries` run it again after that. The isolation
   * is that of the outermost one: a stronger one is refused.
   */
  transaction<T>(run: (connection: DriverConnection) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** How a read would be served. */
  explain(query: FindQuery): Explanation;
}

/** A backend. `connect` is called once for each ORM, with its checked schema. */
export interface OrmDriver<Kind extends string = string, Client = unknown> {
  readonly handle: DriverHandle<Kind, Client>;
  /** The operations over a schema. */
  connect(manifest: Manifest): DriverConnection;
}
