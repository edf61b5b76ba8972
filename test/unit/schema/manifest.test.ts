import { describe, expect, it } from "vitest";
import { datetime, id, integer, json, string } from "../../../orm/schema/fields.ts";
import { compileManifest } from "../../../orm/schema/manifest.ts";
import { defineSchema, model, tableName, type Model } from "../../../orm/schema/model.ts";
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
        constraints: { unique: [["userId", "code"], ["code"]], indexes: [["at"], { on: [], orderBy: "at" }, ["code"], ["at"]] },
        clusterBy: "userId",
        expires: "at",
      }),
    }).get("account")!;
    expect(account).toMatchObject({ name: "account", table: "accounts", namespace: "auth", expires: { field: "at", after: 0 } });
    expect(account.home).toEqual({ kind: "index", fields: ["userId"] });
    expect(account.uniques).toEqual([{ fields: ["id"] }, { fields: ["code"] }, { fields: ["userId", "code"] }]);
    expect(account.indexes).toEqual([
      { on: ["at"], orderBy: undefined, shards: 1 },
      { on: [], orderBy: "at", shards: 4 },
      { on: ["otherId"], orderBy: undefined, shards: 1 },
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
        relations: { writer: belongsTo("user", { foreignKey: "author" }), owner: belongsTo("user", { foreignKey: "ownerId" }) },
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
    ["a column of the layout", { a: model({ table: "a", fields: { id: id(), _pk: string() } }) }, '"_pk"'],
    ["two fields of one column", { a: model({ table: "a", fields: { ...fields, b: string().map("name") } }) }, '"name"'],
    ["an unknown reference", { a: model({ table: "a", fields: { id: id(), b: string().references("b.id") } }) }, '"b.id"'],
    ["a unique key of json", { a: model({ table: "a", fields, constraints: { unique: [["data"]] } }) }, "json"],
    ["an index of an unknown field", { a: model({ table: "a", fields, constraints: { indexes: [["nope" as "name"]] } }) }, '"nope"'],
    ["an index of nothing", { a: model({ table: "a", fields, constraints: { indexes: [{ on: [] }] } }) }, "no field"],
    ["a home that may be null", { a: model({ table: "a", fields, clusterBy: "opt" }) }, '"opt"'],
    ["an expiry that is no date", { a: model({ table: "a", fields, expires: "name" }) }, "datetime"],
    ["an empty table name", { a: model({ table: "", fields }) }, "table"],
    ["a relation to an unknown model", { a: model({ table: "a", fields, relations: { b: hasMany("b", { foreignKey: "aId" }) } }) }, '"b"'],
    ["a relation over an unknown field", { a: model({ table: "a", fields, relations: { b: belongsTo("a", { foreignKey: "bId" }) } }) }, '"a.bId"'],
    ["a relation with the name of a field", { a: model({ table: "a", fields, relations: { name: belongsTo("a", { foreignKey: "opt" }) } }) }, "field"],
  ])("refuses %s", (_title, models, text) => {
    expect(() => compile(models)).toThrow(ormError("INVALID_SCHEMA", text));
  });

  it("keeps integer ids apart from text ids", () => {
    const models = compile({ a: model({ table: "a", fields: { id: id({ type: "integer" }), size: integer() } }) });
    expect(models.get("a")!.fields.get("id")).toMatchObject({ kind: "id", idType: "integer", generated: undefined });
  });
});
