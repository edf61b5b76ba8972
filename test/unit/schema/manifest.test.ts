import { describe, expect, it } from "vitest";
import { datetime, enumeration, id, integer, json, string } from "../../../orm/schema/fields.ts";
import { compileManifest } from "../../../orm/schema/compile-manifest.ts";
import { defineSchema, model, tableName, type FieldMap, type Model } from "../../../orm/schema/model.ts";
import { belongsTo, hasMany, hasOne, manyToMany } from "../../../orm/schema/relations.ts";
import { ormError } from "../support.ts";

const compile = (models: Record<string, Model>) => compileManifest(defineSchema(models)).models;

describe("compileManifest", () => {
  it("resolves keys, home, indexes and names", () => {
    const account = compile({
      user: model({ table: "users", fields: { id: id() } }),
      account: model({
        table: tableName("accounts", { schema: "auth" }),
        fields: {
          id: id(),
          userId: string().references("user.id"),
          otherId: string().references("user.id"),
          plainId: string().references("user.id", { index: false }),
          code: string().unique().map("account_code"),
          at: datetime(),
        },
        constraints: {
          unique: [["userId", "code"], ["code"]],
          indexes: [["at"], { on: [], orderBy: "at" }, ["code"], ["at"]],
        },
        clusterBy: "userId",
        expires: "at",
      }),
    }).get("account")!;
    expect(account).toMatchObject({
      name: "account",
      table: "accounts",
      namespace: "auth",
      expires: { field: "at", after: 0 },
    });
    expect(account.home).toEqual({ kind: "index", fields: ["userId"] });
    expect(account.uniques).toEqual([{ fields: ["id"] }, { fields: ["code"] }, { fields: ["userId", "code"] }]);
    expect(account.indexes).toEqual([
      { on: ["at"], orderBy: undefined, shards: 1, carries: false },
      { on: [], orderBy: "at", shards: 4, carries: false },
      { on: ["otherId"], orderBy: undefined, shards: 1, carries: false },
    ]);
    expect(account.fields.get("code")).toMatchObject({ column: "account_code", unique: true });
  });

  it("resolves relations to the fields that they compare", () => {
    const models = compile({
      user: model({
        table: "users",
        fields: { id: id(), email: string().unique() },
        relations: {
          posts: hasMany("post", { foreignKey: "author" }),
          latest: hasOne("post", { foreignKey: "ownerId" }),
          groups: manyToMany("group", { through: "member", from: "userId", to: "groupName" }),
        },
      }),
      post: model({
        table: "posts",
        fields: { id: id(), author: string().references("user.email"), ownerId: string() },
        relations: {
          writer: belongsTo("user", { foreignKey: "author" }),
          owner: belongsTo("user", { foreignKey: "ownerId" }),
        },
      }),
      group: model({ table: "groups", fields: { id: id(), name: string().unique() } }),
      member: model({
        table: "members",
        fields: { id: id(), userId: string().references("user.id"), groupName: string().references("group.name") },
      }),
    });
    const relation = (name: string, of: string) => models.get(of)!.relations.get(name);
    expect(relation("posts", "user")).toMatchObject({ kind: "many", target: "post", from: "email", to: "author" });
    expect(relation("latest", "user")).toMatchObject({ kind: "one", target: "post", from: "id", to: "ownerId" });
    expect(relation("writer", "post")).toMatchObject({ kind: "one", target: "user", from: "author", to: "email" });
    expect(relation("owner", "post")).toMatchObject({ kind: "one", target: "user", from: "ownerId", to: "id" });
    expect(relation("groups", "user")).toMatchObject({
      kind: "many",
      target: "group",
      from: "id",
      to: "userId",
      through: { model: "member", from: "groupName", to: "name" },
    });
  });

  const fields = { id: id(), name: string(), data: json(), opt: string().nullable() };
  it.each<[string, Record<string, Model>, string]>([
    ["a model without an id", { a: model({ table: "a", fields: { name: string() } }) }, '"id"'],
    ["an id that is no id", { a: model({ table: "a", fields: { id: string() } }) }, '"id"'],
    ["a model name with a separator", { "a|b": model({ table: "a", fields }) }, '"a|b"'],
    ["a column without a name", { a: model({ table: "a", fields: { id: id(), b: string().map("") } }) }, '"b"'],
    [
      "two fields of one column",
      { a: model({ table: "a", fields: { ...fields, b: string().map("name") } }) },
      '"name"',
    ],
    [
      "an unknown reference",
      { a: model({ table: "a", fields: { id: id(), b: string().references("b.id") } }) },
      '"b.id"',
    ],
    ["a unique key of json", { a: model({ table: "a", fields, constraints: { unique: [["data"]] } }) }, "json"],
    [
      "an index of an unknown field",
      { a: model({ table: "a", fields, constraints: { indexes: [["nope" as "name"]] } }) },
      '"nope"',
    ],
    ["an index of nothing", { a: model({ table: "a", fields, constraints: { indexes: [{ on: [] }] } }) }, "no field"],
    ["a home that may be null", { a: model({ table: "a", fields, clusterBy: "opt" }) }, '"opt"'],
    [
      "an order of a home where each record lives alone",
      { a: model({ table: "a", fields, clusterBy: { on: "id", orderBy: "name" } }) },
      '"name"',
    ],
    [
      "an unknown order of a home",
      { a: model({ table: "a", fields, clusterBy: { on: "name", orderBy: "nope" as "name" } }) },
      '"nope"',
    ],
    [
      "an order of a home by its own field",
      { a: model({ table: "a", fields, clusterBy: { on: "name", orderBy: "name" } }) },
      "twice",
    ],
    ["an expiry that is no date", { a: model({ table: "a", fields, expires: "name" }) }, "datetime"],
    ["an empty table name", { a: model({ table: "", fields }) }, "table"],
    [
      "a relation to an unknown model",
      { a: model({ table: "a", fields, relations: { b: hasMany("b", { foreignKey: "aId" }) } }) },
      '"b"',
    ],
    [
      "a relation over an unknown field",
      { a: model({ table: "a", fields, relations: { b: belongsTo("a", { foreignKey: "bId" }) } }) },
      '"a.bId"',
    ],
    [
      "a relation with the name of a field",
      { a: model({ table: "a", fields, relations: { name: belongsTo("a", { foreignKey: "opt" }) } }) },
      "field",
    ],
  ])("refuses %s", (_title, models, text) => {
    expect(() => compile(models)).toThrow(ormError("INVALID_SCHEMA", text));
  });

  it("keeps integer ids apart from text ids", () => {
    const models = compile({ a: model({ table: "a", fields: { id: id({ type: "integer" }), size: integer() } }) });
    expect(models.get("a")!.fields.get("id")).toMatchObject({ kind: "id", idType: "integer", generated: undefined });
  });
});

