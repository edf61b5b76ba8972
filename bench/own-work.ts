/**
 * The operations that every sign-in is made of, twice: by the ORM, and with the same requests written by hand on the
 * SDK's client. Requests are answered at once by canned answers, so what is left is work of the process itself.
 */
import { createHash, randomUUID } from "node:crypto";
import {
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
} from "@aws-sdk/client-dynamodb";
import { createDynamodbDriver, createOrm } from "../src/index.ts";
import { createAuthSchema } from "../src/better-auth.ts";

type Item = Record<string, AttributeValue>;

/** One operation in both ways. */
export interface OwnWork {
  readonly name: string;
  readonly driver: () => Promise<unknown>;
  readonly byHand: () => Promise<unknown>;
}

const DAY = 86_400_000;
const userId = "46ea6b06-df92-45d9-b4cf-298ca2fe5fc9";
const email = "ada@example.com";
const token = "q8PfYy0bVJxr3PcbcyXa3o7nUxgUEuH9";
const now = new Date();
const expiresAt = new Date(now.getTime() + 7 * DAY);
const seconds = (date: Date, days = 0) => ({ N: String(Math.ceil((date.getTime() + days * DAY) / 1000)) });
const at = (date: Date) => ({ S: date.toISOString() });

/** A key as the layout makes it: requests are to be the same ones. */
const keyOf = (model: string, field: string, value: string) => ({
  S: `${model}|${field}|${createHash("sha256")
    .update(JSON.stringify([value]))
    .digest("base64url")}`,
});
const SINGLE = { S: "#" };
const NULL = { NULL: true } as const;
const MARK = { S: "mww6pkxy.WfHVjN4MnzXfKf7J" };

const sessionItem: Item = {
  ...{ _pk: keyOf("session", "token", token), _sk: SINGLE, _kind: { S: "record" }, _model: { S: "session" } },
  ...{ _born: MARK, _w: MARK, _v: { N: "1" }, _marks: { M: {} }, _ttl: seconds(expiresAt), _ettl: seconds(now, 30) },
  ...{ id: { S: "7b5bc05a-e71d-4b08-854b-7df11c32e440" }, token: { S: token }, userId: { S: userId } },
  ...{ expiresAt: at(expiresAt), createdAt: at(now), updatedAt: at(now) },
  ...{ ipAddress: { S: "127.0.0.1" }, userAgent: { S: "Mozilla/5.0" } },
};
const userKey = { _pk: { S: `user|id|${userId}` }, _sk: SINGLE };
const userItem: Item = {
  ...{ ...userKey, _kind: { S: "record" }, _model: { S: "user" }, _born: MARK, _w: MARK, _v: { N: "1" } },
  ...{ _marks: { M: {} }, id: { S: userId }, email: { S: email }, name: { S: "Ada" }, image: NULL },
  ...{ emailVerified: { BOOL: true }, createdAt: at(now), updatedAt: at(now) },
};
const emailEntry: Item = {
  ...{ _pk: keyOf("user", "email", email), _sk: SINGLE, _kind: { S: "unique" }, _model: { S: "user" }, _born: MARK },
  ...{ _ref: { M: userKey }, _w: MARK, _at: { N: "1795614833734" }, id: { S: userId }, email: { S: email } },
};
const accountItem: Item = {
  ...{
    _pk: keyOf("account", "userId>createdAt", userId),
    _sk: { S: `${now.toISOString()}|1dcc4a7e` },
    _kind: { S: "record" },
    _born: MARK,
    _w: MARK,
  },
  ...{ _model: { S: "account" }, _v: { N: "1" }, _marks: { M: {} }, id: { S: "1dcc4a7e" }, userId: { S: userId } },
  ...{
    accountId: { S: userId },
    providerId: { S: "credential" },
    accessToken: NULL,
    refreshToken: NULL,
    idToken: NULL,
  },
  ...{ accessTokenExpiresAt: NULL, refreshTokenExpiresAt: NULL, scope: NULL, password: { S: "5f3c".repeat(40) } },
  ...{ createdAt: at(now), updatedAt: at(now) },
};

