import { ListTablesCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { createAuthJsSchema, DynamoDBAdapter } from "auth-dynamodb/authjs";
import { pushSchema } from "auth-dynamodb/setup";
import { describe, expect, test } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";
import { DAY, newSession, newUser, openAdapter, silent } from "./open-adapter.ts";

const MODELS = ["user", "account", "session", "verificationToken", "authenticator"];

describe.each(engines)("options, on $name", (engine) => {
  const tablesWith = async (client: DynamoDBClient, prefix: string) => {
    const names: string[] = [];
    let start: string | undefined;
    do {
      const { TableNames = [], LastEvaluatedTableName } = await client.send(
        new ListTablesCommand({ ExclusiveStartTableName: start }),
      );
      names.push(...TableNames.filter((name) => name.startsWith(prefix)));
      start = LastEvaluatedTableName;
    } while (start);
    return names.sort();
  };

  test("a table for each model, behind a prefix", async () => {
    const tablePrefix = uniquePrefix("named");
    const { client } = await openAdapter(engine, { tablePrefix });
    expect(await tablesWith(client, tablePrefix)).toEqual(MODELS.map((model) => tablePrefix + model).sort());
  });

  test("one table for everything, or tables by model", async () => {
    const prefix = uniquePrefix("one");
    for (const naming of [
      { table: `${prefix}auth` },
      {
        tables: {
          ...Object.fromEntries(MODELS.map((model) => [model, `${prefix}rest`])),
          session: `${prefix}sessions`,
        },
      },
    ]) {
      const { adapter } = await openAdapter(engine, { ...naming, tablePrefix: undefined });
      const user = await adapter.createUser(newUser());
      const session = await adapter.createSession(newSession(user.id));
      expect(await adapter.getSessionAndUser(session.sessionToken)).toEqual({ session, user });
    }
    expect(await tablesWith(engine.createClient(), prefix)).toEqual([
      `${prefix}auth`,
      `${prefix}rest`,
      `${prefix}sessions`,
    ]);
  });

  test.each(["strong", "eventual"] as const)("reads are %s", async (consistency) => {
    const { adapter, client } = await openAdapter(engine, consistency === "strong" ? {} : { consistency });
    const user = await adapter.createUser(newUser());
    const recording = recordRequests(client);
    await adapter.getUserByEmail(user.email);
    await adapter.getUserByAccount({ provider: "github", providerAccountId: "1" });
    await adapter.getSessionAndUser("unknown");
    await adapter.listAuthenticatorsByUserId(user.id);
    // The user, the account, the session, and of the authenticators the entries' Query, which finds none.
    expect(recording.requests.map(({ input }) => input["ConsistentRead"])).toEqual(
      Array(4).fill(consistency === "strong"),
    );
  });

  test("a document client, whatever its marshalling", async () => {
    const tablePrefix = uniquePrefix("document");
    const client = DynamoDBDocumentClient.from(engine.createClient(), {
      marshallOptions: { convertEmptyValues: true },
    });
    await pushSchema({ schema: createAuthJsSchema(), client, tablePrefix });
    const adapter = DynamoDBAdapter({ client, tablePrefix, logger: silent });
    const user = await adapter.createUser(newUser({ name: "", nick: "" }));
    expect(await adapter.getUser(user.id)).toMatchObject({ name: "", nick: "" });
  });

  test("sessions and verification tokens expire by TTL, users and accounts do not", async () => {
    const tablePrefix = uniquePrefix("ttl");
    const client = engine.createClient();
    const pushed = await pushSchema({ schema: createAuthJsSchema(), client, tablePrefix });
    const ttl = Object.fromEntries(pushed.map(({ models, ttl }) => [models[0], ttl === "not needed" ? "none" : "ttl"]));
    expect(ttl).toEqual({
      user: "none",
      account: "none",
      authenticator: "none",
      session: "ttl",
      verificationToken: "ttl",
    });
    const recording = recordRequests(client);
    const adapter = DynamoDBAdapter({ client, tablePrefix, logger: silent });
    const expires = new Date(Math.floor(Date.now() / 1000) * 1000 + DAY);
    await adapter.createSession(newSession("u", { expires }));
    expect(JSON.stringify(recording.requests.map(({ input }) => input))).toContain(
      `"_ttl":{"N":"${expires.getTime() / 1000}"}`,
    );
  });

  test("every request is told", async () => {
    const told: string[] = [];
    const { adapter } = await openAdapter(engine, {
      onRequest: ({ operation, model }) => told.push(`${operation} ${model}`),
    });
    await adapter.getUser("unknown");
    expect(told).toEqual(["GetItem user"]);
  });
});
