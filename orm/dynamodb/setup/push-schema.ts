import {
  CreateTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  UpdateTimeToLiveCommand,
  type TableDescription,
  type TimeToLiveDescription,
} from "@aws-sdk/client-dynamodb";
import { invalidSchema, OrmError } from "../../errors.ts";
import { compileManifest } from "../../schema/manifest.ts";
import type { Schema } from "../../schema/model.ts";
import { layoutsOf, type ModelLayout, type TableNaming } from "../layout/model-layout.ts";
import { errorName, isUnknownOperation, toOrmError } from "../send/aws-errors.ts";
import type { DynamodbClient, Send } from "../send/client.ts";
import { mapLimit } from "../send/concurrency.ts";

/** What {@link pushSchema} takes. */
export interface PushSchemaOptions extends TableNaming {
  readonly schema: Schema;
  readonly client: DynamodbClient;
}

/** What {@link pushSchema} did about one table. */
export interface PushedTable {
  readonly table: string;
  readonly models: readonly string[];
  readonly created: boolean;
  /** The table's TTL: enabled now or before; not needed by any model; unknown to the engine. */
  readonly ttl: "enabled" | "already enabled" | "not needed" | "not supported by the engine";
}

/** Tables under way at once: an account may create 50 at a time. */
const CONCURRENCY = 10;
const POLL_MS = 250;
const WAIT_MS = 5 * 60_000;

/**
 * Creates the tables of a schema where they are missing, on demand billing, and waits until they
 * can be used. Run it as often as you like. Throws `INVALID_SCHEMA` when a table of that name has
 * other keys than this layout's, before anything is written.
 *
 * @example
 * ```ts
 * await pushSchema({ schema, client });
 * ```
 */
export async function pushSchema(options: PushSchemaOptions): Promise<PushedTable[]> {
  const client = options.client as unknown as Send;
  const layouts = layoutsOf(compileManifest(options.schema), options);
  const tables = new Map<string, ModelLayout[]>();
  for (const layout of layouts.values()) tables.set(layout.table, [...(tables.get(layout.table) ?? []), layout]);
  return mapLimit([...tables], CONCURRENCY, ([table, models]) => pushTable(client, table, models));
}

async function pushTable(client: Send, table: string, layouts: readonly ModelLayout[]): Promise<PushedTable> {
  const models = layouts.map(({ model }) => model.name);
  try {
    const known = await describe(client, table);
    if (known) checkKeys(table, known, models[0]!);
    else await create(client, table);
    await waitUntilActive(client, table);
    const expires = layouts.some(({ model }) => model.expires !== undefined);
    return { table, models, created: !known, ttl: expires ? await enableTtl(client, table) : "not needed" };
  } catch (error) {
    throw toOrmError(error, models[0]!, [table]);
  }
}

async function describe(client: Send, table: string): Promise<TableDescription | undefined> {
  try {
    const output = (await client.send(new DescribeTableCommand({ TableName: table }))) as { Table?: TableDescription };
    return output.Table;
  } catch (error) {
    if (errorName(error) === "ResourceNotFoundException") return undefined;
    throw error;
  }
}

async function create(client: Send, table: string): Promise<void> {
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [
          { AttributeName: "_pk", AttributeType: "S" },
          { AttributeName: "_sk", AttributeType: "S" },
        ],
        KeySchema: [
          { AttributeName: "_pk", KeyType: "HASH" },
          { AttributeName: "_sk", KeyType: "RANGE" },
        ],
      }),
    );
  } catch (error) {
    // Another process pushes the same schema.
    if (errorName(error) !== "ResourceInUseException") throw error;
  }
}

function checkKeys(table: string, { KeySchema = [], AttributeDefinitions = [] }: TableDescription, model: string): void {
  const keys = KeySchema.map(({ AttributeName, KeyType }) => {
    const type = AttributeDefinitions.find((definition) => definition.AttributeName === AttributeName)?.AttributeType;
    return `${AttributeName} ${KeyType} ${type}`;
  });
  if (keys.join(", ") === "_pk HASH S, _sk RANGE S") return;
  throw invalidSchema(
    `The table "${table}" exists with other keys (${keys.join(", ")}) than "_pk" and "_sk" of type S. Choose another name by tables, table or tablePrefix.`,
    model,
  );
}

async function waitUntilActive(client: Send, table: string): Promise<void> {
  const deadline = Date.now() + WAIT_MS;
  while (Date.now() < deadline) {
    const known = await describe(client, table);
    if (known?.TableStatus === "ACTIVE" || known?.TableStatus === "UPDATING") return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new OrmError({
    code: "MISSING_TABLE",
    backendKind: "dynamodb",
    retryable: true,
    message: `The table "${table}" was not ACTIVE within ${WAIT_MS / 1000} seconds.`,
    meta: { table },
  });
}

async function enableTtl(client: Send, table: string): Promise<PushedTable["ttl"]> {
  try {
    const output = (await client.send(new DescribeTimeToLiveCommand({ TableName: table }))) as {
      TimeToLiveDescription?: TimeToLiveDescription;
    };
    const status = output.TimeToLiveDescription?.TimeToLiveStatus;
    if (status === "ENABLED" || status === "ENABLING") return "already enabled";
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName: table,
        TimeToLiveSpecification: { Enabled: true, AttributeName: "_ttl" },
      }),
    );
    return "enabled";
  } catch (error) {
    if (isUnknownOperation(error)) return "not supported by the engine";
    throw error;
  }
}
