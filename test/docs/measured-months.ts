import { ListTablesCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, vi } from "vitest";
import { createAuthConfig } from "../../examples/authjs/auth.ts";
import type { Item } from "../../orm/dynamodb/layout/attribute-value.ts";
import { itemSize } from "../../orm/dynamodb/layout/item-size.ts";
import type { Flows, Units } from "../../tools/costs/monthly.ts";
import { Browser } from "../authjs/browser.ts";
import { itemsOf } from "../operations/stored-items.ts";
import { createApp, pushAuthTables, type AppSettings } from "../support/auth-app.ts";
import { FLOWS } from "../support/auth-flows.ts";
import { withClock } from "../support/clock.ts";
import { measureFlow } from "../support/measure-flow.ts";
import { recordRequests } from "../support/recording.ts";

/** Better Auth's flows, by their names in the table of docs/costs.md. */
export const FLOW_NAMES: Readonly<Record<keyof Flows, string>> = {
  signUp: "sign up",
  signIn: "sign in",
  getSession: "get session",
  refresh: "get session, with refresh",
};

/** What an application's flows take, and what it stores. */
export interface Measured {
  readonly flows: Flows;
  readonly userBytes: number;
  readonly sessionBytes: number;
}

const DAY = 86_400_000;
const ITEM_OVERHEAD = 100;

/** Bytes of all tables whose names begin so. */
async function bytesOf(client: DynamoDBClient, prefix: string): Promise<number> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const tables = TableNames.filter((name) => name.startsWith(prefix));
  const items = await Promise.all(tables.map((name) => itemsOf(client, name)));
  return (items.flat() as unknown as Item[]).reduce((sum, item) => sum + itemSize(item) + ITEM_OVERHEAD, 0);
}

/** Better Auth's flows with the plugins of an application. */
export async function measureBetterAuth(client: DynamoDBClient, settings: AppSettings): Promise<Measured> {
  const prefix = "better_auth_";
  await pushAuthTables(client, prefix, settings);
  const { browser } = createApp(client, prefix, settings);
  const empty = await bytesOf(client, prefix);
  await browser().signUp("ada@example.com");
  const signedUp = await bytesOf(client, prefix);
  await browser().signIn("ada@example.com");
  const sessionBytes = (await bytesOf(client, prefix)) - signedUp;
  const unitsOf = (key: keyof Flows) =>
    measureFlow(
      client,
      prefix,
      FLOWS.find(({ name }) => name === FLOW_NAMES[key])!,
      settings,
    );
  return {
    flows: {
      signUp: await unitsOf("signUp"),
      signIn: await unitsOf("signIn"),
      getSession: await unitsOf("getSession"),
      refresh: await unitsOf("refresh"),
    },
    userBytes: signedUp - empty - sessionBytes,
    sessionBytes,
  };
}

/** The example of Auth.js, in its tables' default names: sign-ins by links in mails. */
export async function measureAuthJs(client: DynamoDBClient): Promise<Measured> {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const signIn = async (browser: Browser, email: string) => {
    await browser.post("/auth/signin/magic-link", { email });
    const [link] = /http:\S+/.exec(String(log.mock.lastCall?.[0])) ?? [];
    const { pathname, search } = new URL(link!);
    await browser.get(pathname + search);
    expect(browser.sessionToken).toBeDefined();
  };
  const bytes = () => bytesOf(client, "");
  try {
    // The first write finds out whether the engine has transactions.
    await signIn(await freshBrowser(client), "first@example.com");
    const empty = await bytes();
    const first = await freshBrowser(client);
    const signUp = await unitsOf(client, () => signIn(first, "ada@example.com"));
    const signedUp = await bytes();
    const second = await freshBrowser(client);
    const signInAgain = await unitsOf(client, () => signIn(second, "ada@example.com"));
    const sessionBytes = (await bytes()) - signedUp;
    const reader = await freshBrowser(client, second.cookies);
    const later = await freshBrowser(client, second.cookies);
    return {
      flows: {
        signUp,
        signIn: signInAgain,
        getSession: await unitsOf(client, () => reader.session()),
        refresh: await unitsOf(client, () => withClock(() => later.session(), 2 * DAY)),
      },
      userBytes: signedUp - empty - sessionBytes,
      sessionBytes,
    };
  } finally {
    log.mockRestore();
  }
}

/** A browser of a process that remembers nothing. */
async function freshBrowser(client: DynamoDBClient, cookies: ReadonlyMap<string, string> = new Map()) {
  const browser = new Browser(await createAuthConfig(client));
  for (const [name, value] of cookies) browser.cookies.set(name, value);
  return browser;
}

async function unitsOf(client: DynamoDBClient, run: () => Promise<unknown>): Promise<Units> {
  const recording = recordRequests(client);
  try {
    await run();
    return { readUnits: recording.readUnits(), writeUnits: recording.writeUnits() };
  } finally {
    recording.stop();
  }
}
