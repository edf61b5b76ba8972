import { createOrm } from "../../orm/client/create-orm.ts";
import type { OrmClient } from "../../orm/client/types.ts";
import { createDynamodbDriver } from "../../orm/dynamodb/driver.ts";
import type { DynamodbDriverOptions } from "../../orm/dynamodb/driver-options.ts";
import { layoutsOf, type ModelLayout } from "../../orm/dynamodb/layout/model-layout.ts";
import { compileManifest } from "../../orm/schema/compile-manifest.ts";
import { datetime, id, integer, string } from "../../orm/schema/fields.ts";
import { defineSchema, model } from "../../orm/schema/model.ts";

/** Every kind of home and entry, as auth libraries use them. All models share one table: one scan sees everything. */
export const faultSchema = defineSchema({
  /** Lives at its id, with unique and index entries. */
  user: model({
    table: "users",
    fields: {
      id: id(),
      email: string().unique(),
      handle: string().nullable().unique(),
      space: string().default(""),
      name: string().nullable(),
      logins: integer().default(0),
    },
    constraints: { indexes: [["space"]] },
  }),
  /** Lives at its token, expires. */
  session: model({
    table: "sessions",
    fields: {
      id: id(),
      token: string().unique(),
      userId: string().references("user.id"),
      note: string().nullable(),
      expiresAt: datetime(),
    },
    clusterBy: "token",
    expires: "expiresAt",
  }),
  /** Lives with the others of its user. */
  account: model({
    table: "accounts",
    fields: { id: id(), userId: string().references("user.id"), providerId: string(), accountId: string() },
    constraints: { unique: [["providerId", "accountId"]] },
    clusterBy: "userId",
  }),
  /** Lives under an identifier that is not unique, expires, has a model-wide order. */
  token: model({
    table: "tokens",
    fields: { id: id(), identifier: string(), value: string(), expiresAt: datetime() },
    constraints: { indexes: [["identifier"], { on: [], orderBy: "expiresAt" }] },
    clusterBy: "identifier",
    expires: "expiresAt",
  }),
  /** Listed from entries that carry it. */
  note: model({
    table: "notes",
    fields: { id: id(), folder: string(), text: string(), reads: integer().default(0) },
    constraints: { indexes: [{ on: ["folder"], carries: "record" }] },
  }),
  /** One item and no entry. */
  counter: model({ table: "counters", fields: { id: id(), hits: integer().nullable(), note: string().nullable() } }),
});

export type FaultSchema = typeof faultSchema;
export type FaultClient = OrmClient<FaultSchema>;

/** Where the models of the fault schema are, all in one table. */
export function faultLayouts(table: string): Map<string, ModelLayout> {
  return layoutsOf(compileManifest(faultSchema), { table });
}

export type Client = DynamodbDriverOptions["client"];

/** How long a crowd's calls bear contention, in milliseconds: what a test is for is its outcome, not its time. */
export const PATIENT_MS = 240_000;

/** A fresh client of the fault schema, which remembers nothing. */
export function openOrm(client: Client, table: string, options: Partial<DynamodbDriverOptions> = {}): FaultClient {
  const driver = createDynamodbDriver({
    client,
    table,
    transactions: "atomic",
    scans: "refuse",
    logger: { warn: () => undefined },
    ...options,
  });
  return createOrm({ schema: faultSchema, driver });
}
