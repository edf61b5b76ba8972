import {
  authFlowTestSuite,
  caseInsensitiveTestSuite,
  joinsTestSuite,
  normalTestSuite,
  testAdapter,
  transactionsTestSuite,
  uuidTestSuite,
} from "@better-auth/test-utils/adapter";
import { dynamodbAdapter, createAuthSchema } from "auth-dynamodb/better-auth";
import { pushSchema } from "auth-dynamodb/setup";
import { enginesWithConflicts as engines, uniquePrefix } from "../support/engines.ts";

const silent = { warn: () => undefined };

for (const engine of engines) {
  for (const transaction of [true, false]) {
    const client = engine.createClient();
    const tablePrefix = uniquePrefix("conformance");
    const { execute } = await testAdapter({
      // The suites list and empty whole tables.
      adapter: () => dynamodbAdapter({ client, tablePrefix, transaction, scans: "allow", logger: silent }),
      runMigrations: async (options) => {
        await pushSchema({ schema: createAuthSchema(options), client, tablePrefix });
      },
      tests: [
        normalTestSuite(),
        authFlowTestSuite(),
        ...(transaction ? [transactionsTestSuite(), caseInsensitiveTestSuite()] : []),
        // The normal suite again, with other reads and with other ids, neither of which opens a transaction: they send
        // the same with and without. What conflicts are the writes of one operation, all of which the normal suite has
        // sent: nothing is left to conflict that has not.
        ...(transaction && engine.name !== "conflicting" ? [joinsTestSuite(), uuidTestSuite()] : []),
      ],
      prefixTests: `${engine.name}, transactions ${transaction ? "on" : "off"}`,
    });
    execute();
  }
}
