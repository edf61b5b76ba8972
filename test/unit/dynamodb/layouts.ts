import { belongsTo, boolean, datetime, defineSchema, id, integer, json, model, number, string } from "auth-dynamodb";
import { expiryOf } from "../../../orm/dynamodb/layout/expiry.ts";
import { layoutsOf, type ModelLayout, type TableNaming } from "../../../orm/dynamodb/layout/model-layout.ts";
import { placesOf } from "../../../orm/dynamodb/layout/place-items.ts";
import { readRecord, type StoredRecord } from "../../../orm/dynamodb/layout/stored-record.ts";
import { compileManifest } from "../../../orm/schema/compile-manifest.ts";
import { completeRecord, type RecordValues } from "../../../orm/values/normalize.ts";

/** A schema with every kind of home and key. */
export const schema = defineSchema({
  user: model({
    table: "users",
    fields: {
      id: id(),
      email: string().unique(),
      name: string().nullable(),
      age: number().nullable(),
      active: boolean().nullable(),
      data: json().nullable(),
    },
  }),
  session: model({
    table: "sessions",
    fields: {
      id: id(),
      token: string().unique(),
      userId: string().references("user.id"),
      expiresAt: datetime(),
      note: string().nullable(),
    },
    relations: { user: belongsTo("user", { foreignKey: "userId" }) },
    clusterBy: "token",
    expires: "expiresAt",
  }),
  account: model({
    table: "accounts",
    fields: {
      id: id(),
      provider: string(),
      subject: string(),
      userId: string().references("user.id"),
      createdAt: datetime(),
    },
    constraints: { unique: [["provider", "subject"]], indexes: [{ on: ["provider"], orderBy: "createdAt" }] },
    clusterBy: "userId",
  }),
  verification: model({
    table: "verifications",
    fields: { id: id(), identifier: string(), expiresAt: datetime() },
    constraints: { indexes: [{ on: [], orderBy: "expiresAt" }] },
    clusterBy: "identifier",
  }),
  grant: model({
    table: "grants",
    fields: { id: id(), userId: string(), domain: string(), role: string() },
    constraints: { indexes: [["userId"], ["role"], { on: ["domain"], orderBy: "userId" }, ["domain", "role"]] },
  }),
  counter: model({ table: "counters", fields: { id: id({ type: "integer" }), value: integer() } }),
});

export function layoutFor(name: keyof typeof schema.models, naming: TableNaming = {}): ModelLayout {
  return layoutsOf(compileManifest(schema), naming).get(name)!;
}

type Name = keyof typeof schema.models;

/** When the stored records of these tests are written. */
export const NOW = Date.parse("2029-12-31T00:00:00.000Z");

/** The places of a new record. */
export function places(name: Name, data: RecordValues) {
  const layout = layoutFor(name);
  const values = completeRecord(layout.model, data, () => "generated");
  return placesOf(layout, values, { born: "w1", expiry: expiryOf(layout, values, NOW) });
}

/** A record as it is read from its home. */
export function stored(name: Name, data: RecordValues): StoredRecord {
  const item = places(name, data)[0]!.item;
  return readRecord(layoutFor(name), { ...item, _v: { N: "3" }, _w: { S: "w1" } })!;
}
