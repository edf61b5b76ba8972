import { isOrmError } from "../../orm/errors.ts";
import { errors, type Faults } from "../support/faults.ts";

/** A request that an operation sends, as a fault needs to know it. */
export interface SentRequest {
  readonly operation: string;
  /** For TransactWriteItems: whether each of its writes has a condition. */
  readonly conditions: readonly boolean[];
  /** Whether it decides about a journaled transaction. */
  readonly decides: boolean;
}

/** Of requests that are like their neighbours, so many from each end, and those around a decision. */
export function ends(requests: readonly SentRequest[], count: number): number[] {
  const decision = requests.findIndex(({ decides }) => decides);
  return requests.flatMap((_, i) => {
    const isEnd = i < count || i >= requests.length - count;
    return isEnd || (decision >= 0 && Math.abs(i - decision) <= 1) ? [i] : [];
  });
}

/** One way in which a request goes wrong. */
export interface FaultKind {
  readonly name: string;
  /** Whether this can happen to such a request. */
  applies(request: SentRequest): boolean;
  /** Lets the nth request go wrong. */
  strike(faults: Faults, nth: number, request: SentRequest): void;
  /** The errors that the operation may end with; it must succeed where there are none. */
  readonly mayThrow?: (error: unknown) => boolean;
  /** Only a transaction of the caller's own may end with an error. */
  readonly onlyTransactionsThrow?: boolean;
  /** It does not end while the operation runs, which then cannot take back what it has done either. */
  readonly lasts?: boolean;
  /** A deletion may have happened although the SDK's second attempt found nothing to delete. */
  readonly losesResponse?: boolean;
}

const isWrite = ({ operation }: SentRequest) =>
  ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"].includes(operation);
const isTransaction = ({ operation }: SentRequest) => operation === "TransactWriteItems";
const isBatch = ({ operation }: SentRequest) => operation === "BatchGetItem";
const any = () => true;
const named = (name: string) => (error: unknown) => error instanceof Error && error.name === name;

export const conflicted = (error: unknown) => isOrmError(error, "TRANSACTION_CONFLICT") && error.retryable;

/** What contention on one of its items looks like to a request. */
function conflict({ operation, conditions }: SentRequest): Error {
  if (operation !== "TransactWriteItems") return errors.transactionConflict();
  return errors.transactionCanceled(
    conditions.map((_, i) => (i === conditions.length - 1 ? "TransactionConflict" : "None")),
  );
}

export const FAULT_KINDS: readonly FaultKind[] = [
  {
    name: "not sent, the SDK tries again",
    applies: any,
    strike: (faults, nth) => faults.failBefore(nth, () => errors.timeout()),
  },
  {
    name: "not sent",
    applies: any,
    strike: (faults, nth) => faults.failBefore(nth, () => errors.timeout(), { level: "call" }),
    mayThrow: named("TimeoutError"),
  },
  {
    name: "response lost, the SDK tries again",
    applies: any,
    strike: (faults, nth) => faults.failAfter(nth, () => errors.timeout()),
    losesResponse: true,
  },
  {
    name: "response lost twice, the SDK tries again",
    applies: isWrite,
    strike: (faults, nth) => faults.failAfter(nth, () => errors.internalServerError(), { times: 2 }),
    losesResponse: true,
  },
  {
    name: "response lost",
    applies: any,
    strike: (faults, nth) => faults.failAfter(nth, () => errors.timeout(), { level: "call" }),
    mayThrow: named("TimeoutError"),
  },
  {
    name: "response lost, then throttled, then sent again",
    applies: isWrite,
    strike: (faults, nth) => {
      faults.failAfter(nth, () => errors.timeout());
      faults.failBefore(nth + 1, () => errors.provisionedThroughputExceeded(), { times: 2 });
    },
    losesResponse: true,
  },
  {
    name: "throttled three times",
    applies: any,
    strike: (faults, nth) => faults.failBefore(nth, () => errors.throttling(), { times: 3, level: "call" }),
  },
  {
    name: "throttled for good",
    applies: any,
    strike: (faults, nth) =>
      faults.failBefore(nth, () => errors.requestLimitExceeded(), { times: Infinity, level: "call" }),
    mayThrow: (error) => isOrmError(error, "THROTTLED") && error.retryable,
    lasts: true,
  },
  {
    name: "conflicting three times",
    applies: isWrite,
    strike: (faults, nth, request) => faults.failBefore(nth, () => conflict(request), { times: 3, level: "call" }),
  },
  {
    name: "conflicting for good",
    applies: isWrite,
    strike: (faults, nth, request) =>
      faults.failBefore(
        (seen) => seen.nth >= nth && seen.operation === request.operation,
        () => conflict(request),
        { level: "call" },
      ),
    mayThrow: conflicted,
    lasts: true,
  },
  {
    name: "processed in part, three times",
    applies: isBatch,
    strike: (faults) => faults.unprocessed("BatchGetItem", 1, { times: 3 }),
  },
  {
    name: "not processed, three times",
    applies: isBatch,
    strike: (faults) => faults.unprocessed("BatchGetItem", undefined, { times: 3 }),
  },
  {
    name: "not processed for good",
    applies: isBatch,
    strike: (faults) => faults.unprocessed("BatchGetItem"),
    mayThrow: (error) => isOrmError(error, "THROTTLED") && error.retryable,
    lasts: true,
  },
  {
    name: "in progress already, twice",
    applies: isTransaction,
    strike: (faults, nth) => faults.failBefore(nth, () => errors.transactionInProgress(), { times: 2, level: "call" }),
  },
  {
    name: "cancelled by throttling, once",
    applies: isTransaction,
    strike: (faults, nth, { conditions }) =>
      faults.failBefore(
        nth,
        () => errors.transactionCanceled(conditions.map((_, i) => (i === 0 ? "ThrottlingError" : "None"))),
        { level: "call" },
      ),
  },
  ...[0, 1, 2, 3].map((position): FaultKind => ({
    name: `cancelled by a failed condition (${position}) and a conflict`,
    applies: ({ conditions }) => conditions.length > 1 && conditions[position] === true,
    strike: (faults, nth, { conditions }) => {
      const other = (position + 1) % conditions.length;
      const reasons = conditions.map((_, i) =>
        i === position ? "ConditionalCheckFailed" : i === other ? "TransactionConflict" : "None",
      );
      faults.failBefore(nth, () => errors.transactionCanceled(reasons), { level: "call" });
    },
    mayThrow: conflicted,
    onlyTransactionsThrow: true,
  })),
];
