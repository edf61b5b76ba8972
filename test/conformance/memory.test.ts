import { createMemoryDriver } from "../../orm/memory/driver.ts";
import { driverContract } from "../../orm/testing/driver-contract.ts";

driverContract({ name: "memory", transactions: true, prepare: () => Promise.resolve(createMemoryDriver()) });
