import type {
  AdapterAccount,
  AdapterAuthenticator,
  AdapterSession,
  AdapterUser,
  VerificationToken,
} from "@auth/core/adapters";
import type { UntypedOrmClient } from "../../orm/client/untyped.ts";
import { OrmError } from "../../orm/errors.ts";
import { compileManifest } from "../../orm/schema/compile-manifest.ts";
import type { Manifest } from "../../orm/schema/manifest.ts";
import type { Schema } from "../../orm/schema/model.ts";
import { openOrm } from "../open-orm.ts";
import { createAuthJsSchema } from "./auth-js-schema.ts";
import { AuthRecords } from "./auth-records.ts";
import type { AuthJsAdapterOptions } from "./options.ts";
import { knownModel } from "../../orm/schema/known.ts";

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
export function openStore(options: AuthJsAdapterOptions, schema: Schema = createAuthJsSchema(options)): AuthStore {
  const orm = openOrm(schema, options, "atomic");
  const manifest = compileManifest(schema);
  const records = <T extends object>(name: string) => new AuthRecords<T>(orm, knownModel(manifest, name));
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
