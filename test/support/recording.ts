import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/**
 * One request as the SDK sends it. A retry of the SDK is a request of its own, and so is one that an injected fault
 * withholds.
 */
export interface RecordedRequest {
  /** "GetItem", "TransactWriteItems", … */
  operation: string;
  /** The tables the request names, each once. */
  tables: string[];
  /** Places in one order of events over all recordings of the process: not times. */
  startedAt: number;
  finishedAt: number | undefined;
  /** Consumed capacity as the engine tells it; 0 where it tells none. */
  readUnits: number;
  writeUnits: number;
  /** The `name` of the error it ended with. */
  error: string | undefined;
  input: Readonly<Record<string, unknown>>;
}

export interface Recording {
  readonly requests: readonly RecordedRequest[];
  reset(): void;
  /** For example "GetItem 2, Query 1, TransactWriteItems 1", by operation name; "" where nothing was sent. */
  summary(): string;
  count(operation?: string): number;
  readUnits(): number;
  writeUnits(): number;
  /**
   * How many requests had to wait for one another: the longest chain in which each started after the one before it
   * finished.
   */
  sequentialRoundTrips(): number;
  /** Takes the recording off the client. */
  stop(): void;
}

const READS = new Set(["GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"]);
const WRITES = new Set(["PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"]);

let events = 0;
let recordings = 0;

/** Records what the client sends from now on, and asks for the consumed capacity where the caller does not. */
export function recordRequests(client: DynamoDBClient): Recording {
  const requests: RecordedRequest[] = [];
  recordings += 1;
  const capacity = `recordingCapacity${recordings}`;
  const attempt = `recordingAttempt${recordings}`;

  client.middlewareStack.add(
    (next, context) => (args) => {
      const operation = operationOf(context);
      if (!READS.has(operation) && !WRITES.has(operation)) return next(args);
      const input = args.input as Record<string, unknown>;
      if (input["ReturnConsumedCapacity"] !== undefined) return next(args);
      return next({ ...args, input: { ...input, ReturnConsumedCapacity: "TOTAL" } as typeof args.input });
    },
    { name: capacity, step: "initialize", priority: "low" },
  );
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const operation = operationOf(context);
      const input = args.input as Record<string, unknown>;
      events += 1;
      const request: RecordedRequest = {
        operation,
        tables: tablesOf(input),
        startedAt: events,
        finishedAt: undefined,
        readUnits: 0,
        writeUnits: 0,
        error: undefined,
        input,
      };
      requests.push(request);
      try {
        const result = await next(args);
        Object.assign(request, unitsOf(operation, (result.output as { ConsumedCapacity?: unknown }).ConsumedCapacity));
        return result;
      } catch (error) {
        request.error = error instanceof Error ? error.name : String(error);
        throw error;
      } finally {
        events += 1;
        request.finishedAt = events;
      }
    },
    // Below the retry middleware ("high" in the same step), so that every attempt passes here, and above the injected
    // faults ("low"), so that those are recorded as what the SDK takes them for.
    { name: attempt, step: "finalizeRequest", priority: "normal" },
  );

  return {
    requests,
    reset: () => {
      requests.length = 0;
    },
    summary: () => summaryOf(requests),
    count: (operation) =>
      operation === undefined ? requests.length : requests.filter((request) => request.operation === operation).length,
    readUnits: () => requests.reduce((sum, request) => sum + request.readUnits, 0),
    writeUnits: () => requests.reduce((sum, request) => sum + request.writeUnits, 0),
    sequentialRoundTrips: () => longestChain(requests),
    stop: () => {
      client.middlewareStack.remove(capacity);
      client.middlewareStack.remove(attempt);
    },
  };
}

export function summaryOf(requests: readonly { operation: string }[]): string {
  const counts = new Map<string, number>();
  for (const { operation } of requests) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([operation, count]) => `${operation} ${count}`)
    .join(", ");
}

/** The most intervals of which no two overlap: taking the earliest finish each time finds it. */
export function longestChain(requests: readonly { startedAt: number; finishedAt: number | undefined }[]): number {
  const byFinish = requests
    .map(({ startedAt, finishedAt }) => ({ startedAt, finishedAt: finishedAt ?? Number.POSITIVE_INFINITY }))
    .sort((a, b) => a.finishedAt - b.finishedAt);
  let length = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const { startedAt, finishedAt } of byFinish) {
    if (startedAt <= end) continue;
    length += 1;
    end = finishedAt;
  }
  return length;
}

/** "GetItem" of the SDK's "GetItemCommand". */
export function operationOf(context: { commandName?: string }): string {
  return (context.commandName ?? "").replace(/Command$/, "");
}

/** The tables that a request's input names. */
export function tablesOf(input: Readonly<Record<string, unknown>>): string[] {
  const tables = new Set<string>();
  if (typeof input["TableName"] === "string") tables.add(input["TableName"]);
  if (typeof input["RequestItems"] === "object" && input["RequestItems"] !== null) {
    for (const table of Object.keys(input["RequestItems"])) tables.add(table);
  }
  if (Array.isArray(input["TransactItems"])) {
    for (const item of input["TransactItems"] as Record<string, { TableName?: string } | undefined>[]) {
      for (const action of Object.values(item)) if (action?.TableName) tables.add(action.TableName);
    }
  }
  return [...tables];
}

interface Capacity {
  CapacityUnits?: number;
  ReadCapacityUnits?: number;
  WriteCapacityUnits?: number;
}

function unitsOf(operation: string, consumed: unknown): { readUnits: number; writeUnits: number } {
  let readUnits = 0;
  let writeUnits = 0;
  const all = Array.isArray(consumed) ? (consumed as Capacity[]) : consumed ? [consumed as Capacity] : [];
  for (const one of all) {
    if (one.ReadCapacityUnits !== undefined || one.WriteCapacityUnits !== undefined) {
      readUnits += one.ReadCapacityUnits ?? 0;
      writeUnits += one.WriteCapacityUnits ?? 0;
    } else if (READS.has(operation)) readUnits += one.CapacityUnits ?? 0;
    else writeUnits += one.CapacityUnits ?? 0;
  }
  return { readUnits, writeUnits };
}
