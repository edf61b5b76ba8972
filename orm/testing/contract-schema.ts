import { createOrm } from "../client/create-orm.ts";
import type { OrmClient } from "../client/types.ts";
import type { OrmDriver } from "../driver.ts";
import {
  bigint,
  boolean,
  datetime,
  decimal,
  enumeration,
  id,
  integer,
  json,
  number,
  string,
} from "../schema/fields.ts";
import { defineSchema, model } from "../schema/model.ts";
import { belongsTo, hasMany, hasOne, manyToMany } from "../schema/relations.ts";
import { referenceModels } from "./reference-models.ts";

/** Every kind of key, home, index and relation that a driver has to serve. */
export const contractSchema = defineSchema({
  user: model({
    table: "contract_users",
    fields: {
      id: id(),
      email: string().unique(),
      handle: string().nullable().unique(),
      name: string().nullable(),
      age: integer().nullable(),
      role: enumeration(["admin", "member", "guest"]).default("member"),
      active: boolean().default(true),
      space: string().default(""),
      createdAt: datetime().defaultNow(),
    },
    relations: {
      sessions: hasMany("session", { foreignKey: "userId" }),
      accounts: hasMany("account", { foreignKey: "userId" }),
      profile: hasOne("profile", { foreignKey: "userId" }),
      badge: hasOne("badge", { foreignKey: "userId" }),
      tags: manyToMany("tag", { through: "tagging", from: "userId", to: "tagId" }),
    },
    constraints: {
      indexes: [["space"], { on: ["space"], orderBy: "createdAt" }, { on: ["space"], orderBy: "age" }],
    },
  }),
  session: model({
    table: "contract_sessions",
    fields: {
      id: id(),
      token: string().unique(),
      userId: string().references("user.id"),
      note: string().nullable(),
      createdAt: datetime().defaultNow(),
    },
    relations: { user: belongsTo("user", { foreignKey: "userId" }) },
    clusterBy: "token",
  }),
  account: model({
    table: "contract_accounts",
    fields: {
      id: id(),
      userId: string().references("user.id"),
      providerId: string(),
      accountId: string().nullable(),
    },
    relations: { user: belongsTo("user", { foreignKey: "userId" }) },
    constraints: { unique: [["providerId", "accountId"]] },
    clusterBy: "userId",
  }),
  profile: model({
    table: "contract_profiles",
    fields: { id: id(), userId: string().unique().references("user.id"), bio: string() },
    relations: { user: belongsTo("user", { foreignKey: "userId" }) },
  }),
  badge: model({
    table: "contract_badges",
    fields: { id: id(), userId: string().references("user.id"), label: string() },
  }),
  invite: model({
    table: "contract_invites",
    fields: { id: id(), email: string().nullable().references("user.email", { index: false }) },
    relations: { user: belongsTo("user", { foreignKey: "email" }) },
  }),
  tag: model({
    table: "contract_tags",
    fields: { id: id(), label: string().unique(), weight: integer().default(0) },
    relations: { users: manyToMany("user", { through: "tagging", from: "tagId", to: "userId" }) },
  }),
  tagging: model({
    table: "contract_taggings",
    fields: { id: id(), userId: string().references("user.id"), tagId: string().references("tag.id") },
  }),
  sample: model({
    table: "contract_samples",
    fields: {
      id: id(),
      space: string().default(""),
      text: string().nullable().map("text_column"),
      flag: boolean().nullable(),
      moment: datetime().nullable(),
      whole: integer().nullable(),
      real: number().nullable(),
      big: bigint().nullable(),
      exact: decimal().nullable(),
      data: json().nullable(),
      choice: enumeration(["one", "two"]).nullable(),
    },
    constraints: { indexes: [["space"], { on: ["space"], orderBy: "moment" }, { on: ["space"], orderBy: "text" }] },
  }),
  counter: model({
    table: "contract_counters",
    fields: {
      id: id({ type: "integer" }),
      name: string().nullable(),
      hits: integer().nullable(),
      total: number().default(0),
    },
  }),
  ...referenceModels,
});

export type ContractSchema = typeof contractSchema;

export type ContractClient = OrmClient<ContractSchema>;

/** What the tests of a contract run on. The client is there once the suite's preparation is done. */
export interface ContractContext {
  readonly driver: OrmDriver;
  readonly orm: ContractClient;
}

/** What a backend, not its driver, cannot do: the tests that need it are left out. */
export interface BackendLimits {
  /** False where the backend drops the key `__proto__` in json, as some emulators do. */
  readonly protoKeys?: boolean;
  /** False where the backend cannot validate what a transaction has read, though its driver does on others. */
  readonly serializable?: boolean;
}

export function contractContext(driver: OrmDriver): ContractContext {
  return { driver, orm: createOrm({ schema: contractSchema, driver }) };
}

let made = 0;
const run = Math.random().toString(36).slice(2, 8);

/** Text that no other test uses: tests share their tables. */
export function fresh(prefix: string): string {
  made += 1;
  return `${prefix}-${run}-${String(made).padStart(5, "0")}`;
}

let numbers = Math.floor(Math.random() * 1e9) * 1000;

/** An integer id that no other test uses. */
export function freshNumber(): number {
  numbers += 1;
  return numbers;
}

/** Runs a task `times` times at once. */
export function concurrently<T>(times: number, task: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => task(index)));
}

/** The error that a promise rejects with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("Expected a rejection.");
}
