import type { BetterAuthOptions } from "better-auth";
import {
  createAdapterFactory,
  type AdapterFactoryConfig,
  type DBAdapterInstance,
} from "better-auth/adapters";
import { createOrm } from "../../orm/client/create-orm.ts";
import type { UntypedOrmClient } from "../../orm/client/untyped.ts";
import { createDynamodbDriver } from "../../orm/dynamodb/driver.ts";
import { invalidSchema, isOrmError } from "../../orm/errors.ts";
import { compileManifest } from "../../orm/schema/manifest.ts";
import { withDescription } from "../description.ts";
import { createAuthSchema } from "./auth-schema.ts";
import { createSchemaWith } from "./create-schema.ts";
import { customAdapter } from "./custom-adapter.ts";
import type { DynamodbAdapterOptions } from "./options.ts";

const DEFAULT_RETRIES = 5;

/**
 * Better Auth's database on DynamoDB.
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
export function dynamodbAdapter(options: DynamodbAdapterOptions): DBAdapterInstance {
  const { client, table, tables, tablePrefix, consistency, scans, onRequest, logger, transaction = true } = options;
  const retries = typeof transaction === "object" ? (transaction.retries ?? DEFAULT_RETRIES) : DEFAULT_RETRIES;
  const instance = (authOptions: BetterAuthOptions) => {
    refuseSerialIds(authOptions);
    const schema = createAuthSchema(authOptions, options);
    const orm: UntypedOrmClient = createOrm({
      schema,
      driver: createDynamodbDriver({
        client,
        table,
        tables,
        tablePrefix,
        consistency,
        scans,
        onRequest,
        logger,
        transactions: transaction ? "atomic" : "off",
      }),
    });
    const manifest = compileManifest(schema);
    const createSchema = createSchemaWith(schema, { table, tables, tablePrefix });
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
    const adapterOver = (client: UntypedOrmClient, transaction: AdapterFactoryConfig["transaction"]) =>
      createAdapterFactory({
        config: { ...config, transaction },
        adapter: (helpers) => ({ ...customAdapter(client, manifest)(helpers), createSchema }),
      })(authOptions);
    const atomic: AdapterFactoryConfig["transaction"] = async (run) => {
      try {
        return await orm.transaction((tx) => run(adapterOver(tx, false)), { retries });
      } catch (error) {
        if (!isOrmError(error, "TRANSACTION_TOO_LARGE")) throw error;
        // Nothing was sent. A user with hundreds of sessions must be able to change the password.
        return run(adapterOver(orm, false));
      }
    };
    return adapterOver(orm, transaction ? atomic : false);
  };
  return withDescription(instance, {
    client,
    table,
    tables,
    tablePrefix,
    schema: (authOptions) => createAuthSchema(authOptions as BetterAuthOptions, options),
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

