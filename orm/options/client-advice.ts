/** What to pass in place of a value that is no client. `isClient` tells whether a member of it is one. */
export function clientAdvice(value: unknown, isClient: (value: unknown) => boolean): string {
  const { client: inner, send, getItem } = membersOf(value);
  if (inner !== undefined && isClient(inner)) return "Pass its property client itself.";
  if (value instanceof Promise) return "It is a promise: await it first.";
  if (typeof value === "function")
    return "It is a class or function: pass an instance, such as new DynamoDBClient({}).";
  if (send === undefined && getItem !== undefined)
    return "It looks like an SDK v2 client: use DynamoDBClient of @aws-sdk/client-dynamodb.";
  return "Pass a DynamoDBClient of @aws-sdk/client-dynamodb or a DynamoDBDocumentClient of @aws-sdk/lib-dynamodb.";
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
