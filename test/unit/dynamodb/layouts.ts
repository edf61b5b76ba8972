import {
  belongsTo,
  boolean,
  datetime,
  defineSchema,
  id,
  integer,
  json,
  model,
  number,
  string,
} from "auth-dynamodb";
import { layoutsOf, type ModelLayout, type TableNaming } from "../../../orm/dynamodb/layout/model-layout.ts";
import { compileManifest } from "../../../orm/schema/manifest.ts";

/** A schema with every kind of home and key. */
export const schema = defineSchema({
  user: model({
    table: "users",
    fields: { id: id(), email: string().unique(), name: string().nullable(), age: number().nullable(), active: boolean().nullable(), data: json().nullable() },
  }),
  session: model({
    table: "sessions",
    fields: { id: id(), token: string().unique(), userId: string().references("user.id"), expiresAt: datetime(), note: string().nullable() },
    relations: { user: belongsTo("user", { foreignKey: "userId" }) },
    clusterBy: "token",
    expires: "expiresAt",
  }),
  account: model({
    table: "accounts",
    fields: { id: id(), provider: string(), subject: string(), userId: string().references("user.id"), createdAt: datetime() },
    constraints: { unique: [["provider", "subject"]], indexes: [{ on: ["provider"], orderBy: "createdAt" }] },
    clusterBy: "userId",
  }),
  verification: model({
    table: "verifications",
    fields: { id: id(), identifier: string(), expiresAt: datetime() },
    constraints: { indexes: [{ on: [], orderBy: "expiresAt" }] },
    clusterBy: "identifier",
  }),
  counter: model({ table: "counters", fields: { id: id({ type: "integer" }), value: integer() } }),
});

export function layoutFor(name: keyof typeof schema.models, naming: TableNaming = {}): ModelLayout {
  return layoutsOf(compileManifest(schema), naming).get(name)!;
}
