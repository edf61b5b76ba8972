import type { DynamodbClient } from "../orm/dynamodb/engine/client.ts";
import { checkOptions, type KnownOptions } from "../orm/options/check-options.ts";
import { inspectDatabaseRuntime, requireDatabaseRuntime } from "../orm/runtime/detect.ts";

/**
 * An adapter's options from its arguments: `adapter({ client, … })`, or `adapter(client, { … })` as other adapters have
 * it. Throws `INVALID_VALUE` where the client is none, with what to pass instead, and `INVALID_OPTION`.
 */
export function optionsOf<Options extends { readonly client: DynamodbClient }>(
  first: Options | DynamodbClient,
  second: Omit<Options, "client"> | undefined,
  { caller, known }: { readonly caller: string; readonly known: KnownOptions },
): Options {
  const options = (isOptions(first) && second === undefined ? first : { ...second, client: first }) as Options;
  requireDatabaseRuntime(options.client);
  checkOptions(caller, options, known);
  return options;
}

/** Options are a plain object; what is a class's is a client, or was meant to be one. */
function isOptions(value: unknown): boolean {
  if (typeof value !== "object" || value === null || inspectDatabaseRuntime(value).runtime) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || "client" in value;
}
