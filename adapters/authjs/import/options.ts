import type { DynamodbClient } from "../../../orm/dynamodb/send/client.ts";
import type { DynamoDBAdapterOptions } from "../options.ts";

/** The table of `@auth/dynamodb-adapter`, with that adapter's own options where they were not its defaults. */
export interface AuthJsDynamoDBSource {
  readonly client: DynamodbClient;
  /** Default: `next-auth`. */
  readonly table?: string | undefined;
  /** Default: `pk`. */
  readonly partitionKey?: string | undefined;
  /** Default: `sk`. */
  readonly sortKey?: string | undefined;
  /** Default: `GSI1PK`. */
  readonly indexPartitionKey?: string | undefined;
  /** Default: `GSI1SK`. */
  readonly indexSortKey?: string | undefined;
}

/** Options of `importFromAuthJsDynamoDB`. */
export interface ImportOptions {
  readonly from: AuthJsDynamoDBSource;
  /** Where to: the options of the adapter that will work with the records. Its tables must exist. */
  readonly to: DynamoDBAdapterOptions;
  /**
   * Write nothing, and report what would be. The unique values it has seen are kept in memory to
   * find conflicts among them.
   */
  readonly dryRun?: boolean | undefined;
  /** Where to go on: the `resume` of an earlier report. */
  readonly resume?: string | undefined;
  /** Told after every page, and waited for: the place to keep `resume` in. */
  readonly onProgress?: ((report: ImportReport) => unknown) | undefined;
  /** Ends the import after the page under way, with `done: false`. */
  readonly signal?: AbortSignal | undefined;
  /** Items read at a time. Default: 100. */
  readonly pageSize?: number | undefined;
}

/** The models that are imported. */
export type ImportedModel = "user" | "account" | "session" | "verificationToken";

/** What an import did, from its start or from where it went on. */
export interface ImportReport {
  readonly dryRun: boolean;
  /** Items read. */
  readonly scanned: number;
  /** Records written, or that would be. */
  readonly imported: Readonly<Record<ImportedModel, number>>;
  /** Records that were there already, and were left as they are. */
  readonly present: Readonly<Record<ImportedModel, number>>;
  /** Sessions and verification tokens that had expired: not imported. */
  readonly expired: number;
  /** Items that are none of Auth.js's. */
  readonly unknown: number;
  /** Records that were left out because another one holds their unique values. */
  readonly conflicts: readonly ImportConflict[];
  /** Records that were left out for another reason. */
  readonly leftOut: readonly LeftOutRecord[];
  /** Where to go on; undefined when the import is done. */
  readonly resume: string | undefined;
  readonly done: boolean;
}

/** Two records that cannot both be: two users with one e-mail, one account on two users. */
export interface ImportConflict {
  readonly model: ImportedModel;
  /** What they have in common, for example `{ email: "ada@example.com" }`. Of secrets, the fields only. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The user whose record is there. */
  readonly keptUserId: unknown;
  /** The user whose record was left out. */
  readonly leftOutUserId: unknown;
}

/** A record that was left out, and why. */
export interface LeftOutRecord {
  readonly model: ImportedModel;
  readonly userId: unknown;
  readonly reason: string;
}