const bytes = (answer: object) => new TextEncoder().encode(JSON.stringify(answer));
const ANSWERS = {
  session: bytes({ Item: sessionItem }),
  emailEntry: bytes({ Item: emailEntry }),
  user: bytes({ Item: userItem }),
  accounts: bytes({ Items: [accountItem], Count: 1, ScannedCount: 1 }),
  updated: bytes({ Attributes: sessionItem }),
  nothing: bytes({}),
};

/** Requests that were sent, by operation: both ways must send the same ones. */
export const sent = new Map<string, number>();

const requestHandler = {
  handle: async (request: { headers: Record<string, string>; body: Uint8Array | string }) => {
    const operation = (request.headers["x-amz-target"] ?? "").split(".")[1] ?? "";
    sent.set(operation, (sent.get(operation) ?? 0) + 1);
    const body = answerTo(operation, Buffer.from(request.body as Uint8Array).toString());
    const response = { statusCode: 200, headers: { "content-type": "application/x-amz-json-1.0" }, body };
    return { response };
  },
};

function answerTo(operation: string, body: string): Uint8Array {
  if (operation === "UpdateItem") return ANSWERS.updated;
  if (operation === "Query") return ANSWERS.accounts;
  if (operation !== "GetItem") return ANSWERS.nothing;
  if (body.includes("session|")) return ANSWERS.session;
  return body.includes("user|email|") ? ANSWERS.emailEntry : ANSWERS.user;
}

const client = new DynamoDBClient({
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  requestHandler: requestHandler as never,
});
const orm = createOrm({ schema: createAuthSchema({}), driver: createDynamodbDriver({ client }) });
const { session, user } = orm;
if (!session || !user) throw new Error("Better Auth's schema has users and sessions.");

const text = (value: AttributeValue | undefined) => value?.S ?? null;
const date = (value: AttributeValue | undefined) => (value?.S === undefined ? null : new Date(value.S));
const dates = (item: Item) => ({ createdAt: date(item["createdAt"]), updatedAt: date(item["updatedAt"]) });
const sessionOf = (item: Item = {}) => ({
  ...{ id: text(item["id"]), token: text(item["token"]), userId: text(item["userId"]) },
  ...{ expiresAt: date(item["expiresAt"]), ...dates(item) },
  ...{ ipAddress: text(item["ipAddress"]), userAgent: text(item["userAgent"]) },
});
const userOf = (item: Item = {}) => ({
  ...{ id: text(item["id"]), email: text(item["email"]), name: text(item["name"]), image: text(item["image"]) },
  ...{ emailVerified: item["emailVerified"]?.BOOL ?? null, ...dates(item) },
});
const accountOf = (item: Item) => ({
  ...{ id: text(item["id"]), userId: text(item["userId"]), accountId: text(item["accountId"]) },
  ...{ providerId: text(item["providerId"]), accessToken: text(item["accessToken"]), scope: text(item["scope"]) },
  ...{ refreshToken: text(item["refreshToken"]), idToken: text(item["idToken"]), password: text(item["password"]) },
  accessTokenExpiresAt: date(item["accessTokenExpiresAt"]),
  refreshTokenExpiresAt: date(item["refreshTokenExpiresAt"]),
  ...dates(item),
});
const get = async (table: string, Key: Item) =>
  (await client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))).Item;

let home: { readonly key: Item; readonly id: string } | undefined;

/** In a process that has met the user, as the driver: where he lives is remembered. */
async function userWithAccounts() {
  if (!home) {
    const entry = await get("user", { _pk: keyOf("user", "email", email), _sk: SINGLE });
    home = { key: entry?.["_ref"]?.M ?? {}, id: entry?.["id"]?.S ?? "" };
  }
  const [record, accounts] = await Promise.all([
    get("user", home.key),
    client.send(
      new QueryCommand({
        TableName: "account",
        KeyConditionExpression: "#n0 = :v0",
        ExpressionAttributeNames: { "#n0": "_pk" },
        ExpressionAttributeValues: { ":v0": keyOf("account", "userId", home.id) },
        ScanIndexForward: true,
        ConsistentRead: true,
      }),
    ),
  ]);
  return { ...userOf(record), accounts: (accounts.Items ?? []).map(accountOf) };
}

