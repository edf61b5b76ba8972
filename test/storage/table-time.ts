import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

interface Handler {
  handle(...args: unknown[]): Promise<{ response: { headers: Record<string, string> } }>;
}

/** Makes a client's answers say that it is this time: epoch milliseconds. By default, the time that the process has. */
export function setTableTime(client: DynamoDBClient, now = () => Date.now()): void {
  // The cast: the handler is replaced in place, which its type does not allow.
  const handler = client.config.requestHandler as unknown as Handler;
  const handle = handler.handle.bind(handler);
  handler.handle = async (...args) => {
    const answer = await handle(...args);
    answer.response.headers["date"] = new Date(now()).toUTCString();
    return answer;
  };
}
