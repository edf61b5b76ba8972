/** The keys and the billing of a table of this layout, for CreateTable and CloudFormation alike. */
export const TABLE_DEFINITION = {
  BillingMode: "PAY_PER_REQUEST" as const,
  AttributeDefinitions: [
    { AttributeName: "_pk", AttributeType: "S" as const },
    { AttributeName: "_sk", AttributeType: "S" as const },
  ],
  KeySchema: [
    { AttributeName: "_pk", KeyType: "HASH" as const },
    { AttributeName: "_sk", KeyType: "RANGE" as const },
  ],
};

/** Tags as DynamoDB takes them. */
export function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
