import { PutItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../orm/dynamodb/layout/attribute-value.ts";
import { sweepTransactions } from "../../orm/dynamodb/maintenance/sweep/sweep-transactions.ts";
import { knowledgeOf } from "../../orm/dynamodb/engine/engine-knowledge.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { errors, injectFaults } from "../support/faults.ts";
import { isDecision } from "../support/is-decision.ts";
import { createTable, readItems } from "../fault/storage.ts";
import { faultSchema, openOrm } from "../fault/schema.ts";

export const engine = engines.find(({ name }) => name === "dynoxide")!;

export async function setup() {
  const client = engine.createClient();
  const table = uniquePrefix("journal");
  knowledgeOf(client).transactions = true;
  await createTable(client, table);
  return { client, table, orm: openOrm(client, table) };
}
export const all = (client: DynamoDBClient, table: string): Promise<Item[]> => readItems(client, table);
export const sweep = (client: DynamoDBClient, table: string) =>
  sweepTransactions({ schema: faultSchema, client, table });
export const put = (client: DynamoDBClient, table: string, item: object) =>
  client.send(new PutItemCommand({ TableName: table, Item: item as never }));

/** Runs a transaction whose process dies where its deciding request was to be sent. */
export async function dieBeforeDecision(client: DynamoDBClient, run: () => Promise<unknown>): Promise<void> {
  const faults = injectFaults(client);
  let dead = false;
  faults.failBefore(
    (request) => (dead ||= isDecision(request)),
    () => errors.timeout(),
    { level: "call" },
  );
  await run().catch(() => undefined);
  faults.stop();
}

/** Runs a transaction whose process dies right after its deciding request was made. */
export async function dieAfterDecision(client: DynamoDBClient, run: () => Promise<unknown>): Promise<void> {
  const faults = injectFaults(client);
  let decided = false;
  faults.failBefore(
    () => decided,
    () => errors.timeout(),
    { level: "call" },
  );
  faults.failAfter(
    (request) => isDecision(request) && (decided = true),
    () => errors.timeout(),
    { level: "call" },
  );
  // What it is told does not matter: nobody is there.
  await run().catch(() => undefined);
  faults.stop();
}
