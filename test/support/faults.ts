import {
  DynamoDBServiceException,
  InternalServerError,
  ProvisionedThroughputExceededException,
  RequestLimitExceeded,
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
  type CancellationReason,
  type DynamoDBClient,
} from "@aws-sdk/client-dynamodb";
import { operationOf, tablesOf } from "./recording.ts";

/**
 * Where a fault strikes. "attempt": below the SDK's retries, which see it and may send again. "call": above them,
 * once per `client.send`, and the caller gets it as it is.
 */
export type FaultLevel = "attempt" | "call";

export interface FaultRequest {
  operation: string;
  tables: string[];
  input: Readonly<Record<string, unknown>>;
  /** Counts from 1 the requests that reached this level since the fault was set. */
  nth: number;
}

/**
 * Which requests a fault strikes: an operation's name (each of them), a number n (the nth request since the fault was
 * set, once), or a predicate. `{ operation, nth }` is the nth request of that operation.
 */
export type FaultMatch = string | number | { operation: string; nth: number } | ((request: FaultRequest) => boolean);

export interface FaultOptions {
  /** Default "attempt". */
  level?: FaultLevel;
  /** How often it strikes at most. Default: 1 for an nth, else without end. */
  times?: number;
}

export interface Fault {
  /** How often it has struck. */
  readonly hits: number;
  remove(): void;
}

/** An error, or what makes one: a fresh one for each strike. */
export type FaultError = Error | (() => Error);

export interface Faults {
  /** Throws instead of sending. */
  failBefore(match: FaultMatch, error: FaultError, options?: FaultOptions): Fault;
  /**
   * Sends, lets the engine apply the request, drops the response and throws. A request that fails by itself keeps its
   * own error.
   */
  failAfter(match: FaultMatch, error: FaultError, options?: FaultOptions): Fault;
  /**
   * Waits before sending: some milliseconds, or until a promise settles (which is how a test interleaves two writers).
   */
  delay(match: FaultMatch, wait: number | ((request: FaultRequest) => Promise<unknown>), options?: FaultOptions): Fault;
  /** The same after sending, before the caller gets the response. */
  delayResponse(
    match: FaultMatch,
    wait: number | ((request: FaultRequest) => Promise<unknown>),
    options?: FaultOptions,
  ): Fault;
  /**
   * Withholds the last `count` (default: all) entries of a BatchWriteItem or BatchGetItem from the engine and reports
   * them as unprocessed. Always at the level of the call; other operations are left alone.
   */
  unprocessed(match: FaultMatch, count?: number, options?: Pick<FaultOptions, "times">): Fault;
  /** Removes all faults. */
  clear(): void;
  /** Removes all faults and the middleware. */
  stop(): void;
}

interface Rule {
  kind: "failBefore" | "failAfter" | "delay" | "delayResponse" | "unprocessed";
  level: FaultLevel;
  matches(request: Omit<FaultRequest, "nth">): FaultRequest | undefined;
  error?: FaultError;
  wait?: number | ((request: FaultRequest) => Promise<unknown>);
  count?: number;
}

let injections = 0;

