import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamodbDriver, createOrm, isOrmError } from "auth-dynamodb";
import { createAuthJsSchema, DynamoDBAdapter } from "auth-dynamodb/authjs";
import { dynamodbAdapter } from "auth-dynamodb/better-auth";
import { betterAuth } from "better-auth";
import { nodeSchema, ORIGIN, orphanAuthOptions, PASSWORD, silent, tablesOf, tokenOf } from "./orphan-models.ts";

/** Two requests of one round that race each other: one makes a row that refers to what the other deletes. */
export const RACES = [
  "accept-invitation beside delete-user",
  "sign-in with Google beside delete-user",
  "accept-invitation beside organization/delete",
  "linkAccount beside deleteUser",
  "a child's create beside its parent's delete",
] as const;

export type RaceName = (typeof RACES)[number];

/** `add` makes the row, `remove` deletes what it refers to. */
export type Side = "add" | "remove";

/** How a request ended: the HTTP status, "done", or the code of an error. */
export type Outcome = number | string;

export type Runner = (race: RaceName, side: Side, round: number) => Promise<Outcome>;

/** What runs the sides of races, with a client of its own. */
export function openRunner(client: DynamoDBClient, table: string): Runner {
  const tables = tablesOf(table);
  const auth = [true, false].map((transaction) =>
    betterAuth({
      ...orphanAuthOptions(),
      database: dynamodbAdapter({ client, table: tables.auth, scans: "refuse", transaction, logger: silent }),
    }),
  );
  const authJs = DynamoDBAdapter({ client, table: tables.authJs, scans: "refuse", logger: silent });
  const driver = createDynamodbDriver({ client, table: tables.nodes, scans: "refuse", logger: silent });
  const orm = createOrm({ schema: nodeSchema, driver });

  // Every other round without transactions of Better Auth's: each write by itself.
  const post = (round: number, path: string, body: object, token?: string) =>
    postAs(auth[round % 2]!.handler, path, body, token);
  const deleteUser = (round: number, name: string) =>
    post(round, "/delete-user", { password: PASSWORD }, tokenOf(name, round));
  const accept = (round: number, name: string) =>
    post(round, "/organization/accept-invitation", { invitationId: `${name}-${round}` }, tokenOf(name, round));

  const sides: Record<RaceName, Record<Side, (round: number) => Promise<unknown>>> = {
    "accept-invitation beside delete-user": {
      add: (n) => accept(n, "guest"),
      remove: (n) => deleteUser(n, "guest"),
    },
    "sign-in with Google beside delete-user": {
      add: (n) => post(n, "/sign-in/social", { provider: "google", idToken: { token: `grace-${n}` } }),
      remove: (n) => deleteUser(n, "grace"),
    },
    "accept-invitation beside organization/delete": {
      add: (n) => accept(n, "visitor"),
      remove: (n) => {
        return post(n, "/organization/delete", { organizationId: `visitor-${n}` }, tokenOf("owner", n));
      },
    },
    "linkAccount beside deleteUser": {
      add: async (n) =>
        authJs.linkAccount({ userId: `u-${n}`, provider: "github", providerAccountId: `a-${n}`, type: "oauth" }),
      remove: async (n) => authJs.deleteUser(`u-${n}`),
    },
    "a child's create beside its parent's delete": {
      add: (n) => ADD[n % ADD.length]!(orm, n),
      remove: (n) => REMOVE[n % REMOVE.length]!(orm, n),
    },
  };
  return (race, side, round) => outcomeOf(sides[race][side](round));
}

/** Sends a request with a session's token, and returns its status. */
export async function postAs(
  handler: (request: Request) => Promise<Response>,
  path: string,
  body: object,
  token?: string,
): Promise<number> {
  const headers = new Headers({ "content-type": "application/json", origin: ORIGIN });
  if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
  const request = new Request(`${ORIGIN}/api/auth${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  return (await handler(request)).status;
}

async function outcomeOf(result: Promise<unknown>): Promise<Outcome> {
  try {
    const ended = await result;
    return typeof ended === "number" ? ended : "done";
  } catch (error) {
    return isOrmError(error) ? error.code : String(error);
  }
}

type NodeClient = ReturnType<typeof createOrm<typeof nodeSchema>>;

/** Every way to make a reference. */
const ADD: readonly ((orm: NodeClient, round: number) => Promise<unknown>)[] = [
  (orm, n) => orm.child.create({ data: { id: `c-${n}`, parentId: `p-${n}` } }),
  (orm, n) => orm.child.createMany({ data: [1, 2, 3].map((i) => ({ id: `c-${n}-${i}`, parentId: `p-${n}` })) }),
  (orm, n) => orm.child.update({ where: { id: `spare-${n}` }, data: { parentId: `p-${n}` } }),
  (orm, n) =>
    orm.child.upsert({ where: { id: `c-${n}` }, create: { parentId: `p-${n}` }, update: { parentId: `p-${n}` } }),
  (orm, n) =>
    orm.transaction(async (tx) => {
      await tx.child.create({ data: { id: `c-${n}`, parentId: `p-${n}` } });
      await tx.child.create({ data: { id: `g-${n}`, parentId: `p-${n}`, elderId: `c-${n}` } });
    }),
  (orm, n) => orm.guest.create({ data: { id: `c-${n}`, parentId: `p-${n}` } }),
  (orm, n) => orm.guard.create({ data: { id: `c-${n}`, parentId: `p-${n}` } }),
];

/** Every way to delete a record. */
const REMOVE: readonly ((orm: NodeClient, round: number) => Promise<unknown>)[] = [
  (orm, n) => orm.parent.delete({ where: { id: `p-${n}` } }),
  (orm, n) => orm.parent.deleteMany({ where: { id: `p-${n}` } }),
  (orm, n) => orm.parent.consume({ where: { id: `p-${n}` } }),
  (orm, n) => orm.transaction((tx) => tx.parent.delete({ where: { id: `p-${n}` } })),
  (orm, n) => orm.root.delete({ where: { id: `r-${n}` } }),
];

export const authJsSchema = createAuthJsSchema();
