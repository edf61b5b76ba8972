import type { OptionsOf } from "../../../orm/options/check-options.ts";
import {
  abortSignal,
  callback,
  flag,
  group,
  requiredClient,
  text,
  wholeNumber,
} from "../../../orm/options/option-kinds.ts";
import type { DynamodbClient } from "../../../orm/dynamodb/engine/client.ts";
import type { Duplicate } from "../../../orm/dynamodb/maintenance/duplicate.ts";
import type { JobProgress } from "../../../orm/dynamodb/maintenance/job-progress.ts";
import { AUTH_JS_ADAPTER_OPTIONS, type AuthJsAdapterOptions } from "../options.ts";

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
  readonly to: AuthJsAdapterOptions;
  /**
   * Write nothing, and report what would be. The unique values it has seen are kept in memory to
   * find duplicates among them.
   */
  readonly dryRun?: boolean | undefined;
  /** Where to go on: the `resume` of an earlier report. */
  readonly resume?: string | undefined;
  /** Told after every page, and waited for: the place to keep `resume` in. */
  readonly onProgress?: ((report: ImportReport) => unknown) | undefined;
  /** Ends the import after the page under way, with `complete: false`. */
  readonly signal?: AbortSignal | undefined;
  /** Items read at a time. Default: 100. */
  readonly pageSize?: number | undefined;
}

const SOURCE_OPTIONS: OptionsOf<AuthJsDynamoDBSource> = {
  client: requiredClient(),
  table: text(),
  partitionKey: text(),
  sortKey: text(),
  indexPartitionKey: text(),
  indexSortKey: text(),
};

/** The same, as they are checked. */
export const IMPORT_OPTIONS: OptionsOf<ImportOptions> = {
  from: group({ own: SOURCE_OPTIONS }),
  to: group({ own: AUTH_JS_ADAPTER_OPTIONS }),
  dryRun: flag(),
  resume: text(),
  onProgress: callback(),
  signal: abortSignal(),
  pageSize: wholeNumber(1),
};

/** The models that are imported. */
export type ImportedModel = "user" | "account" | "session" | "verificationToken";

/** What an import did, and how far it came: from its start or from where it went on. */
export interface ImportReport extends JobProgress {
  readonly dryRun: boolean;
  /** Records written, or that would be. */
  readonly imported: Readonly<Record<ImportedModel, number>>;
  /** Records that were there already, and were left as they are. */
  readonly present: Readonly<Record<ImportedModel, number>>;
  /** Sessions and verification tokens that had expired: not imported. */
  readonly expired: number;
  /** Items that are none of Auth.js's. */
  readonly unknown: number;
  /**
   * Records that were left out because another one has their unique values: two users with one e-mail, one account on
   * two users.
   */
  readonly duplicates: readonly ImportDuplicate[];
  /** Records that were left out for another reason. */
  readonly leftOut: readonly LeftOutRecord[];
}

/**
 * A unique value of two records, as the source's own data name them: `ids` are those of the users,
 * of the one whose record is there and of the one whose record was left out.
 */
export interface ImportDuplicate extends Duplicate {
  readonly model: ImportedModel;
  /** The value, for example `{ email: "ada@example.com" }`. Of secrets, the fields only. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** A record that was left out, and why. */
export interface LeftOutRecord {
  readonly model: ImportedModel;
  readonly userId: unknown;
  readonly reason: string;
}
