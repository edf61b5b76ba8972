import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestEvent } from "auth-dynamodb";

const current = new AsyncLocalStorage<RequestEvent[]>();

/** Runs a task and tells which DynamoDB requests it took. */
export async function collectRequests<T>(task: () => Promise<T>): Promise<{ result: T; requests: RequestEvent[] }> {
  const requests: RequestEvent[] = [];
  const result = await current.run(requests, task);
  return { result, requests };
}

/** For the adapter's `onRequest`: notes a request with the task that it belongs to. */
export function noteRequest(event: RequestEvent): void {
  current.getStore()?.push(event);
}

const READS = new Set(["GetItem", "BatchGetItem", "Query", "Scan"]);

/** Requests as the page shows them. */
export function describeRequests(requests: readonly RequestEvent[]): string {
  return JSON.stringify(
    requests.map(({ operation, tables, items, capacityUnits, duration, error }) => ({
      operation,
      tables,
      items,
      [READS.has(operation) ? "readUnits" : "writeUnits"]: capacityUnits,
      ms: Math.round(duration * 10) / 10,
      error,
    })),
  );
}
