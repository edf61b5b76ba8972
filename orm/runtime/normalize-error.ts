import type { DriverHandle } from "../driver.ts";
import { contention, errorName, originalOf } from "../dynamodb/engine/aws-errors.ts";
import { isOrmError, OrmError } from "../errors.ts";

/**
 * What was thrown, as an {@link OrmError}: an error of this package as it is, an error of the AWS SDK that applications
 * act on (a missing table, throttling, a conflict) as one with its code, and null for everything else. The drivers do
 * this themselves; it is for what an application sends through the same client, and for layers over several backends.
 *
 * @example
 * ```ts
 * const known = normalizeOrmError(error);
 * if (known?.retryable) return again();
 * ```
 */
export function normalizeOrmError(error: unknown): OrmError | null;
/** The same, with the handle of the driver that was used (`orm.$driver`). */
export function normalizeOrmError(handle: DriverHandle, error: unknown): OrmError | null;
export function normalizeOrmError(...args: [unknown] | [DriverHandle, unknown]): OrmError | null {
  const error = args.length === 1 ? args[0] : args[1];
  if (isOrmError(error)) return error;
  const known = codeOf(error);
  return known && new OrmError({ ...known, backendKind: "dynamodb", meta: originalOf(error), cause: error });
}

type Known = Pick<OrmError, "code" | "message" | "retryable">;

function codeOf(error: unknown): Known | null {
  if (errorName(error) === "ResourceNotFoundException") {
    const message = "A DynamoDB table does not exist in the client's region and account.";
    return { code: "MISSING_TABLE", message, retryable: false };
  }
  const contended = contention(error);
  if (contended === "throttled")
    return { code: "THROTTLED", message: `DynamoDB throttled a request (${errorName(error)}).`, retryable: true };
  if (contended === "conflict")
    return { code: "TRANSACTION_CONFLICT", message: "Another request wrote the same items.", retryable: true };
  return null;
}
