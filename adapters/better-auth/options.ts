import type { DynamodbClient } from "../../orm/dynamodb/send/client.ts";
import type { DynamodbDriverOptions } from "../../orm/dynamodb/driver.ts";
import type { IndexDefinition } from "../../orm/schema/model.ts";
import type { DBAdapterDebugLogOption } from "better-auth/adapters";

/** How Better Auth's tables are laid out. `createAuthSchema` takes the same, so that both agree. */
export interface AuthSchemaOptions {
  /** Table names with an "s" at the end. Default: false. */
  readonly usePlural?: boolean | undefined;
  /**
   * Further indexes by model, for look-ups of your own: `{ user: [["companyId"]] }`. Models and
   * fields by Better Auth's names.
   */
  readonly indexes?: Readonly<Record<string, readonly IndexDefinition[]>> | undefined;
  /** Where records live, by model: `{ member: "organizationId" }`. The defaults suit Better Auth's hot reads. */
  readonly clusterBy?: Readonly<Record<string, string | readonly [string, ...string[]]>> | undefined;
  /**
   * Whether DynamoDB removes expired records by itself, by model. Default: sessions (unless they
   * are preserved for audit), verifications and the tokens of plugins: see the README.
   */
  readonly expiry?: boolean | Readonly<Record<string, boolean>> | undefined;
}

/** Options of `dynamodbAdapter`. */
export interface DynamodbAdapterOptions
  extends AuthSchemaOptions,
    Pick<
      DynamodbDriverOptions,
      "table" | "tables" | "tablePrefix" | "consistency" | "scans" | "onRequest" | "logger"
    > {
  /** The application's `DynamoDBClient` or `DynamoDBDocumentClient`. */
  readonly client: DynamodbClient;
  /** Log every operation of the adapter. Default: false. */
  readonly debugLogs?: DBAdapterDebugLogOption | undefined;
  /**
   * Commit what Better Auth does in a transaction as one TransactWriteItems. Default: true. A
   * commit that lost a race runs the transaction again, up to `retries` times (default 5), so a
   * callback may run more than once: Better Auth keeps work outside of the database out of it.
   * What is too much for one transaction (100 items) is written at once instead, piece by piece.
   */
  readonly transaction?: boolean | { readonly retries?: number } | undefined;
}
