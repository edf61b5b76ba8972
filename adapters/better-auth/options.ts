import type { ClusterDefinition, IndexDefinition } from "../../orm/schema/model.ts";
import { isGroup, type OptionsOf } from "../../orm/options/check-options.ts";
import { byName, flag, flagOrGroup, isTextOrTexts, option, wholeNumber } from "../../orm/options/option-kinds.ts";
import { STORAGE_OPTIONS, type StorageOptions } from "../open-orm.ts";
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
  /**
   * Where records live, by model: `{ member: "organizationId" }`, or `{ on: "identifier", orderBy: "createdAt" }`. The
   * defaults suit Better Auth's hot reads.
   */
  readonly clusterBy?: Readonly<Record<string, ClusterDefinition>> | undefined;
  /**
   * Whether DynamoDB removes expired records by itself, by model. Default: sessions (unless they
   * are preserved for audit), verifications and the tokens of plugins: see "How data is stored" in the documentation.
   */
  readonly expiry?: boolean | Readonly<Record<string, boolean>> | undefined;
}

function isCluster(value: unknown): boolean {
  if (!isGroup(value)) return isTextOrTexts(value);
  const { on, orderBy, ...others } = value as Readonly<Record<string, unknown>>;
  return isTextOrTexts(on) && typeof orderBy === "string" && Object.keys(others).length === 0;
}

const expiry = byName("true or false by model", (value) => typeof value === "boolean");

/** The same, as they are checked. */
export const AUTH_SCHEMA_OPTIONS: OptionsOf<AuthSchemaOptions> = {
  usePlural: flag(),
  indexes: byName("lists of indexes by model", Array.isArray),
  clusterBy: byName("a field, a list of fields, or { on, orderBy }, by model", isCluster),
  expiry: option("true, false or an object of true or false by model", (value) => {
    return typeof value === "boolean" || expiry.holds(value);
  }),
};

/** Options of `dynamodbAdapter`. */
export interface BetterAuthAdapterOptions extends AuthSchemaOptions, StorageOptions {
  /** Log every operation of the adapter. Default: false. */
  readonly debugLogs?: DBAdapterDebugLogOption | undefined;
  /**
   * Commit what Better Auth does in a transaction all or nothing. Default: true. A
   * commit that lost a race runs the transaction again, up to `retries` times (default 5), so a
   * callback may run more than once: Better Auth keeps work outside of the database out of it.
   * Up to 100 items go as one TransactWriteItems, more as several requests, up to `maxItems` (default 100,000).
   */
  readonly transaction?: boolean | { readonly retries?: number; readonly maxItems?: number } | undefined;
}

/** The same, as they are checked. */
export const BETTER_AUTH_ADAPTER_OPTIONS: OptionsOf<BetterAuthAdapterOptions> = {
  ...STORAGE_OPTIONS,
  ...AUTH_SCHEMA_OPTIONS,
  debugLogs: option("true, false or an object", (value) => typeof value === "boolean" || isGroup(value)),
  transaction: flagOrGroup({ own: { retries: wholeNumber(0), maxItems: wholeNumber(1) } }),
};
