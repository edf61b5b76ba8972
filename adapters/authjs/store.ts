import type {
  AdapterAccount,
  AdapterAuthenticator,
  AdapterSession,
  AdapterUser,
  VerificationToken,
} from "@auth/core/adapters";
import { createOrm } from "../../orm/client/create-orm.ts";
import type { UntypedOrmClient } from "../../orm/client/untyped.ts";
import { createDynamodbDriver } from "../../orm/dynamodb/driver.ts";
import { OrmError } from "../../orm/errors.ts";
import { compileManifest, type Manifest } from "../../orm/schema/manifest.ts";
import type { Schema } from "../../orm/schema/model.ts";
import { createAuthJsSchema } from "./auth-js-schema.ts";
import { AuthRecords } from "./auth-records.ts";
import type { DynamoDBAdapterOptions } from "./options.ts";

/** Auth.js's models over one ORM client. */
export interface AuthStore {
  readonly orm: UntypedOrmClient;
  readonly manifest: Manifest;
  readonly users: AuthRecords<AdapterUser>;
  readonly accounts: AuthRecords<AdapterAccount>;
  readonly sessions: AuthRecords<AdapterSession>;
  readonly verificationTokens: AuthRecords<VerificationToken>;
  readonly authenticators: AuthRecords<AdapterAuthenticator>;
}

/**
 * Opens the storage that the adapter's options name. Nothing is read or written yet. The
 * application's own fields are known at run time only: from the options, or from a schema made of them.
 */
export function openStore(options: DynamoDBAdapterOptions, schema: Schema = createAuthJsSchema(options)): AuthStore {
  const { client, table, tables, tablePrefix, consistency, scans, onRequest, logger } = options;
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
      transactions: "atomic",
    }),
  });
  const manifest = compileManifest(schema);
  const records = <T extends object>(name: string) => new AuthRecords<T>(orm, manifest.models.get(name)!);
  return {
    orm,
    manifest,
    users: records("user"),
    accounts: records("account"),
    sessions: records("session"),
    verificationTokens: records("verificationToken"),
    authenticators: records("authenticator"),
  };
}

/** The error of an update whose record does not exist: the contract has no other answer. */
export function notFound(model: string, field: string): OrmError {
  return new OrmError({
    code: "INVALID_VALUE",
    message: `There is no "${model}" with this "${field}" to update. Nothing was created.`,
    backendKind: "dynamodb",
    meta: { model, target: [field] },
  });
}
