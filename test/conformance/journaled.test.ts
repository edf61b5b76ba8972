import { createDynamodbDriver } from "auth-dynamodb";
import { pushSchema } from "auth-dynamodb/setup";
import { driverContract } from "auth-dynamodb/testing";
import { enginesWithConflicts, uniquePrefix } from "../support/engines.ts";
import { useJournalLimits } from "../support/use-journal-limits.ts";

// Nearly every transaction is more than one request holds.
useJournalLimits({ items: 3 });

for (const engine of enginesWithConflicts.filter(({ transactions }) => transactions)) {
  const client = engine.createClient();
  driverContract({
    name: `dynamodb on ${engine.name}, three items to a request`,
    transactions: true,
    prepare: async (schema) => {
      const tablePrefix = uniquePrefix("journaled");
      await pushSchema({ schema, client, tablePrefix });
      const contentionBudget = 120_000;
      const logger = { warn: () => undefined };
      return createDynamodbDriver({
        ...{ client, tablePrefix, contentionBudget, logger },
        transactions: "atomic",
        scans: "allow",
      });
    },
  });
}
