import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { injectFaults } from "../support/faults.ts";

/** Lets every request, and every answer, of a client wait for a random time: up to so many milliseconds. */
export function addRandomDelays(client: DynamoDBClient, most: number): void {
  const faults = injectFaults(client);
  // Often none at all: then it is the engine's own time that decides.
  const wait = () => new Promise((resolve) => setTimeout(resolve, Math.max(0, Math.random() * 1.5 - 0.5) * most));
  faults.delay(() => true, wait, { level: "call" });
  faults.delayResponse(() => true, wait, { level: "call" });
}