export function injectFaults(client: DynamoDBClient): Faults {
  const rules = new Set<Rule>();
  injections += 1;
  const names = ["Call", "Batch", "Attempt"].map((level) => `faults${level}${injections}`);
  const [callName, batchName, attemptName] = names as [string, string, string];

  async function pass<T>(level: FaultLevel, request: Omit<FaultRequest, "nth">, send: () => Promise<T>): Promise<T> {
    // Every rule sees every request, so that its count is right; then they act in the order in which they were set.
    const struck = [...rules]
      .filter((rule) => rule.level === level && rule.kind !== "unprocessed")
      .flatMap((rule) => {
        const seen = rule.matches(request);
        return seen ? [{ rule, seen }] : [];
      });
    for (const { rule, seen } of struck) {
      if (rule.kind === "delay") await waitFor(rule.wait, seen);
      if (rule.kind === "failBefore") throw errorOf(rule.error);
    }
    const result = await send();
    for (const { rule, seen } of struck) {
      if (rule.kind === "delayResponse") await waitFor(rule.wait, seen);
      if (rule.kind === "failAfter") throw errorOf(rule.error);
    }
    return result;
  }

  client.middlewareStack.add(
    (next, context) => (args) => pass("call", requestOf(context, args.input), () => next(args)),
    { name: callName, step: "initialize", priority: "high" },
  );
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const request = requestOf(context, args.input);
      if (request.operation !== "BatchWriteItem" && request.operation !== "BatchGetItem") return next(args);
      const rule = [...rules].find((candidate) => candidate.kind === "unprocessed" && candidate.matches(request));
      if (!rule) return next(args);
      const { kept, withheld } = withhold(request.input["RequestItems"] as RequestItems, rule.count);
      const result = Object.keys(kept).length
        ? await next({ ...args, input: { ...args.input, RequestItems: kept } as typeof args.input })
        : { response: undefined, output: { $metadata: {}, Responses: {} } as never };
      // The cast: of any answer only its unprocessed items are looked at, by their name.
      const output = result.output as unknown as Record<string, RequestItems | undefined>;
      const field = request.operation === "BatchGetItem" ? "UnprocessedKeys" : "UnprocessedItems";
      output[field] = merge(output[field] ?? {}, withheld);
      return result;
    },
    // "low": below the document client's marshalling, where that is in use.
    { name: batchName, step: "initialize", priority: "low" },
  );
  client.middlewareStack.add(
    (next, context) => (args) => pass("attempt", requestOf(context, args.input), () => next(args)),
    // Below the retry middleware ("high" in the same step).
    { name: attemptName, step: "finalizeRequest", priority: "low" },
  );

  function set(match: FaultMatch, options: FaultOptions, rule: Omit<Rule, "level" | "matches">): Fault {
    const { matches, hits } = matcher(match, options.times);
    const added: Rule = { ...rule, level: options.level ?? "attempt", matches };
    rules.add(added);
    return {
      get hits() {
        return hits();
      },
      remove: () => {
        rules.delete(added);
      },
    };
  }

  return {
    failBefore: (match, error, options = {}) => set(match, options, { kind: "failBefore", error }),
    failAfter: (match, error, options = {}) => set(match, options, { kind: "failAfter", error }),
    delay: (match, wait, options = {}) => set(match, options, { kind: "delay", wait }),
    delayResponse: (match, wait, options = {}) => set(match, options, { kind: "delayResponse", wait }),
    unprocessed: (match, count, options = {}) =>
      set(match, { ...options, level: "call" }, { kind: "unprocessed", count }),
    clear: () => rules.clear(),
    stop: () => {
      rules.clear();
      for (const name of names) client.middlewareStack.remove(name);
    },
  };
}

function requestOf(context: { commandName?: string }, input: unknown): Omit<FaultRequest, "nth"> {
  const fields = input as Record<string, unknown>;
  return { operation: operationOf(context), tables: tablesOf(fields), input: fields };
}

function matcher(match: FaultMatch, times?: number): Pick<Rule, "matches"> & { hits: () => number } {
  let seen = 0;
  let ofOperation = 0;
  let hits = 0;
  const single = typeof match === "number" || typeof match === "object";
  const most = times ?? (single ? 1 : Number.POSITIVE_INFINITY);
  return {
    hits: () => hits,
    matches: (partial) => {
      seen += 1;
      const request: FaultRequest = { ...partial, nth: seen };
      let struck: boolean;
      if (typeof match === "number") struck = seen >= match;
      else if (typeof match === "string") struck = request.operation === match;
      else if (typeof match === "function") struck = match(request);
      else {
        if (request.operation === match.operation) ofOperation += 1;
        struck = request.operation === match.operation && ofOperation >= match.nth;
      }
      if (!struck || hits >= most) return undefined;
      hits += 1;
      return request;
    },
  };
}

