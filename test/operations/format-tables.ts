import { GetItemCommand, UpdateItemCommand, type AttributeValue, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamodbDriver, createOrm, datetime, defineSchema, id, model, string } from "auth-dynamodb";
import { pushSchema } from "auth-dynamodb/setup";
import { STORAGE_FORMAT } from "../../orm/dynamodb/layout/storage-format.ts";
import { uniquePrefix } from "../support/engines.ts";
import { itemsOf } from "./stored-items.ts";

const fields = { id: id(), email: string().unique() };
export const schema = defineSchema({
  user: model({ table: "users", fields }),
  session: model({ table: "sessions", fields: { id: id(), token: string().unique() } }),
});

/** What push would do something about, were it let. */
export const changed = defineSchema({
  user: model({ table: "users", fields: { ...fields, name: string().nullable().unique() } }),
  session: model({
    table: "sessions",
    fields: { id: id(), token: string().unique(), expiresAt: datetime().nullable() },
    expires: "expiresAt",
  }),
});

/** As tables store them. */
export const CURRENT = { N: String(STORAGE_FORMAT) };
export const NEWER = { N: String(STORAGE_FORMAT + 1) };

/** What a refusal of {@link NEWER} says. */
export const ADVICE = new RegExp(`format ${STORAGE_FORMAT + 1}.*up to ${STORAGE_FORMAT}.*update the package`);

const Key = { _pk: { S: "|schema" }, _sk: { S: "#" } };

/** The format that a table says. */
export async function formatIn(client: DynamoDBClient, TableName: string): Promise<AttributeValue | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  return Item?.["format"];
}

/** Lets a table say another format, or none. */
export async function setFormat(
  client: DynamoDBClient,
  TableName: string,
  format: AttributeValue | undefined,
): Promise<void> {
  const change = format
    ? { UpdateExpression: "SET #f = :f", ExpressionAttributeValues: { ":f": format } }
    : { UpdateExpression: "REMOVE #f" };
  await client.send(new UpdateItemCommand({ TableName, Key, ExpressionAttributeNames: { "#f": "format" }, ...change }));
}

/** The tables of {@link schema}, with a user in one, and the other saying the given format. */
export async function tablesOfFormat(client: DynamoDBClient, format: AttributeValue | undefined) {
  const tablePrefix = uniquePrefix("format");
  await pushSchema({ schema, client, tablePrefix });
  const orm = createOrm({ schema, driver: createDynamodbDriver({ client, tablePrefix }) });
  await orm.user.create({ data: { email: "ada@example.com" } });
  const [users, sessions] = [`${tablePrefix}users`, `${tablePrefix}sessions`] as const;
  await setFormat(client, sessions, format);
  const stored = async () => [await itemsOf(client, users), await itemsOf(client, sessions)];
  return { tablePrefix, users, sessions, stored };
}
