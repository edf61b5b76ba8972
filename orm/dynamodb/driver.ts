import type { OrmDriver } from "../driver.ts";
import { createDriverHandle } from "../driver-handle.ts";
import { ADAPTER_OPTIONS_BESIDE_DRIVER } from "../options/adapter-options.ts";
import { checkOptions } from "../options/check-options.ts";
import { DynamodbConnection } from "./connection.ts";
import { Store } from "./context.ts";
import { DRIVER_OPTIONS, type DynamodbDriverOptions } from "./driver-options.ts";
import type { DynamodbClient } from "./engine/client.ts";
import { CAPABILITIES, KIND } from "./layout/storable.ts";

/**
 * A driver that keeps records in DynamoDB. Throws `INVALID_OPTION`.
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
  checkOptions("createDynamodbDriver", options, { own: DRIVER_OPTIONS, shared: ADAPTER_OPTIONS_BESIDE_DRIVER });
  const transactions = options.transactions ?? "off";
  const handle = createDriverHandle({
    kind: KIND,
    client: options.client,
    capabilities: {
      ...CAPABILITIES,
      supportsTransactions: transactions === "atomic",
      transactionIsolation: transactions === "atomic" ? "serializable" : "none",
    },
  });
  return { handle, connect: (manifest) => new DynamodbConnection(new Store(options, manifest), transactions) };
}
