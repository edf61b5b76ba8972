import { type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { createAuthJsSchema, DynamoDBAdapter, type AuthJsAdapterOptions } from "auth-dynamodb/authjs";
import { pushSchema } from "auth-dynamodb/setup";
import { type Engine, uniquePrefix } from "../support/engines.ts";

export type OpenAdapter = Awaited<ReturnType<typeof openAdapter>>;

/** Where warnings go that a test does not ask for. */
export const silent = { warn: () => undefined };

/** An adapter over new tables. No test of Auth.js may scan. */
export async function openAdapter(
  engine: Engine,
  options: Omit<AuthJsAdapterOptions, "client"> & { client?: DynamoDBClient } = {},
) {
  const settings = {
    client: engine.createClient(),
    tablePrefix: uniquePrefix("authjs"),
    scans: "refuse",
    logger: silent,
    ...options,
  } as const;
  const schema = createAuthJsSchema(settings);
  await pushSchema({ ...settings, schema });
  return { adapter: DynamoDBAdapter(settings), settings, client: settings.client };
}

/** How many items of records a table holds: what the package keeps there about itself does not count. */
export async function countItems(client: DynamoDBClient, table: string): Promise<number> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
  // The name of a transaction that was given up stays for a while.
  return Items.filter(({ _kind }) => _kind?.S !== "schema" && _kind?.S !== "tx").length;
}

export const DAY = 24 * 60 * 60 * 1000;

let counter = 0;

/** A text that no other test uses. */
export function unique(label: string): string {
  counter += 1;
  return `${label}-${counter}-${crypto.randomUUID()}`;
}

/** A user as Auth.js creates one. */
export function newUser(data: { email?: string; emailVerified?: Date | null } & Record<string, unknown> = {}) {
  const label = unique("user");
  return {
    id: crypto.randomUUID(),
    name: "Ada Lovelace",
    email: `${label}@example.com`,
    image: "https://example.com/ada.png",
    emailVerified: null,
    ...data,
  };
}

/** An account as Auth.js links one. */
export function newAccount(userId: string, data: Record<string, unknown> = {}) {
  return {
    userId,
    provider: "github",
    providerAccountId: unique("account"),
    type: "oauth" as const,
    access_token: "gho_123",
    expires_at: 1_700_000_000,
    id_token: "eyJ",
    refresh_token: "ghr_456",
    token_type: "bearer" as const,
    scope: "user",
    session_state: "state",
    ...data,
  };
}

export function newSession(userId: string, data: Record<string, unknown> = {}) {
  return { sessionToken: unique("session"), userId, expires: new Date(Date.now() + 30 * DAY), ...data };
}

export function newToken(data: Record<string, unknown> = {}) {
  return {
    identifier: `${unique("v")}@example.com`,
    token: unique("token"),
    expires: new Date(Date.now() + DAY),
    ...data,
  };
}

export function newAuthenticator(userId: string, data: Record<string, unknown> = {}) {
  return {
    userId,
    credentialID: unique("credential"),
    providerAccountId: unique("account"),
    credentialPublicKey: "cHVibGljIGtleQ==",
    counter: 0,
    credentialDeviceType: "multiDevice",
    credentialBackedUp: true,
    transports: "internal,hybrid",
    ...data,
  };
}
