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

/** Which process a flow's step runs in: one that remembers nothing, or the one that has prepared it. */
export type MeasuredIn = "fresh" | "known";

/** Runs a flow's preparation, and counts the requests of its step. */
export async function measureFlow(
  client: DynamoDBClient,
  tablePrefix: string,
  flow: Flow,
  given: AppSettings,
  measuredIn: MeasuredIn = "fresh",
): Promise<FlowCost> {
  const settings = { ...given, ...flow.settings };
  const first = createApp(client, tablePrefix, settings);
  const step = await flow.prepare(first, flow.name);
  const app = measuredIn === "known" ? first : createApp(client, tablePrefix, settings);
  const { internalAdapter } = await app.auth.$context;
  if (flow.cleanedUp) await internalAdapter.findVerificationValue("nothing");
  const recording = recordRequests(client);
  try {
    await step(app);
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
