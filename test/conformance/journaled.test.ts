import { driverContract } from "auth-dynamodb/testing";
import { enginesWithConflicts } from "../support/engines.ts";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import { prepareDriver } from "./prepare-driver.ts";

// Nearly every transaction is more than one request holds.
useJournalLimits({ items: 3 });

for (const engine of enginesWithConflicts.filter(({ transactions }) => transactions)) {
  driverContract({
    name: `dynamodb on ${engine.name}, three items to a request`,
    transactions: true,
    prepare: prepareDriver(engine.createClient(), "atomic"),
  });
}
