import { APIError } from "better-auth/api";
import { isOrmError } from "../../orm/errors.ts";

/**
 * An error of the storage as Better Auth's endpoints answer it. A row that refers to one that was deleted meanwhile is
 * the request's matter, not the server's: 409, with the code that the ORM gave it.
 */
export function toOwnError(error: unknown): unknown {
  if (!isOrmError(error, "FOREIGN_KEY_VIOLATION")) return error;
  const own = new APIError("CONFLICT", { code: error.code, message: error.message });
  own.cause = error;
  return own;
}

/** The methods of an object, with errors as Better Auth answers them. */
export function withOwnErrors<T extends object>(methods: T): T {
  const wrapped = Object.entries(methods).map(([name, method]: [string, (...args: unknown[]) => unknown]) => [
    name,
    async (...args: unknown[]) => {
      try {
        return await method(...args);
      } catch (error) {
        throw toOwnError(error);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as T;
}
