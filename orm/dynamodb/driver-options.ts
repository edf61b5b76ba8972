import { ADAPTER_OPTIONS } from "../options/adapter-options.ts";
import type { OptionsOf } from "../options/check-options.ts";
import { callback, clientOption, objectWith, oneOf, positiveNumber, text } from "../options/option-kinds.ts";
import type { WarningLogger } from "../util/warning-logger.ts";
import type { TransactionMode } from "./connection.ts";
import type { DynamodbClient } from "./engine/client.ts";
import type { RequestEvent } from "./engine/request-event.ts";
import { TABLE_NAMING, type TableNaming } from "./layout/model-layout.ts";
import type { ScanMode } from "./plan/scan-policy.ts";

/** Options of `createDynamodbDriver`. */
export interface DynamodbDriverOptions<Client extends DynamodbClient = DynamodbClient> extends TableNaming {
  /** The application's client: a `DynamoDBClient` or a `DynamoDBDocumentClient`. */
  readonly client: Client;
  /**
   * A document client to send through instead of `client`, for the middleware it carries. Its
   * marshalling options have no effect: values are encoded by the schema.
   */
  readonly documentClient?: DynamodbClient | undefined;
  /** `strong` (default) reads what was written last; `eventual` halves the cost of reads. */
  readonly consistency?: "strong" | "eventual" | undefined;
  /**
   * What happens when no key or index serves a query: `warn` (default, once for each access path), `allow` or `refuse`.
   */
  readonly scans?: ScanMode | undefined;
  /** `atomic`: what a transaction writes is committed together. `off` (default): its writes are immediate. */
  readonly transactions?: TransactionMode | undefined;
  /**
   * Milliseconds that one operation may spend on contention, whoever refuses it: a condition that failed because
   * another writer was first, a transaction conflict, throttling. Beyond them it throws. Default: 10,000.
   */
  readonly contentionBudget?: number | undefined;
  /**
   * The one region that is written to, such as `eu-west-1`: where the client's region is another one, writes are
   * refused with `WRITE_OUTSIDE_HOME_REGION`, before anything is sent. Reads work. Default: none, every region writes.
   */
  readonly homeRegion?: string | undefined;
  /** Told of every request that was sent. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
  /** Where warnings go. Default: the console. */
  readonly logger?: WarningLogger | undefined;
}

/** The same, as they are checked. */
export const DRIVER_OPTIONS: OptionsOf<DynamodbDriverOptions> = {
  client: clientOption(),
  documentClient: clientOption(),
  ...TABLE_NAMING,
  consistency: oneOf("strong", "eventual"),
  scans: oneOf("warn", "allow", "refuse"),
  transactions: oneOf("atomic", "off"),
  contentionBudget: positiveNumber(),
  homeRegion: text(),
  onRequest: callback(),
  logger: objectWith("warn"),
};

/** What one configuration for an application and its set-up may hold: set-up lets pass what is not for it. */
export const SHARED_OPTIONS = { ...DRIVER_OPTIONS, ...ADAPTER_OPTIONS };
