import type { BetterAuthOptions } from "better-auth";
import { invalidValue } from "../../../orm/errors.ts";
import { checkOptions } from "../../../orm/options/check-options.ts";
import { kindOf } from "./key-kind.ts";
import { DYNAMODB_STORAGE_OPTIONS, type DynamodbStorageOptions } from "./options.ts";
import { describeStorage, openStore } from "./storage-schema.ts";

/** What Better Auth takes as `secondaryStorage`. */
export type SecondaryStorage = NonNullable<BetterAuthOptions["secondaryStorage"]>;

/** Better Auth's secondary storage on DynamoDB, with what its Redis storage has beside. */
export interface DynamodbSecondaryStorage extends SecondaryStorage {
  /** The value at a key, null where there is none or where it has expired. */
  readonly get: (key: string) => Promise<string | null>;
  /** Deletes the value at a key and returns it: of concurrent callers one gets it. */
  readonly getAndDelete: (key: string) => Promise<string | null>;
  /**
   * Adds one to the counter at a key and returns it. `ttl` (seconds) counts from the first call, and is not extended.
   * Throws `INVALID_VALUE` where the key holds text that is no whole number.
   */
  readonly increment: (key: string, ttl: number) => Promise<number>;
  /**
   * Puts a value at a key. `ttl` in seconds; without it the value stays. One of zero or less is over: the key is
   * deleted. Throws `ITEM_TOO_LARGE` for a value that DynamoDB cannot store in one item (400 KB).
   */
  readonly set: (key: string, value: string, ttl?: number | undefined) => Promise<void>;
  /** Removes a key and its value, where it is there. */
  readonly delete: (key: string) => Promise<void>;
  /** All keys that have values. Scans the table, which takes `dynamodb:Scan`. */
  readonly listKeys: () => Promise<string[]>;
  /**
   * Deletes all values. Scans the table, and is not atomic: a failure leaves a part, and what is written meanwhile may
   * stay. Call it again then.
   */
  readonly clear: () => Promise<void>;
}

const MODEL = "secondaryStorage";

/**
 * Better Auth's secondary storage on DynamoDB, for applications whose database is another one. On `dynamodbAdapter`,
 * sessions and verifications are better left to the database.
 *
 * @example
 * ```ts
 * const auth = betterAuth({
 *   database: new Pool({ connectionString }),
 *   secondaryStorage: dynamodbSecondaryStorage({ client, table: "auth-values" }),
 * });
 * ```
 */
export function dynamodbSecondaryStorage(options: DynamodbStorageOptions): DynamodbSecondaryStorage {
  checkOptions("dynamodbSecondaryStorage", options, DYNAMODB_STORAGE_OPTIONS);
  return describeStorage(new Storage(options), MODEL, options);
}

/** A class, since Better Auth merges plain objects of its options into new ones, which would have no description. */
class Storage implements DynamodbSecondaryStorage {
  // Functions of their own: Better Auth takes them off this object.
  readonly get: DynamodbSecondaryStorage["get"];
  readonly getAndDelete: DynamodbSecondaryStorage["getAndDelete"];
  readonly increment: DynamodbSecondaryStorage["increment"];
  readonly set: DynamodbSecondaryStorage["set"];
  readonly delete: DynamodbSecondaryStorage["delete"];
  readonly listKeys: DynamodbSecondaryStorage["listKeys"];
  readonly clear: DynamodbSecondaryStorage["clear"];

  constructor(options: DynamodbStorageOptions) {
    const store = openStore(MODEL, options);
    this.get = async (key) => textOf(await store.get(key));
    this.getAndDelete = async (key) => textOf(await store.take(key));
    this.increment = async (key, ttl) => {
      const milliseconds = millisecondsOf(ttl);
      if (milliseconds <= 0) throw invalidTtl("increment takes a positive number of seconds.");
      return (await store.count(key, { ttl: milliseconds })).value;
    };
    this.set = async (key, value, ttl) => {
      const milliseconds = ttl === undefined ? undefined : millisecondsOf(ttl);
      if (milliseconds !== undefined && milliseconds <= 0) await store.delete(key);
      else await store.set(key, value, milliseconds, kindOf(key));
    };
    this.delete = (key) => store.delete(key);
    this.listKeys = () => store.keys();
    this.clear = () => store.clear();
  }
}

function textOf(value: string | number | undefined): string | null {
  return value === undefined ? null : String(value);
}

function millisecondsOf(ttl: number): number {
  if (!Number.isFinite(ttl)) throw invalidTtl("a time to live is a finite number of seconds.");
  return ttl * 1000;
}

function invalidTtl(problem: string) {
  return invalidValue(MODEL, "expiresAt", problem);
}
