import type { BetterAuthOptions } from "better-auth";
import { createApp, pushAuthTables, type AppSettings } from "../support/auth-app.ts";
import { uniquePrefix, type Engine } from "../support/engines.ts";
import { dynamodbRateLimit, dynamodbSecondaryStorage } from "auth-dynamodb/storage";

/** What the storages are made for the application with. */
export type Storages = ReturnType<typeof storagesOf>;

function storagesOf(client: ReturnType<Engine["createClient"]>, tablePrefix: string) {
  return {
    secondaryStorage: dynamodbSecondaryStorage({ client, tablePrefix }),
    customStorage: dynamodbRateLimit({ client, tablePrefix }),
  };
}

/** A Better Auth application with storages in the adapter's tables, which are pushed from its own options. */
export async function openApp(engine: Engine, auth: (storages: Storages) => Partial<BetterAuthOptions>) {
  const client = engine.createClient();
  const tablePrefix = uniquePrefix("storage");
  const storages = storagesOf(client, tablePrefix);
  // On Dynalite, transactions warn.
  const settings: AppSettings = { auth: auth(storages), adapter: { logger: { warn: () => {} } } };
  const schema = await pushAuthTables(client, tablePrefix, settings);
  const app = createApp(client, tablePrefix, settings);
  return {
    client,
    tablePrefix,
    schema,
    ...storages,
    ...app,
    /** Another process of the application, which remembers nothing. */
    another: () => createApp(client, tablePrefix, { ...settings, auth: auth(storagesOf(client, tablePrefix)) }),
  };
}
