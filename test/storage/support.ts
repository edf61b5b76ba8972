import { pushSchema } from "auth-dynamodb/setup";
import { createStorageSchema, dynamodbRateLimit, dynamodbSecondaryStorage } from "auth-dynamodb/storage";
import { uniquePrefix, type Engine } from "../support/engines.ts";
import { injectFaults } from "../support/faults.ts";
import { recordRequests } from "../support/recording.ts";

/** Both storages in one table of their own, on a client with faults and a recording. */
export async function openStorages(engine: Engine) {
  const client = engine.createClient();
  const table = uniquePrefix("values");
  await pushSchema({ schema: createStorageSchema(), client, table });
  const faults = injectFaults(client);
  const recording = recordRequests(client);
  return {
    client,
    table,
    faults,
    recording,
    values: dynamodbSecondaryStorage({ client, table }),
    limits: dynamodbRateLimit({ client, table }),
  };
}
