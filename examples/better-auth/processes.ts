import { randomBytes } from "node:crypto";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createAuth } from "./auth.ts";
import { collectRequests, costOf, type Cost } from "./requests.ts";

/** What one flow takes in a process that remembers nothing, and in one that has met the user before. */
export interface Comparison {
  readonly flow: string;
  readonly cold: Cost;
  readonly known: Cost;
}

type Auth = Awaited<ReturnType<typeof createAuth>>["auth"];

interface User {
  readonly name: string;
  readonly email: string;
  readonly password: string;
}

interface Flow {
  readonly name: string;
  readonly path: string;
  /** Of a POST: what it says of the user. */
  readonly body?: (user: User) => object;
  /** On another device: the browser keeps the session that it has. */
  readonly elsewhere?: boolean;
}

/** One user's day, in its order: each flow takes over what those before it have left. */
const FLOWS: readonly Flow[] = [
  { name: "sign up", path: "/sign-up/email", body: (user) => user },
  { name: "sign in", path: "/sign-in/email", body: ({ email, password }) => ({ email, password }), elsewhere: true },
  { name: "get session", path: "/get-session" },
  { name: "list sessions", path: "/list-sessions" },
  { name: "revoke other sessions", path: "/revoke-other-sessions", body: () => ({}) },
  { name: "sign out", path: "/sign-out", body: () => ({}) },
];

/** Plays the day of two users, on a database that is there for this alone: in new processes only, and in one. */
export async function compareProcesses(client: DynamoDBClient, port: number): Promise<Comparison[]> {
  // All processes of an application sign with the same key.
  const secret = randomBytes(32).toString("base64url");
  const start = async () => (await createAuth(client, port, secret)).auth;
  await meetEngine(await start());
  const cold = await play(port, "cold", start);
  const one = await start();
  const known = await play(port, "known", async () => one);
  return FLOWS.map(({ name }, i) => ({ flow: name, cold: cold[i]!, known: known[i]! }));
}

/** Runs every flow, each in a process that is asked for. */
async function play(port: number, name: string, processFor: () => Promise<Auth>): Promise<Cost[]> {
  const user = { name, email: `${name}@example.com`, password: "correct horse" };
  const costs: Cost[] = [];
  let cookie = "";
  for (const { path, body, elsewhere } of FLOWS) {
    const auth = await processFor();
    // Better Auth makes itself ready at its first request: that is not the flow's.
    await auth.$context;
    const request = requestOf(port, path, elsewhere ? "" : cookie, body?.(user));
    const { result, requests } = await collectRequests(() => auth.handler(request));
    if (!result.ok) throw new Error(`${path}: ${result.status} ${await result.text()}`);
    cookie ||= cookieOf(result);
    costs.push(costOf(requests));
  }
  return costs;
}

function requestOf(port: number, path: string, cookie: string, body?: object): Request {
  const origin = `http://localhost:${port}`;
  return new Request(`${origin}/api/auth${path}`, {
    method: body ? "POST" : "GET",
    headers: { "content-type": "application/json", origin, cookie },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
}

function cookieOf(response: Response): string {
  const pairs = response.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
  return pairs.join("; ");
}

/**
 * Dynalite has no TransactWriteItems, which the driver learns at a client's first write and remembers.
 * Here that is before the first click, so that the page shows what every later one looks like.
 */
export async function meetEngine(auth: Auth): Promise<void> {
  const { internalAdapter } = await auth.$context;
  const identifier = "meet the engine";
  await internalAdapter.createVerificationValue({ identifier, value: "", expiresAt: new Date(Date.now() + 60_000) });
  await internalAdapter.deleteVerificationByIdentifier(identifier);
}
