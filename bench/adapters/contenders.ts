import type { Adapter } from "@auth/core/adapters";
import { DynamoDBAdapter as PublicAdapter } from "@auth/dynamodb-adapter";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { betterAuth, type BetterAuthOptions } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import Database from "better-sqlite3";
import { createAuthJsSchema, DynamoDBAdapter } from "../../src/authjs.ts";
import { createAuthSchema, dynamodbAdapter } from "../../src/better-auth.ts";
import { pushSchema } from "../../src/setup.ts";
import { createForeignTable } from "../../test/authjs/foreign-table.ts";
import { APP_OPTIONS } from "./app-options.ts";
import { authJsFlows } from "./authjs-flows.ts";
import { betterAuthFlows, callsByHand, callsOfAdapter } from "./better-auth-flows.ts";
import { handWrittenAdapter } from "./by-hand/adapter.ts";
import { HandWritten } from "./by-hand/requests.ts";
import type { Comparison } from "./flow.ts";
import { httpFlows } from "./http-flows.ts";

const OURS = "auth-dynamodb";
const BY_HAND = "SDK calls by hand";
const ADAPTER_BY_HAND = "an adapter by hand";
const SQLITE = "SQLite in memory";
const PUBLIC = "@auth/dynamodb-adapter";

/** All that are compared, on the engine at an address. Each has a client and tables of its own. */
export async function openComparisons(endpoint: string) {
  const clients: DynamoDBClient[] = [];
  const newClient = () => {
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials });
    clients.push(client);
    return client;
  };
  const database = new Database(":memory:");
  const comparisons = [...(await betterAuthComparisons(newClient, database)), await authJsComparison(newClient)];
  const close = () => {
    for (const client of clients) client.destroy();
    database.close();
  };
  return { comparisons, close };
}

async function betterAuthComparisons(newClient: () => DynamoDBClient, sqlite: Database.Database) {
  const [ours, byHand, adapterByHand] = [newClient(), newClient(), newClient()];
  await pushSchema({ schema: createAuthSchema(APP_OPTIONS), client: ours });
  const open = dynamodbAdapter({ client: ours });
  const hand = new HandWritten(byHand, "by_hand");
  const behindAdapter = new HandWritten(adapterByHand, "adapter_by_hand");
  await Promise.all([hand.createTable(), behindAdapter.createTable()]);
  const openByHand = handWrittenAdapter(behindAdapter);
  const sqliteOptions: BetterAuthOptions = { ...APP_OPTIONS, database: sqlite };
  await (await getMigrations(sqliteOptions)).runMigrations();
  const sqliteAuth = betterAuth(sqliteOptions);
  const { adapter: sqliteAdapter } = await sqliteAuth.$context;

  const calls: Comparison = {
    title: "Better Auth's calls",
    reference: BY_HAND,
    effort: 1,
    contenders: [
      {
        name: OURS,
        client: ours,
        flows: betterAuthFlows(callsOfAdapter(open(APP_OPTIONS)), callsOfAdapter(open(APP_OPTIONS))),
      },
      { name: ADAPTER_BY_HAND, client: adapterByHand, flows: betterAuthFlows(callsOfAdapter(openByHand(APP_OPTIONS))) },
      { name: BY_HAND, client: byHand, flows: betterAuthFlows(callsByHand(hand)) },
      { name: SQLITE, flows: betterAuthFlows(callsOfAdapter(sqliteAdapter)) },
    ],
  };
  const server: Comparison = {
    title: "A server's work for one request to Better Auth",
    reference: ADAPTER_BY_HAND,
    effort: 3,
    contenders: [
      { name: OURS, client: ours, flows: httpFlows(betterAuth({ ...APP_OPTIONS, database: open }).handler) },
      {
        name: ADAPTER_BY_HAND,
        client: adapterByHand,
        flows: httpFlows(betterAuth({ ...APP_OPTIONS, database: openByHand }).handler),
      },
      { name: SQLITE, flows: httpFlows(sqliteAuth.handler) },
    ],
  };
  return [calls, server];
}

async function authJsComparison(newClient: () => DynamoDBClient): Promise<Comparison> {
  const [ours, theirs] = [newClient(), newClient()];
  const tablePrefix = "authjs_";
  await pushSchema({ schema: createAuthJsSchema(), client: ours, tablePrefix });
  const { document, table: tableName } = await createForeignTable(theirs, "next-auth");
  const adapter = DynamoDBAdapter({ client: ours, tablePrefix });
  return {
    title: "Auth.js' calls",
    reference: PUBLIC,
    effort: 1,
    contenders: [
      { name: OURS, client: ours, flows: authJsFlows(adapter as Required<Adapter>) },
      {
        name: PUBLIC,
        client: theirs,
        flows: authJsFlows(PublicAdapter(document, { tableName }) as Required<Adapter>),
      },
    ],
  };
}
