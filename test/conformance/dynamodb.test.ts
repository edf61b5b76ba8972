import { driverContract } from "auth-dynamodb/testing";
import { enginesWithConflicts, strongGlobalEngines } from "../support/engines.ts";
import { prepareDriver } from "./prepare-driver.ts";

for (const engine of [...enginesWithConflicts, ...strongGlobalEngines]) {
  const both = engine.name !== "strong-global";
  for (const transactions of both ? (["atomic", "off"] as const) : (["atomic"] as const)) {
    driverContract({
      name: `dynamodb on ${engine.name}, transactions ${transactions}`,
      transactions: transactions === "atomic",
      // Dynalite drops a map key of this name.
      limits: { protoKeys: engine.name !== "dynalite" },
      prepare: prepareDriver(engine.createClient(), transactions),
    });
  }
}
