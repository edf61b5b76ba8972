import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { errors, injectFaults } from "../support/faults.ts";

const SINGLE = ["PutItem", "UpdateItem", "DeleteItem"];

/**
 * Lets some writes meet a TransactionConflict, as DynamoDB answers where another transaction is at
 * the same items. The engines of these tests make callers wait instead.
 */
export function addContention(client: DynamoDBClient, share: number): void {
  const faults = injectFaults(client);
  const some = () => Math.random() < share;
  faults.failBefore(
    ({ operation }) => SINGLE.includes(operation) && some(),
    () => errors.transactionConflict(),
    { level: "call" },
  );
  faults.failBefore(
    ({ operation }) => operation === "TransactWriteItems" && some(),
    () => errors.transactionCanceled(["None", "TransactionConflict"]),
    { level: "call" },
  );
}
