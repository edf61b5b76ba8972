import { OrmError } from "../../errors.ts";
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

/** Whether the SDK had sent the request before, and that attempt may have landed. */
export function wasSentAgain(error: Error & { readonly $metadata?: { readonly attempts?: number } }): boolean {
  return (error.$metadata?.attempts ?? 1) > 1;
}

/** Whether the engine has no such operation at all. */
export function isUnknownOperation(error: unknown): boolean {
  return errorName(error) === "UnknownOperationException";
}

/** An AWS error as an {@link OrmError}, where it is one that applications act on; else itself. */
export function toOrmError(error: unknown, model: string, tables: readonly string[]): unknown {
  const meta = { model, originalName: errorName(error), ...(tables.length === 1 ? { table: tables[0]! } : {}) };
  const init = { backendKind: "dynamodb", cause: error, meta };
  const named = tables.map((table) => `"${table}"`).join(", ");
  if (errorName(error) === "ResourceNotFoundException") {
    return new OrmError({
      ...init,
      code: "MISSING_TABLE",
      message: `${tables.length > 1 ? "One of the DynamoDB tables" : "The DynamoDB table"} ${named} ${tables.length > 1 ? "" : `of model "${model}" `}does not exist in the client's region and account. Create it with "npx auth-dynamodb push" or pushSchema({ schema, client }).`,
    });
  }
  const contended = contention(error);
  if (contended === "throttled") {
    return new OrmError({
      ...init,
      code: "THROTTLED",
      retryable: true,
      message: `DynamoDB throttled a request to ${named}, also after retries (${errorName(error)}).`,
    });
  }
  if (contended === "conflict") {
    return new OrmError({
      ...init,
      code: "TRANSACTION_CONFLICT",
      retryable: true,
      message: `Another request kept writing the same "${model}" items, also after retries.`,
    });
  }
  return error;
}