async function waitFor(wait: Rule["wait"], request: FaultRequest): Promise<void> {
  if (typeof wait === "number") await new Promise((resolve) => setTimeout(resolve, wait));
  else await wait?.(request);
}

function errorOf(error: FaultError | undefined): Error {
  const made = typeof error === "function" ? error() : error;
  return made ?? new Error("An injected fault.");
}

/** A table's write requests, or its keys to get with their options. */
type RequestItems = Record<string, unknown[] | { Keys: unknown[] }>;

function withhold(
  items: RequestItems,
  count = Number.POSITIVE_INFINITY,
): { kept: RequestItems; withheld: RequestItems } {
  const kept: RequestItems = {};
  const withheld: RequestItems = {};
  let left = count;
  for (const [table, entry] of Object.entries(items).reverse()) {
    const list = Array.isArray(entry) ? entry : entry.Keys;
    const split = Math.max(0, list.length - left);
    left -= list.length - split;
    const part = (entries: unknown[]) => (Array.isArray(entry) ? entries : { ...entry, Keys: entries });
    if (split > 0) kept[table] = part(list.slice(0, split));
    if (split < list.length) withheld[table] = part(list.slice(split));
  }
  return { kept, withheld };
}

function merge(into: RequestItems, more: RequestItems): RequestItems {
  const merged: RequestItems = { ...into };
  for (const [table, entry] of Object.entries(more)) {
    const present = merged[table];
    if (!present) merged[table] = entry;
    else if (Array.isArray(present) && Array.isArray(entry)) merged[table] = [...present, ...entry];
    else if (!Array.isArray(present) && !Array.isArray(entry))
      merged[table] = { ...present, Keys: [...present.Keys, ...entry.Keys] };
  }
  return merged;
}

const client400 = (message: string) => ({ message, $metadata: { httpStatusCode: 400, requestId: "injected" } });
const server500 = (message: string) => ({ message, $metadata: { httpStatusCode: 500, requestId: "injected" } });

/** Errors as the SDK throws them: its classes where it has them, the same `name`, `$fault` and status everywhere. */
export const errors = {
  throttling: (message = "Rate of requests exceeds the allowed throughput.") =>
    new DynamoDBServiceException({ name: "ThrottlingException", $fault: "client", ...client400(message) }),
  provisionedThroughputExceeded: (
    message = "The level of configured provisioned throughput for the table was exceeded.",
  ) => new ProvisionedThroughputExceededException(client400(message)),
  requestLimitExceeded: (message = "Throughput exceeds the current throughput limit for your account.") =>
    new RequestLimitExceeded(client400(message)),
  internalServerError: (message = "Internal server error") => new InternalServerError(server500(message)),
  transactionConflict: (message = "Transaction is ongoing for the item") =>
    new TransactionConflictException(client400(message)),
  transactionInProgress: (message = "The transaction with the given request token is already in progress.") =>
    new TransactionInProgressException({ ...client400(message), Message: message }),
  /**
   * One code ("None", "ConditionalCheckFailed", "TransactionConflict", "ThrottlingError", …) or whole reason per
   * action.
   */
  transactionCanceled: (reasons: readonly (string | CancellationReason)[]) => {
    const CancellationReasons = reasons.map((reason) =>
      typeof reason === "string"
        ? reason === "None"
          ? { Code: reason }
          : { Code: reason, Message: `Injected ${reason}` }
        : reason,
    );
    const message =
      "Transaction cancelled, please refer cancellation reasons for specific reasons " +
      `[${CancellationReasons.map((reason) => reason.Code).join(", ")}]`;
    return new TransactionCanceledException({ ...client400(message), Message: message, CancellationReasons });
  },
  /** What the SDK's HTTP handler throws when no response comes. */
  timeout: (message = "Connection timed out") => Object.assign(new Error(message), { name: "TimeoutError" }),
};
