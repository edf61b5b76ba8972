import { createHash } from "node:crypto";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type Item = Record<string, AttributeValue>;
export type Values = Record<string, unknown>;

const DATES = new Set(["createdAt", "updatedAt", "expiresAt", "accessTokenExpiresAt", "refreshTokenExpiresAt"]);

export function attributeOf(value: unknown): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "boolean") return { BOOL: value };
  if (typeof value === "number") return { N: String(value) };
  return value instanceof Date ? { S: value.toISOString() } : { NULL: true };
}

function itemOf(values: Values): Item {
  const item: Item = {};
  for (const name in values) if (values[name] !== undefined) item[name] = attributeOf(values[name]);
  return item;
}

/** Keys and what TTL reads begin with "_", and stay behind. */
export function valuesOf(item: Item): Values {
  const values: Values = {};
  for (const name in item) {
    if (name.startsWith("_")) continue;
    const { S, BOOL, N } = item[name]!;
    if (S !== undefined) values[name] = DATES.has(name) ? new Date(S) : S;
    else values[name] = BOOL ?? (N === undefined ? null : Number(N));
  }
  return values;
}

/** E-mails and tokens are in no partition key as they are. */
const hashed = (value: unknown) => createHash("sha256").update(String(value)).digest("base64url");
const keyOf = (partition: string, sort: string) => ({ _pk: { S: partition }, _sk: { S: sort } });

/** Where everything is. */
export const KEYS = {
  user: (id: unknown) => keyOf(`user#${String(id)}`, "user"),
  email: (email: unknown) => keyOf(`email#${hashed(email)}`, "email"),
  account: (userId: unknown, id: unknown) => keyOf(`user#${String(userId)}`, `account#${String(id)}`),
  accountId: (id: unknown) => keyOf(`account#${String(id)}`, "account"),
  provider: (provider: unknown, id: unknown) => keyOf(`provider#${String(provider)}#${hashed(id)}`, "account"),
  session: (token: unknown) => keyOf(`session#${hashed(token)}`, "session"),
  sessionOfUser: (userId: unknown, token: unknown) => keyOf(`user#${String(userId)}`, `session#${hashed(token)}`),
};

const WEEK_S = 7 * 86_400;

/** When TTL may remove a session. */
export const lifeOf = (expiresAt: unknown) => Math.ceil((expiresAt as Date).getTime() / 1000);

/** The items of a record: itself first, then what leads to it. */
export function itemsOf(model: string, values: Values): Item[] {
  const { id, userId } = values;
  const record = itemOf(values);
  if (model === "user") {
    return [
      { ...KEYS.user(id), ...record },
      { ...KEYS.email(values["email"]), ...itemOf({ id }) },
    ];
  }
  if (model === "account") {
    const owner = itemOf({ id, userId });
    return [
      { ...KEYS.account(userId, id), ...record },
      { ...KEYS.accountId(id), ...owner },
      { ...KEYS.provider(values["providerId"], values["accountId"]), ...owner },
    ];
  }
  if (model !== "session") throw new Error(`There are no tables for "${model}" here.`);
  const { token, expiresAt } = values;
  // What leads to it outlives it by a week, so that a refresh writes one item.
  const entryLife = attributeOf(lifeOf(expiresAt) + WEEK_S);
  return [
    { ...KEYS.session(token), ...record, _ttl: attributeOf(lifeOf(expiresAt)), _entry: entryLife },
    { ...KEYS.sessionOfUser(userId, token), ...itemOf({ token }), _ttl: entryLife },
  ];
}
