import { isOrmError } from "../../../errors.ts";

/** Whether a stored value cannot be what its field says: a date that is none, a number that is too long. */
export function isUnreadable(error: unknown): boolean {
  return (
    error instanceof RangeError ||
    error instanceof SyntaxError ||
    error instanceof TypeError ||
    isOrmError(error, "INVALID_VALUE")
  );
}
