import { AsyncLocalStorage } from "node:async_hooks";
import type { RequestEvent } from "auth-dynamodb";

/** A request, with the time at which it was answered. */
interface NotedRequest extends RequestEvent {
  readonly answered: number;
}

/** What a flow took. Round trips are the requests that had to wait for one another. */
export interface Cost {
  readonly requests: number;
  readonly roundTrips: number;
}

const current = new AsyncLocalStorage<NotedRequest[]>();

/** Runs a task and tells which DynamoDB requests it took. */
export async function collectRequests<T>(task: () => Promise<T>): Promise<{ result: T; requests: NotedRequest[] }> {
  const requests: NotedRequest[] = [];
  const result = await current.run(requests, task);
  return { result, requests };
}

/** For the adapter's `onRequest`: notes a request with the task that it belongs to. */
export function noteRequest(event: RequestEvent): void {
  current.getStore()?.push({ ...event, answered: performance.now() });
}

/** The longest chain of requests in which each began after the one before it was answered. */
export function costOf(requests: readonly NotedRequest[]): Cost {
  let roundTrips = 0;
  let end = -Infinity;
  // In the order of the answers, which is theirs already.
  for (const { answered, duration } of requests) {
    if (answered - duration <= end) continue;
    roundTrips += 1;
    end = answered;
  }
  return { requests: requests.length, roundTrips };
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
