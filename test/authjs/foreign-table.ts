import { CreateTableCommand, waitUntilTableExists, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";

/** The names of keys that `@auth/dynamodb-adapter` lets its users choose. */
export const DEFAULT_KEYS = { partitionKey: "pk", sortKey: "sk", indexPartitionKey: "GSI1PK", indexSortKey: "GSI1SK" };

type Data = Record<string, unknown>;

/** A table as `@auth/dynamodb-adapter` lays it out, and writers of its items. */
export async function createForeignTable(client: DynamoDBClient, table: string, keys = DEFAULT_KEYS) {
  const { partitionKey, sortKey, indexPartitionKey, indexSortKey } = keys;
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [partitionKey, sortKey, indexPartitionKey, indexSortKey].map((AttributeName) => ({
        AttributeName,
        AttributeType: "S",
      })),
      KeySchema: [
        { AttributeName: partitionKey, KeyType: "HASH" },
        { AttributeName: sortKey, KeyType: "RANGE" },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: "GSI1",
          Projection: { ProjectionType: "ALL" },
          KeySchema: [
            { AttributeName: indexPartitionKey, KeyType: "HASH" },
            { AttributeName: indexSortKey, KeyType: "RANGE" },
          ],
        },
      ],
    }),
  );
  // Dynalite answers before the table can be used.
  await waitUntilTableExists({ client, maxWaitTime: 300, minDelay: 1, maxDelay: 1 }, { TableName: table });
  const document = DynamoDBDocument.from(client, {
    marshallOptions: { convertEmptyValues: true, removeUndefinedValues: true, convertClassInstanceToMap: true },
  });
  const put = (keyValues: readonly [string, string, string?, string?], data: Data) => {
    const [partition, sort, indexPartition, indexSort] = keyValues;
    const index =
      indexPartition === undefined ? {} : { [indexPartitionKey]: indexPartition, [indexSortKey]: indexSort };
    return document.put({
      TableName: table,
      Item: { ...stored(data), [partitionKey]: partition, [sortKey]: sort, ...index },
    });
  };
  return {
    table,
    keys,
    document,
    put,
    user: (user: Data) =>
      put([`USER#${user["id"]}`, `USER#${user["id"]}`, `USER#${user["email"]}`, `USER#${user["email"]}`], {
        ...user,
        type: "USER",
      }),
    account: (account: Data) =>
      put(
        [
          `USER#${account["userId"]}`,
          `ACCOUNT#${account["provider"]}#${account["providerAccountId"]}`,
          `ACCOUNT#${account["provider"]}`,
          `ACCOUNT#${account["providerAccountId"]}`,
        ],
        { ...account, id: crypto.randomUUID() },
      ),
    session: (session: Data) => {
      const key = `SESSION#${session["sessionToken"]}`;
      return put([`USER#${session["userId"]}`, key, key, key], { ...session, type: "SESSION" });
    },
    verificationToken: (token: Data) =>
      put([`VT#${token["identifier"]}`, `VT#${token["token"]}`], { ...token, type: "VT" }),
  };
}

/** Dates as the adapter writes them. */
function stored(data: Data): Data {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      if (!(value instanceof Date)) return [name, value];
      return [name, name === "expires" ? value.getTime() / 1000 : value.toISOString()];
    }),
  );
}
