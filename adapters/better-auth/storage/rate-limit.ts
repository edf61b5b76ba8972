import type { BetterAuthOptions } from "better-auth";
import { invalidValue } from "../../../orm/errors.ts";
import { checkOptions } from "../../../orm/options/check-options.ts";
import { DYNAMODB_STORAGE_OPTIONS, type DynamodbStorageOptions } from "./options.ts";
import { describeStorage, openStore } from "./storage-schema.ts";

/** What Better Auth takes as `rateLimit.customStorage`. */
export type RateLimitStorage = NonNullable<NonNullable<BetterAuthOptions["rateLimit"]>["customStorage"]>;

const MODEL = "rateLimitWindow";

/**
 * Better Auth's rate limits on DynamoDB: one conditional write for each limited request, allowed or refused, and two
 * for the first request of a window. A window begins with its first request and has a fixed end. Throws `INVALID_VALUE`
 * for a rule whose window is no positive number of seconds.
 *
 * @example
 * ```ts
 * const auth = betterAuth({
 *   database: dynamodbAdapter({ client }),
 *   rateLimit: { enabled: true, customStorage: dynamodbRateLimit({ client }) },
 * });
 * ```
 */
export function dynamodbRateLimit(options: DynamodbStorageOptions): RateLimitStorage {
  checkOptions("dynamodbRateLimit", options, DYNAMODB_STORAGE_OPTIONS);
  return describeStorage(new DynamodbRateLimit(options), MODEL, options);
}

/** A class, since Better Auth merges plain objects of its options into new ones, which would have no description. */
class DynamodbRateLimit implements RateLimitStorage {
  readonly consume: RateLimitStorage["consume"];

  constructor(options: DynamodbStorageOptions) {
    const store = openStore(MODEL, options);
    // A function of its own: Better Auth may take it off this object.
    this.consume = async (key, { window, max }) => {
      if (!(window > 0 && Number.isFinite(window))) {
        throw invalidValue(MODEL, "expiresAt", "the window of a rule is a positive number of seconds.");
      }
      const { counted, remaining } = await store.count(key, { ttl: window * 1000, max });
      return counted
        ? { allowed: true, retryAfter: null }
        : { allowed: false, retryAfter: Math.max(1, Math.ceil(Math.min(remaining / 1000, window))) };
    };
  }
}
