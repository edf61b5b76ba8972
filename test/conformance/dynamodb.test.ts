import { createDynamodbDriver } from "auth-dynamodb";
import { pushSchema } from "auth-dynamodb/setup";
import { driverContract } from "auth-dynamodb/testing";
import { enginesWithConflicts, strongGlobalEngines, uniquePrefix } from "../support/engines.ts";

for (const engine of [...enginesWithConflicts, ...strongGlobalEngines]) {
  const both = engine.name !== "strong-global";
  for (const transactions of both ? (["atomic", "off"] as const) : (["atomic"] as const)) {
    const client = engine.createClient();
    driverContract({
      name: `dynamodb on ${engine.name}, transactions ${transactions}`,
      transactions: transactions === "atomic",
      // Dynalite drops a map key of this name.
      limits: { protoKeys: engine.name !== "dynalite" },
      prepare: async (schema) => {
        const tablePrefix = uniquePrefix("contract");
        await pushSchema({ schema, client, tablePrefix });
        return createDynamodbDriver({
          client,
          tablePrefix,
          transactions,
          scans: "allow",
          // What is promised to a crowd is that all get through, however busy the machine is.
          contentionBudget: 120_000,
          logger: { warn: () => undefined },
        });
      },
    });
  }
}
