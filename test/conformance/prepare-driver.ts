import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamodbDriver, type Schema } from "auth-dynamodb";
import { pushSchema } from "auth-dynamodb/setup";
import { uniquePrefix } from "../support/engines.ts";

/** Makes a driver over tables of its own, as the contract asks for one. */
export function prepareDriver(client: DynamoDBClient, transactions: "atomic" | "off") {
  return async (schema: Schema) => {
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
  };
}
