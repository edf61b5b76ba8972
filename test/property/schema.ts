import {
  belongsTo,
  bigint,
  boolean,
  datetime,
  decimal,
  defineSchema,
  enumeration,
  hasMany,
  hasOne,
  id,
  integer,
  json,
  manyToMany,
  model,
  number,
  string,
} from "auth-dynamodb";
import { compileManifest } from "../../orm/schema/compile-manifest.ts";

/** Every kind of field, key, home, index and relation, on values that collide often. */
export const propertySchema = defineSchema({
  user: model({
    table: "users",
    fields: {
      id: id(),
      email: string().unique(),
      handle: string().nullable().unique(),
      name: string().nullable().map("display_name"),
      age: integer().nullable(),
      role: enumeration(["admin", "member", "guest"]),
      active: boolean().nullable(),
      score: number().nullable(),
      balance: decimal().nullable(),
      big: bigint().nullable(),
      data: json().nullable(),
      bornAt: datetime().nullable(),
      team: string(),
      slot: integer().nullable(),
    },
    relations: {
      sessions: hasMany("session", { foreignKey: "userId" }),
      accounts: hasMany("account", { foreignKey: "userId" }),
      profile: hasOne("profile", { foreignKey: "userId" }),
      badge: hasOne("badge", { foreignKey: "userId" }),
      tags: manyToMany("tag", { through: "tagging", from: "userId", to: "tagId" }),
    },
    constraints: {
      unique: [["team", "slot"]],
      indexes: [
        ["role", "active"],
        ["team"],
        { on: ["team"], orderBy: "bornAt", carries: "record" },
        { on: ["team"], orderBy: "name" },
        { on: ["role"], orderBy: "balance" },
        { on: [], orderBy: "name" },
        { on: [], orderBy: "age", shards: 2, carries: "record" },
      ],
    },
  }),
  session: model({
    table: "sessions",
    fields: {
      id: id(),
      token: string().unique(),
      userId: string().references("user.id"),
      note: string().nullable(),
      uses: integer().nullable(),
      expiresAt: datetime(),
    },
    relations: { user: belongsTo("user", { foreignKey: "userId" }) },
    constraints: {
      indexes: [
        { on: [], orderBy: "expiresAt" },
        { on: ["userId"], orderBy: "expiresAt" },
      ],
    },
    clusterBy: "token",
    expires: "expiresAt",
  }),
  account: model({
    table: "accounts",
    fields: {
      id: id(),
      userId: string().references("user.id"),
      provider: string(),
      accountId: string().nullable(),
      count: integer().nullable(),
    },
    relations: { user: belongsTo("user", { foreignKey: "userId" }) },
    constraints: { unique: [["provider", "accountId"]] },
    clusterBy: "userId",
  }),
  profile: model({
    table: "profiles",
    fields: { id: id(), userId: string().unique().references("user.id"), bio: string().nullable() },
    relations: { user: belongsTo("user", { foreignKey: "userId" }) },
  }),
  badge: model({
    table: "badges",
    fields: {
      id: id(),
      userId: string().nullable().references("user.id", { index: false }),
      email: string().nullable().references("user.email"),
      until: datetime().nullable(),
    },
    relations: { owner: belongsTo("user", { foreignKey: "email" }) },
    clusterBy: ["id"],
    expires: "until",
  }),
  tag: model({
    table: "tags",
    fields: { id: id(), label: string().unique(), weight: integer().nullable() },
    relations: { users: manyToMany("user", { through: "tagging", from: "tagId", to: "userId" }) },
  }),
  tagging: model({
    table: "taggings",
    fields: { id: id(), userId: string().references("user.id"), tagId: string().references("tag.id") },
    constraints: { unique: [["userId", "tagId"]] },
    clusterBy: ["userId", "tagId"],
  }),
  counter: model({
    table: "counters",
    fields: {
      id: id({ type: "integer" }),
      name: string().nullable(),
      hits: integer().nullable(),
      total: number().nullable(),
      resetAt: integer().nullable(),
    },
    constraints: {
      indexes: [
        { on: ["name"], orderBy: "hits" },
        { on: ["name"], orderBy: "id" },
      ],
    },
    expires: { field: "resetAt", after: 60 },
  }),
});

export const manifest = compileManifest(propertySchema);

export type PropertyModel = keyof typeof propertySchema.models;

/** Models that one run of a test is about: few, so that their operations meet. */
export const GROUPS: readonly (readonly PropertyModel[])[] = [
  ["user"],
  ["session"],
  ["account"],
  ["counter"],
  ["tag"],
  ["badge"],
  ["user", "session"],
  ["user", "account", "profile"],
  ["user", "badge"],
  ["user", "tag", "tagging"],
];

/** Two tables, each shared by several models. */
export const TABLES = {
  user: "first",
  session: "first",
  account: "first",
  counter: "first",
  profile: "second",
  badge: "second",
  tag: "second",
  tagging: "second",
} as const satisfies Record<PropertyModel, string>;