const newSession = () => ({
  ...{ token: randomUUID(), userId, expiresAt, createdAt: now, updatedAt: now },
  ...{ ipAddress: "127.0.0.1", userAgent: "Mozilla/5.0" },
});

async function createSession() {
  const data = newSession();
  const record = { id: randomUUID(), ...data };
  const id = { S: record.id };
  const mark = { S: `${Date.now().toString(36)}.${randomUUID()}` };
  const home = { _pk: keyOf("session", "token", data.token), _sk: SINGLE };
  const entry = {
    ...{ _model: { S: "session" }, _born: mark, _ref: { M: home }, _ttl: seconds(expiresAt, 7), _w: mark },
    ...{ _at: { N: String(Date.now()) }, id, token: { S: data.token }, userId: { S: userId } },
  };
  const put = (Item: Item) => ({
    Put: {
      TableName: "session",
      Item,
      ConditionExpression: "attribute_not_exists(#n0)",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
      ExpressionAttributeNames: { "#n0": "_pk" },
    },
  });
  const item = {
    ...{ ...home, _marks: { M: {} }, _kind: { S: "record" }, _model: { S: "session" }, _born: mark, _w: mark },
    ...{ _v: { N: "1" }, _ttl: seconds(expiresAt), _ettl: seconds(expiresAt, 7), id, token: { S: data.token } },
    ...{ userId: { S: userId }, expiresAt: at(data.expiresAt), createdAt: at(data.createdAt) },
    ...{ updatedAt: at(data.updatedAt), ipAddress: { S: data.ipAddress }, userAgent: { S: data.userAgent } },
  };
  await client.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        put(item),
        put({ ...entry, _kind: { S: "unique" }, _pk: { S: `session|id|${record.id}` }, _sk: SINGLE }),
        put({ ...entry, _kind: { S: "index" }, _pk: keyOf("session", "userId", userId), _sk: id }),
      ],
      ClientRequestToken: randomUUID(),
    }),
  );
  return record;
}

async function updateSession() {
  const mark = { S: `${Date.now().toString(36)}.${randomUUID()}` };
  const { Attributes } = await client.send(
    new UpdateItemCommand({
      TableName: "session",
      Key: { _pk: keyOf("session", "token", token), _sk: SINGLE },
      UpdateExpression: "SET #n4 = :v3, #n5 = :v4, #n6 = :v5, #n7 = :v6, #n1.#n2 = :v1, #n3 = #n3 + :v2",
      ConditionExpression: "attribute_exists(#n8) AND #n1.#n2 <> :v7 AND #n9 = :v8 AND #n0 >= :v0",
      ExpressionAttributeNames: {
        ...{ "#n0": "_ettl", "#n1": "_marks", "#n2": "9uILJlso0", "#n3": "_v", "#n4": "expiresAt" },
        ...{ "#n5": "updatedAt", "#n6": "_ttl", "#n7": "_w", "#n8": "_pk", "#n9": "token" },
      },
      ExpressionAttributeValues: {
        ...{ ":v0": seconds(expiresAt), ":v1": mark, ":v2": { N: "1" }, ":v3": at(expiresAt), ":v4": at(now) },
        ...{ ":v5": seconds(expiresAt), ":v6": mark, ":v7": mark, ":v8": { S: token } },
      },
      ReturnValues: "ALL_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    }),
  );
  return sessionOf(Attributes);
}

const withAccounts = {
  ...{ id: true, email: true, name: true, image: true, emailVerified: true, createdAt: true, updatedAt: true },
  "join account on id = userId": true,
};

/** What is compared. */
export const OWN_WORK: readonly OwnWork[] = [
  {
    name: "findOne of one key",
    driver: () => session.findOne({ where: { token } }),
    byHand: async () => sessionOf(await get("session", { _pk: keyOf("session", "token", token), _sk: SINGLE })),
  },
  {
    name: "user by e-mail with account",
    driver: () => user.findOne({ where: { email }, select: withAccounts }),
    byHand: userWithAccounts,
  },
  { name: "create session", driver: () => session.create({ data: newSession() }), byHand: createSession },
  {
    name: "update session",
    driver: () => session.update({ where: { token }, data: { expiresAt, updatedAt: now } }),
    byHand: updateSession,
  },
];
