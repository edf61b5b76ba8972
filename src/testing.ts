export { driverContract } from "../orm/testing/driver-contract.ts";
export type { DriverContractOptions } from "../orm/testing/driver-contract.ts";
export type { BackendLimits } from "../orm/testing/contract-schema.ts";
