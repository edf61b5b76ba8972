import { BatchWriteItemCommand, ScanCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  createDynamodbDriver,
  createOrm,
  defineSchema,
  id,
  model,
  type TransactionMode,
  type UntypedOrmClient,
} from "auth-dynamodb";
import { auditStorage, pushSchema } from "auth-dynamodb/setup";
import { beforeAll } from "vitest";
import { uniquePrefix, type Engine } from "../support/engines.ts";
import { render } from "./render-operation.ts";
import { oneAfterAnother } from "./rounds.ts";
import { propertySchema, TABLES } from "./schema.ts";
import { subjectOf, type Subject } from "./sequence.ts";

/** The tables of the property schema on an engine, made before the tests of a suite. */
export interface Storage {
  readonly client: DynamoDBClient;
  /** Table names by model. */
  readonly tables: Readonly<Record<string, string>>;
  /** A client on these tables, and an empty memory client. */
  subject(transactions: TransactionMode): Subject;
  /** Runs a round on empty tables, and fails if an audit then finds anything, a dangling entry even. */
  round(run: () => Promise<unknown>): Promise<void>;
}

/** Prepares an engine. Without TTL: an engine that removes expired records would do so in the middle of a test. */
export function storageOn(engine: Engine): Storage {
  const client = engine.createClient();
  const prefix = uniquePrefix("property");
  const paged = withSmallPages(engine.createClient(), 3);
  const tables = Object.fromEntries(Object.entries(TABLES).map(([name, table]) => [name, `${prefix}${table}`]));
  const names = [...new Set(Object.values(tables))];
  beforeAll(() => createTables(client, names));
  const inTurn = oneAfterAnother();
  return {
    client,
    tables,
    subject(transactions) {
      const driver = createDynamodbDriver({
        client: paged,
        tables,
        transactions,
        scans: "allow",
        logger: { warn: () => undefined },
      });
      // The cast: generated operations name models and fields at run time.
      return subjectOf(propertySchema, createOrm({ schema: propertySchema, driver }) as unknown as UntypedOrmClient);
    },
    round: (run) =>
      inTurn(async () => {
        await emptyTables(client, names);
        await run();
        await expectClean({ schema: propertySchema, client, tables });
      }),
  };
}

/** Fails if an audit finds anything, a dangling entry even. */
export async function expectClean(storage: Parameters<typeof auditStorage>[0]): Promise<void> {
  for await (const { findings } of auditStorage({ ...storage, pageSize: 1000 })) {
    if (findings.length > 0) throw new Error(`the audit finds ${render(findings)}`);
  }
}

/** Makes every page of a Query or Scan a small one, as pages of 1 MB are for large items. */
export function withSmallPages(client: DynamoDBClient, items: number): DynamoDBClient {
  client.middlewareStack.add(
    (next, context) => (args) => {
      if (!["QueryCommand", "ScanCommand"].includes(String(context["commandName"]))) return next(args);
      const { Limit = items, ...input } = args.input as { Limit?: number };
      return next({ ...args, input: { ...input, Limit: Math.min(Limit, items) } as typeof args.input });
    },
    { name: "smallPages", step: "initialize" },
  );
  return client;
}

/** Creates tables of the layout's keys. */
export async function createTables(client: DynamoDBClient, tables: readonly string[]): Promise<void> {
  const models = tables.map((table, i) => [`model${i}`, model({ table, fields: { id: id() } })] as const);
  await pushSchema({ schema: defineSchema(Object.fromEntries(models)), client });
}

/** Removes every item of tables. */
export async function emptyTables(client: DynamoDBClient, tables: readonly string[]): Promise<void> {
  await Promise.all(tables.map((table) => emptyTable(client, table)));
}

async function emptyTable(client: DynamoDBClient, table: string): Promise<void> {
  for (;;) {
    const { Items = [] } = await client.send(
      new ScanCommand({
        TableName: table,
        ConsistentRead: true,
        ProjectionExpression: "#p, #s",
        ExpressionAttributeNames: { "#p": "_pk", "#s": "_sk" },
      }),
    );
    if (Items.length === 0) return;
    for (let i = 0; i < Items.length; i += 25) {
      const requests = Items.slice(i, i + 25).map((Key) => ({ DeleteRequest: { Key } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: requests } }));
    }
  }
}
