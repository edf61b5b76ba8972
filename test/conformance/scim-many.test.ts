import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createOrmFromRuntime } from "auth-dynamodb/runtime";
import { pushSchema } from "auth-dynamodb/setup";
import { expect, test } from "vitest";
import { engines } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";
import { createScimApp, TOKEN } from "../support/scim-app.ts";
import { seed } from "../support/seed.ts";

const PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
const GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group";

/** As many as the plugin lets a group have: STRESS=1 before a release. */
const MEMBERS = process.env["STRESS"] ? 1000 : 200;

/** Undefined where Dynalite runs alone: what is counted is how many items go into a request. */
const engine = engines.find(({ transactions }) => transactions);

/** An application whose directory has a group and many users, and what it has been told of them. */
async function startDirectory(client: DynamoDBClient) {
  const told: string[] = [];
  const { auth, schema, tablePrefix } = createScimApp(client, {
    projection: {
      roles: { map: ({ source }) => [source.displayName], exists: () => true },
      reconcileUser: ({ userId }) => void told.push(userId),
    },
    // Better Auth reads no more than this of any list: 100 where nothing is said.
    auth: { advanced: { database: { defaultFindManyLimit: 5000 } } },
  });
  await pushSchema({ schema, client, tablePrefix });
  const call = async (method: string, path: string, body: object) => {
    const url = `http://127.0.0.1/api/auth/scim/v2${path}`;
    const headers = { authorization: `Bearer ${TOKEN}`, "content-type": "application/scim+json" };
    const answer = await auth.handler(new Request(url, { method, headers, body: JSON.stringify(body) }));
    const text = await answer.text();
    expect(answer.status, text).toBeLessThan(300);
    return text === "" ? undefined : (JSON.parse(text) as { id: string });
  };
  const createGroup = async (name: string) =>
    (await call("POST", "/Groups", { schemas: [GROUP], displayName: name, externalId: name }))!.id;
  const add = (group: string, members: readonly string[]) =>
    call("PATCH", `/Groups/${group}`, {
      schemas: [PATCH],
      Operations: [{ op: "add", path: "members", value: members.map((value) => ({ value })) }],
    });
  const users = async (from: number, to: number) => {
    const numbers = Array.from({ length: to - from }, (_, i) => from + i);
    await seed(client, schema, { tablePrefix }, numbers.flatMap(userOf));
    return numbers.map((n) => `s-${n}`);
  };
  const orm = await createOrmFromRuntime({ schema, client, tablePrefix, scans: "allow" });
  return { createGroup, add, users, orm, told };
}

/** The records of a user of the directory. */
function userOf(n: number) {
  const createdAt = new Date();
  const times = { createdAt, updatedAt: createdAt };
  const scope = { connectionId: "directory", provisioningDomainId: "directory", userId: `u-${n}` };
  const name = `u${n}@example.com`;
  return [
    { model: "user", data: { id: `u-${n}`, name, email: name, emailVerified: true, ...times } },
    { model: "scimSubject", data: { userId: `u-${n}`, profileSourceId: `s-${n}`, revision: 1, ...times } },
    {
      model: "scimUser",
      data: {
        ...{ id: `s-${n}`, ...scope, ...times, userName: name, displayName: name, active: true, primaryEmail: name },
        ...{ userNameKey: `n-${n}`, connectionUserKey: `c-${n}`, externalId: `e-${n}`, externalIdKey: `e-${n}` },
        ...{ orderKey: String(n).padStart(15, "0"), emailValueIndex: "||", workEmailValueIndex: "||" },
        ...{ serializedAttributes: "{}", serializedEmails: "[]" },
      },
    },
  ];
}

test.skipIf(!engine)(`${MEMBERS} members are added to a group at once`, async () => {
  const client = engine!.createClient();
  const { createGroup, add, users, orm, told } = await startDirectory(client);
  const members = await users(0, MEMBERS);
  const group = await createGroup("all");
  const recording = recordRequests(client);
  await add(group, members);
  recording.stop();
  // Of each member 3 records and 9 entries are written, and 2 records must stay: each of them is held and released.
  expect(recording.count("TransactWriteItems")).toBeLessThanOrEqual((2 * 14 * MEMBERS) / 100 + 8);
  // The plugin looks for the user, the memberships and the grants of each.
  expect(recording.count("Query")).toBeLessThanOrEqual(3 * MEMBERS + 8);
  expect(await orm["scimGroupMember"]!.count()).toBe(MEMBERS);
  expect(await orm["scimProjectionGrant"]!.count()).toBe(MEMBERS);
  expect(told.sort()).toEqual(members.map((id) => id.replace("s", "u")).sort());
});

test.skipIf(!engine)("what two members cost does not depend on how large the directory is", async () => {
  const client = engine!.createClient();
  const { createGroup, add, users } = await startDirectory(client);
  const costOf = async (name: string, members: readonly string[]) => {
    const group = await createGroup(name);
    const recording = recordRequests(client);
    await add(group, members);
    recording.stop();
    return { requests: recording.summary(), units: recording.readUnits() };
  };
  const [one = "", other = "", ...others] = await users(0, 64);
  const small = await costOf("two", [one, other]);
  await add(await createGroup("many"), others.slice(2));
  expect(await costOf("two more", others.slice(0, 2))).toEqual(small);
});
