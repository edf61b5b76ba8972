/**
 * The contract that a driver of your own has to keep, as a suite of vitest.
 *
 * @module auth-dynamodb/testing
 */

export { driverContract } from "../orm/testing/driver-contract.ts";
export type { DriverContractOptions } from "../orm/testing/driver-contract.ts";
export type { BackendLimits } from "../orm/testing/contract-schema.ts";
