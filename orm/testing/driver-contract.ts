import { afterAll, beforeAll, describe } from "vitest";
import type { OrmDriver } from "../driver.ts";
import type { Schema } from "../schema/model.ts";
import { atomicContract } from "./contract-atomic.ts";
import { decisionsContract } from "./contract-decisions.ts";
import { orderContract } from "./contract-order.ts";
import { recordsContract } from "./contract-records.ts";
import { parallelContract } from "./contract-parallel.ts";
import { referencesContract } from "./contract-references.ts";
import { referencesInTransactionsContract } from "./contract-references-in-transactions.ts";
import { relationsContract } from "./contract-relations.ts";
import { savepointsContract } from "./contract-savepoints.ts";
import { contractContext, contractSchema, type BackendLimits, type ContractContext } from "./contract-schema.ts";
import { serializableContract } from "./contract-serializable.ts";
import { textContract } from "./contract-text.ts";
import { transactionsContract } from "./contract-transactions.ts";
import { uniqueContract } from "./contract-unique.ts";
import { valuesContract } from "./contract-values.ts";
import { whereContract } from "./contract-where.ts";

/** What {@link driverContract} takes. */
export interface DriverContractOptions {
  /** The name of the suite. */
  readonly name: string;
  /** Makes a driver for which the tables of `schema` exist, empty. Called once. */
  prepare(schema: Schema): Promise<OrmDriver>;
  /** Whether the driver's transactions are all or nothing: its capability must say the same. */
  readonly transactions: boolean;
  /** What the backend itself cannot do. Default: nothing. */
  readonly limits?: BackendLimits;
  /** Called at the end, also when `prepare` failed. */
  dispose?(): Promise<void> | void;
}

/**
 * Registers, with vitest, the tests of every promise that a driver makes (`DriverConnection`). The
 * memory and the DynamoDB driver pass them; a driver of yours should too.
 *
 * @example
 * ```ts
 * import { driverContract } from "auth-dynamodb/testing";
 *
 * driverContract({
 *   name: "my driver",
 *   transactions: true,
 *   prepare: async (schema) => createMyDriver(await tablesFor(schema)),
 * });
 * ```
 */
export function driverContract(options: DriverContractOptions): void {
  describe(`driver contract: ${options.name}`, () => {
    let prepared: ContractContext | undefined;
    const context = (): ContractContext => {
      if (!prepared) throw new Error("The driver is not prepared.");
      return prepared;
    };

    beforeAll(async () => {
      prepared = contractContext(await options.prepare(contractSchema));
    });
    afterAll(() => options.dispose?.());

    recordsContract(context);
    uniqueContract(context);
    whereContract(context);
    decisionsContract(context);
    orderContract(context);
    valuesContract(context, options.limits ?? {});
    textContract(context);
    atomicContract(context);
    relationsContract(context);
    transactionsContract(context, options.transactions);
    referencesContract(context);
    serializableContract(context, options.transactions && options.limits?.serializable !== false);
    if (!options.transactions) return;
    savepointsContract(context);
    parallelContract(context);
    referencesInTransactionsContract(context);
  });
}
