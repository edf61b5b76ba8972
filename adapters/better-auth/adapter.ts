import type { BetterAuthOptions } from "better-auth";
import {
  createAdapterFactory,
  type AdapterFactoryConfig,
  type DBAdapter,
  type DBAdapterInstance,
} from "better-auth/adapters";
import type { UntypedOrmClient } from "../../orm/client/untyped.ts";
import type { DynamodbClient } from "../../orm/dynamodb/engine/client.ts";
import { invalidSchema } from "../../orm/errors.ts";
import { compileManifest } from "../../orm/schema/compile-manifest.ts";
import { optionsOf } from "../client-argument.ts";
import { withDescription } from "../description.ts";
import { namingOf, openOrm } from "../open-orm.ts";
import { createAuthSchema } from "./auth-schema.ts";
import { customAdapter } from "./custom-adapter.ts";
import { toOwnError } from "./errors.ts";
import { templateGenerator } from "./generated-template.ts";
import { BETTER_AUTH_ADAPTER_OPTIONS, type BetterAuthAdapterOptions } from "./options.ts";

const DEFAULT_RETRIES = 5;

/**
 * Better Auth's database on DynamoDB. Throws `INVALID_OPTION` for an option that there is none of.
 *
 * @example
 * ```ts
 * const client = new DynamoDBClient({});
 * const auth = betterAuth({
 *   database: dynamodbAdapter({ client }),
 *   emailAndPassword: { enabled: true },
 * });
 * await pushSchema({ schema: createAuthSchema(auth.options), client });
 * ```
 */
export function dynamodbAdapter(options: BetterAuthAdapterOptions): DBAdapterInstance;
/** The same, as other adapters are called: `dynamodbAdapter(client, { table: "auth" })`. */
export function dynamodbAdapter(
  client: DynamodbClient,
  options?: Omit<BetterAuthAdapterOptions, "client">,
): DBAdapterInstance;
export function dynamodbAdapter(
  first: BetterAuthAdapterOptions | DynamodbClient,
  second?: Omit<BetterAuthAdapterOptions, "client">,
): DBAdapterInstance {
  const options = optionsOf<BetterAuthAdapterOptions>(first, second, {
    caller: "dynamodbAdapter",
    known: { own: BETTER_AUTH_ADAPTER_OPTIONS },
  });
  const { client, transaction = true } = options;
  const { retries = DEFAULT_RETRIES, maxItems } = typeof transaction === "object" ? transaction : {};
  // Versions of Better Auth that come may pass its tables as well: what it passes, its own factory is given.
  const instance = (authOptions: BetterAuthOptions, ...more: readonly unknown[]) => {
    refuseSerialIds(authOptions);
    const schema = createAuthSchema(authOptions, options);
    const orm = openOrm(schema, options, transaction ? "atomic" : "off");
    const manifest = compileManifest(schema);
    const createSchema = templateGenerator(schema, namingOf(options));
    const config: AdapterFactoryConfig = {
      adapterId: "dynamodb",
      adapterName: "DynamoDB Adapter",
      usePlural: options.usePlural ?? false,
      debugLogs: options.debugLogs ?? false,
      supportsNumericIds: false,
      supportsJSON: true,
      supportsArrays: true,
      supportsDates: true,
      supportsBooleans: true,
    };
    const adapterOver = (client: UntypedOrmClient, transaction: AdapterFactoryConfig["transaction"]) => {
      const open: (options: BetterAuthOptions, ...more: readonly unknown[]) => DBAdapter = createAdapterFactory({
        config: { ...config, transaction },
        adapter: (helpers) => ({ ...customAdapter(client, manifest)(helpers), createSchema }),
      });
      return open(authOptions, ...more);
    };
    const atomic: AdapterFactoryConfig["transaction"] = async (run) => {
      try {
        return await orm.transaction((tx) => run(adapterOver(tx, false)), { retries, maxItems });
      } catch (error) {
        throw toOwnError(error);
      }
    };
    return adapterOver(orm, transaction ? atomic : false);
  };
  return withDescription(instance, {
    client,
    ...namingOf(options),
    schema: (authOptions: BetterAuthOptions) => {
      refuseSerialIds(authOptions);
      return createAuthSchema(authOptions, options);
    },
    // For set-up and imports only.
    fields: async (authOptions: BetterAuthOptions) => (await import("./import/auth-fields.ts")).authFields(authOptions),
  });
}

/** A counter that every sign-up increments is a hot item, and a gap-free one needs a lock: neither belongs here. */
function refuseSerialIds(options: BetterAuthOptions): void {
  if (options.advanced?.database?.generateId !== "serial") return;
  throw invalidSchema(
    'DynamoDB has no auto-increment: advanced.database.generateId "serial" is not supported. ' +
      'Leave generateId out for random text ids, use "uuid", or give a function that makes ids.',
  );
}
