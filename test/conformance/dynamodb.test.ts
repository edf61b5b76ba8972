import { createDynamodbDriver } from "auth-dynamodb";
import { pushSchema } from "auth-dynamodb/setup";
import { driverContract } from "auth-dynamodb/testing";
import { knowledgeOf } from "../../orm/dynamodb/engine/engine-knowledge.ts";
import { enginesWithConflicts, strongGlobalEngines, uniquePrefix } from "../support/engines.ts";

for (const engine of [...enginesWithConflicts, ...strongGlobalEngines]) {
  for (const transactions of ["atomic", "off"] as const) {
    const client = engine.createClient();
    // As it is to a process that has written before.
    if (engine.name === "strong-global") knowledgeOf(client).transactions = false;
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
