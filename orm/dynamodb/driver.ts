import type { DriverCapabilities, DriverHandle, DriverSession, OrmDriver } from "../driver.ts";
import type { Manifest } from "../schema/manifest.ts";
import type { StoreContext } from "./context.ts";
import { layoutsOf, type TableNaming } from "./layout/model-layout.ts";
import { ScanPolicy, type ScanMode, type WarningLogger } from "./read/scan-policy.ts";
import { sendOf, type DynamodbClient } from "./send/client.ts";
import { engineOf } from "./send/engine.ts";
import { ItemReader } from "./send/item-reader.ts";
import { Sender, type RequestEvent } from "./send/sender.ts";
import { HomeHints } from "./write/home-hints.ts";
import { DynamodbSession, type TransactionMode } from "./session.ts";

/** Options of {@link createDynamodbDriver}. */
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
  /** What happens when no key or index serves a query: `warn` (default, once for each access path), `allow` or `refuse`. */
  readonly scans?: ScanMode | undefined;
  /** `atomic`: what a transaction writes is committed together. `off` (default): its writes are immediate. */
  readonly transactions?: TransactionMode | undefined;
  /** Told of every request that was sent. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
  /** Where warnings go. Default: the console. */
  readonly logger?: WarningLogger | undefined;
}

const CAPABILITIES: DriverCapabilities = {
  numericIds: "manual",
  supportsNumericIds: true,
  supportsJSON: true,
  supportsDates: true,
  supportsBooleans: true,
  supportsTransactions: false,
  supportsSchemaNamespaces: false,
  supportsTransactionalDDL: false,
  supportsJoin: false,
  nativeRelationLoading: "none",
  textComparison: "case-sensitive",
  upsert: "emulated",
  returning: Object.freeze({ create: true, update: true, delete: true }),
};

/**
 * A driver that keeps records in DynamoDB.
 *
 * @example
 * ```ts
 * const orm = createOrm({
 *   schema,
 *   driver: createDynamodbDriver({ client: new DynamoDBClient({}) }),
 * });
 * ```
 */
export function createDynamodbDriver<Client extends DynamodbClient>(
  options: DynamodbDriverOptions<Client>,
): OrmDriver<"dynamodb", Client> {
  const transactions = options.transactions ?? "off";
  const handle: DriverHandle<"dynamodb", Client> = Object.freeze({
    kind: "dynamodb",
    client: options.client,
    capabilities: Object.freeze({ ...CAPABILITIES, supportsTransactions: transactions === "atomic" }),
  });
  return {
    handle,
    connect: (manifest): DriverSession => {
      const reads = contextOf(options, manifest);
      const writes = reads.consistent
        ? reads
        : { ...reads, consistent: true, items: new ItemReader(reads.sender, true) };
      return new DynamodbSession(reads, writes, transactions);
    },
  };
}

/** What operations of a driver with these options share. */
export function contextOf(options: DynamodbDriverOptions, manifest: Manifest): StoreContext {
  const client = options.documentClient ?? options.client;
  const layouts = layoutsOf(manifest, options);
  const sender = new Sender(sendOf(client), options.onRequest, layouts);
  const consistent = options.consistency !== "eventual";
  const logger = options.logger ?? console;
  return {
    layouts,
    sender,
    items: new ItemReader(sender, consistent),
    // By the underlying client, so that several drivers learn about the engine together.
    engine: engineOf(options.client),
    hints: new HomeHints(),
    consistent,
    scans: new ScanPolicy(options.scans ?? "warn", logger),
    logger,
    now: Date.now,
  };
}
