import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createApp, type AppSettings } from "./auth-app.ts";
import type { Flow } from "./auth-flows.ts";
import { recordRequests } from "./recording.ts";

/** What one flow cost. */
export interface FlowCost {
  readonly operations: string;
  readonly requests: number;
  readonly roundTrips: number;
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** Runs a flow's preparation in one process and its step in a fresh one, and counts the step's requests. */
export async function measureFlow(
  client: DynamoDBClient,
  tablePrefix: string,
  flow: Flow,
  given: AppSettings,
): Promise<FlowCost> {
  const settings = { ...given, ...flow.settings };
  const step = await flow.prepare(createApp(client, tablePrefix, settings), flow.name);
  const fresh = createApp(client, tablePrefix, settings);
  const { internalAdapter } = await fresh.auth.$context;
  if (flow.cleanedUp) await internalAdapter.findVerificationValue("nothing");
  const recording = recordRequests(client);
  try {
    await step(fresh);
    return {
      operations: recording.summary(),
      requests: recording.requests.length,
      roundTrips: recording.sequentialRoundTrips(),
      readUnits: recording.readUnits(),
      writeUnits: recording.writeUnits(),
    };
  } finally {
    recording.stop();
  }
}