describe("fields that no record could hold", () => {
  it.each<[string, FieldMap, string]>([
    ["a default of another type", { a: string().default(1 as never) }, "default"],
    ["a default that is none of the texts", { a: enumeration(["x", "y"]).default("z" as never) }, "default"],
    ["a default that the store cannot hold", { a: integer().default(1.5) }, "default"],
    ["null where it may not stand", { a: string().default(null as never) }, "nullable"],
    ["a text twice", { a: enumeration(["x", "y", "x"]) }, "twice"],
    ["no text at all", { a: enumeration([] as never) }, "one text or more"],
  ])("are refused: %s", (_title, fields, problem) => {
    const refusal = expect.objectContaining({ code: "INVALID_SCHEMA", meta: { model: "m", target: ["a"] } }) as Error;
    const define = () => compile({ m: model({ table: "m", fields: { id: id(), ...fields } }) });
    expect(define).toThrow(refusal);
    expect(define).toThrow(problem);
  });

  it("are taken where their defaults fit", () => {
    const fields = {
      a: string().nullable().default(null),
      b: enumeration(["x", "y"]).default("y"),
      c: json().default({ d: [1] }),
      e: string().default(() => "made"),
      f: datetime().defaultNow(),
    };
    expect(() => compile({ m: model({ table: "m", fields: { id: id(), ...fields } }) })).not.toThrow();
  });

  it("are refused as an empty unique key", () => {
    const constraints = { unique: [[]] } as never;
    expect(() => compile({ m: model({ table: "m", fields: { id: id() }, constraints }) })).toThrow(
      ormError("INVALID_SCHEMA", "names no field"),
    );
  });
});

describe("references that are enforced", () => {
  const compile = (fields: FieldMap, others: Record<string, Model> = {}) =>
    compileManifest(
      defineSchema({
        user: model({
          table: "users",
          fields: { id: id(), email: string().unique(), name: string(), age: integer().unique(), at: string() },
          constraints: { unique: [["at"], ["name", "at"]] },
        }),
        post: model({ table: "posts", fields: { id: id(), ...fields } }),
        ...others,
      }),
    );

  it.each([
    ["a field that is not unique", string().references("user.name", { onDelete: "cascade" }), "not unique"],
    ["another kind of values", integer().references("user.id", { onDelete: "cascade" }), "another kind"],
    ["another kind of values", string().references("user.age", { onDelete: "restrict" }), "another kind"],
    ["null that may not stand", string().references("user.id", { onDelete: "set null" }), "nullable()"],
    ["no default", string().references("user.id", { onDelete: "set default" }), "default()"],
    ["no such action", string().references("user.id", { onDelete: "explode" as "cascade" }), "onDelete"],
  ])("refuses %s", (_, field, problem) => {
    const refusal = expect.objectContaining({
      code: "INVALID_SCHEMA",
      message: expect.stringContaining(problem) as string,
      meta: { model: "post", target: ["ref"] },
    }) as Error;
    expect(() => compile({ ref: field })).toThrow(refusal);
  });

  it("takes any one-field key, nullable where that is needed", () => {
    const manifest = compile({
      a: string().references("user.id", { onDelete: "cascade" }),
      b: string().nullable().references("user.email", { onDelete: "set null" }),
      c: string().references("user.at", { onDelete: "restrict" }),
      d: integer().default(1).references("user.age", { onDelete: "set default" }),
      e: string().nullable().references("post.id", { onDelete: "set default" }),
      f: string().references("user.name"),
    });
    expect(manifest.models.get("user")!.referrers).toEqual([
      { model: "post", field: "a", to: "id", onDelete: "cascade" },
      { model: "post", field: "b", to: "email", onDelete: "set null" },
      { model: "post", field: "c", to: "at", onDelete: "restrict" },
      { model: "post", field: "d", to: "age", onDelete: "set default" },
    ]);
    expect(manifest.models.get("post")!.referrers).toEqual([
      { model: "post", field: "e", to: "id", onDelete: "set default" },
    ]);
  });
});
