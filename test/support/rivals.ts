import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamodbDriver, createOrm, type OrmClient, type Schema } from "auth-dynamodb";
import { knowledgeOf } from "../../orm/dynamodb/engine/engine-knowledge.ts";
import { createTable } from "../fault/storage.ts";
import { uniquePrefix, type Engine } from "./engines.ts";
import { injectFaults, type Faults } from "./faults.ts";
import { PATIENT_MS } from "../fault/schema.ts";

/** Two clients of one table, one of them with faults: what the other does comes between the requests of the first. */
export interface Rivals<S extends Schema> {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Those of `orm`. */
  readonly faults: Faults;
  readonly orm: OrmClient<S>;
  readonly rival: OrmClient<S>;
  /** A client of the same table by another schema, without faults. */
  open<Other extends Schema>(schema: Other): OrmClient<Other>;
}

export async function openRivals<S extends Schema>(engine: Engine, schema: S): Promise<Rivals<S>> {
  const [client, other] = [engine.createClient(), engine.createClient()];
  // As they are to processes that have written before.
  for (const one of [client, other]) knowledgeOf(one).transactions = engine.transactions;
  const table = uniquePrefix("rivals");
  await createTable(client, table);
  const open = <Any extends Schema>(through: DynamoDBClient, any: Any): OrmClient<Any> =>
    createOrm({
      schema: any,
      driver: createDynamodbDriver({
        client: through,
        table,
        transactions: "atomic",
        scans: "allow",
        // The SDK's own waits for capacity take seconds: what these tests are for is their outcome.
        contentionBudget: PATIENT_MS,
        logger: { warn: () => undefined },
      }),
    });
  return {
    client,
    table,
    faults: injectFaults(client),
    orm: open(client, schema),
    rival: open(other, schema),
    open: (any) => open(other, any),
  };
}
