import { cancellationReasons, errorName, isUnknownOperation } from "./aws-errors.ts";
import type { RawSender } from "./journal/raw-sender.ts";

/**
 * Whether a failed TransactWriteItems tells that its engine has no transactions: some do not know the operation, and a
 * strongly consistent global table refuses it as it refuses mistakes. Which of both it was shows a second one that
 * is right. An engine that was seen to have transactions does not lose them by one odd answer.
 */
export async function lacksTransactions(sender: RawSender, table: string, error: unknown): Promise<boolean> {
  const { knowledge } = sender;
  if (!knowledge || knowledge.transactions) return false;
  if (isUnknownOperation(error)) knowledge.transactions = false;
  else if (errorName(error) === "ValidationException") await askForTransactions(sender, table);
  return knowledge.transactions === false;
}

/** Finds out whether an engine has transactions, where that is not known: by one that changes nothing. */
export async function askForTransactions(sender: RawSender, table: string): Promise<void> {
  const { knowledge } = sender;
  if (!knowledge || knowledge.transactions !== undefined) return;
  const ConditionCheck = {
    TableName: table,
    Key: { _pk: { S: "|tx|" }, _sk: { S: "#" } },
    ConditionExpression: "attribute_not_exists(#pk)",
    ExpressionAttributeNames: { "#pk": "_pk" },
  };
  try {
    await sender.sendRaw("TransactWriteItems", "", { TransactItems: [{ ConditionCheck }] });
    knowledge.transactions = true;
  } catch (error) {
    if (isUnknownOperation(error) || errorName(error) === "ValidationException") knowledge.transactions = false;
    else if (cancellationReasons(error)) knowledge.transactions = true;
    // Anything else tells nothing of it, and shows again at the write itself.
  }
}
