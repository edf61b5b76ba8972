import type { OrmErrorMeta } from "../../errors.ts";
import type { Item } from "../layout/attribute-value.ts";

/** Why one write of a cancelled transaction failed. */
export interface CancellationReason {
  readonly Code?: string;
  readonly Item?: Item;
}

const THROTTLING: ReadonlySet<string> = new Set([
  "ThrottlingException",
  "ThrottlingError",
  "Throttling",
  "ProvisionedThroughputExceededException",
  "ProvisionedThroughputExceeded",
  "RequestLimitExceeded",
  "LimitExceededException",
  "TooManyRequestsException",
]);

const CONFLICTS: ReadonlySet<string> = new Set([
  "TransactionConflictException",
  "TransactionConflict",
  "TransactionInProgressException",
  "ReplicatedWriteConflictException",
]);

/** The name by which the SDK tells errors apart. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : "";
}

/** Whether a single write failed its condition. */
export function isConditionFailure(error: unknown): error is Error & { Item?: Item } {
  return errorName(error) === "ConditionalCheckFailedException";
}

/** The reasons of a cancelled transaction, one for each of its writes. */
export function cancellationReasons(error: unknown): readonly CancellationReason[] | undefined {
  if (errorName(error) !== "TransactionCanceledException") return undefined;
  return (error as { CancellationReasons?: CancellationReason[] }).CancellationReasons ?? [];
}

/** Whether a write was refused, by itself or with others, for what is stored or who else is at it. */
export function isRefusal(error: unknown): boolean {
  return isConditionFailure(error) || cancellationReasons(error) !== undefined;
}

/** The reasons that made a transaction fail. */
function failures(reasons: readonly CancellationReason[]): string[] {
  return reasons.flatMap(({ Code }) => (Code && Code !== "None" ? [Code] : []));
}

/** Contention that passes: worth trying the very same request again. A failed condition never is. */
export function contention(error: unknown): "throttled" | "conflict" | undefined {
  const reasons = cancellationReasons(error);
  const codes = reasons ? failures(reasons) : [errorName(error)];
  if (codes.length === 0 || !codes.every((code) => THROTTLING.has(code) || CONFLICTS.has(code))) return undefined;
  return codes.some((code) => CONFLICTS.has(code)) ? "conflict" : "throttled";
}

/**
 * Whether a write may have happened although it was refused: AWS does not say what becomes of one that meets another
 * Region's.
 */
export function isUnsure(error: unknown): boolean {
  return errorName(error) === "ReplicatedWriteConflictException";
}

/** How many requests the SDK has sent for one answer, or error. */
export function sentRequests(answer: unknown): number {
  const { $metadata } = (answer ?? {}) as { $metadata?: { attempts?: number } };
  return $metadata?.attempts ?? 1;
}

/** Whether the engine has no such operation at all. */
export function isUnknownOperation(error: unknown): boolean {
  return errorName(error) === "UnknownOperationException";
}

/** The backend's own words for an error, for the `meta` of ours. */
export function originalOf(error: unknown): Pick<OrmErrorMeta, "originalCode" | "originalMessage"> {
  return error instanceof Error ? { originalCode: error.name, originalMessage: error.message } : {};
}
