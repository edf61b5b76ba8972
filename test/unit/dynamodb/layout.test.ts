import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { difference, type Change } from "../../../orm/dynamodb/layout/difference.ts";
import { textOf } from "../../../orm/dynamodb/layout/stored-record.ts";
import { isFromWrite } from "../../../orm/dynamodb/layout/write-ids.ts";
import { completeRecord } from "../../../orm/values/normalize.ts";
import { layoutFor, NOW, places, stored } from "./layouts.ts";

const expiresAt = new Date("2030-01-01T00:00:00.500Z");

const session = { id: "s1", token: "secret#|>", userId: "u1", expiresAt, note: null };
const account = { id: "a1", provider: "google", subject: "1", userId: "u1", createdAt: expiresAt };

const hash = (...values: string[]) => createHash("sha256").update(JSON.stringify(values)).digest("base64url");

describe("places", () => {
  it("of a record that lives at a token", () => {
    const home = { _pk: `session|token|${hash("secret#|>")}`, _sk: "#" };
    expect(places("session", session).map(({ kind, key }) => ({ kind, ...key }))).toEqual([
      { kind: "record", ...home },
      { kind: "unique", _pk: "session|id|s1", _sk: "#" },
      { kind: "index", _pk: `session|userId|${hash("u1")}`, _sk: "s1" },
    ]);
    const [record, unique] = places("session", session);
    expect(record!.item).toEqual({
      _pk: { S: home._pk },
      _sk: { S: "#" },
      _kind: { S: "record" },
      _model: { S: "session" },
      _born: { S: "w1" },
      _ttl: { N: "1893456001" },
      // A day and a second to live, so the entries stay as long again.
      _ettl: { N: "1893542402" },
      id: { S: "s1" },
      token: { S: "secret#|>" },
      userId: { S: "u1" },
      expiresAt: { S: "2030-01-01T00:00:00.500Z" },
      note: { NULL: true },
    });
    expect(unique!.item).toMatchObject({
      _kind: { S: "unique" },
      _ref: { M: { _pk: { S: home._pk }, _sk: { S: "#" } } },
      _ttl: { N: "1893542402" },
      id: { S: "s1" },
      userId: { S: "u1" },
    });
    // All that places the record: enough to remove it with all its items.
    expect(unique!.item).toHaveProperty("token");
  });

  it("of a record that lives with others", () => {
    expect(places("account", account).map(({ key }) => key)).toEqual([
      { _pk: `account|userId|${hash("u1")}`, _sk: "a1" },
      { _pk: "account|id|a1", _sk: "#" },
      { _pk: `account|provider+subject|${hash("google", "1")}`, _sk: "#" },
      { _pk: `account|provider>createdAt|${hash("google")}`, _sk: "2030-01-01T00:00:00.500Z|a1" },
    ]);
  });

  it("in a model-wide order are spread by id", () => {
    const partitions = new Set(
      Array.from(
        { length: 40 },
        (_, n) => places("verification", { id: `v${n}`, identifier: "i", expiresAt })[2]!.key._pk,
      ),
    );
    expect([...partitions].sort()).toEqual([0, 1, 2, 3].map((shard) => `verification|>expiresAt|${shard}`));
  });

  it("have keys of one length, whatever the value", () => {
    const lengths = ["a", "x".repeat(2100), "#|>"].map(
      (email) => places("user", { id: "1", email })[1]!.key._pk.length,
    );
    expect(new Set(lengths).size).toBe(1);
  });
});

describe("the difference", () => {
  const stamp = { id: "w2", now: NOW };
  const writesOf = (...changes: Change[]) =>
    difference(changes, stamp).map(
      ({ kind, action, guard, key }) => `${action} ${kind} ${guard.type} ${key._pk.split("|").slice(0, 2).join("|")}`,
    );

  it("creates every place, guarded where it is unique", () => {
    const after = completeRecord(layoutFor("session").model, session, () => "");
    expect(writesOf({ layout: layoutFor("session"), before: undefined, after })).toEqual([
      "put record absent session|token",
      "put unique absent session|id",
      "put index none session|userId",
    ]);
  });

  it("tells records that one write makes apart: an entry says by its record's birth whose it is", () => {
    const layout = layoutFor("user");
    const make = (id: string): Change => ({
      layout,
      before: undefined,
      after: completeRecord(layout.model, { id, email: id }, () => ""),
    });
    const writes = difference([make("1"), make("2")], stamp);
    const born = writes.map((write) => write.action === "put" && textOf(write.item, "_born"));
    expect(born).toEqual(["w2", "w2", "w2/1", "w2/1"]);
    expect(writes.every((write) => write.action === "put" && isFromWrite(write.item, "w2"))).toBe(true);
  });

  it("changes only the record where no key changes", () => {
    const before = stored("session", session);
    const [write] = difference([{ layout: before.layout, before, after: { ...before.values, note: "x" } }], stamp);
    expect(write).toMatchObject({
      action: "update",
      guard: { type: "record", version: 3, born: "w1" },
      set: { _w: { S: "w2" }, note: { S: "x" } },
      remove: [],
    });
    // A record without a map of marks is given one.
    expect(Object.keys((write as { set: object }).set).sort()).toEqual(["_marks", "_w", "note"]);
    expect(difference([{ layout: before.layout, before, after: { ...before.values, note: "x" } }], stamp)).toHaveLength(
      1,
    );
  });

  it("depends on what places the record, and on the fields that it is told", () => {
    const before = stored("session", session);
    const change = { layout: before.layout, before, after: undefined, depends: new Set(["note"]) };
    const [home] = difference([change], stamp).filter(({ kind }) => kind === "record");
    expect(home?.guard).toMatchObject({ type: "record", born: "w1", version: undefined });
    const same = (home?.guard as { same: object }).same;
    expect(Object.keys(same).sort()).toEqual(["_ettl", "id", "note", "token", "userId"]);
  });

  it("depends on the whole of a record that moves: it is copied", () => {
    const before = stored("session", session);
    const after = { ...before.values, token: "other" };
    const writes = difference([{ layout: before.layout, before, after, depends: new Set<string>() }], stamp);
    expect(writes.find(({ action, kind }) => action === "delete" && kind === "record")?.guard).toMatchObject({
      version: 3,
    });
  });

  it("writes the fields that it is told, also where they hold the value already", () => {
    const before = stored("session", session);
    const after = { ...before.values, note: "x" };
    const [write] = difference([{ layout: before.layout, before, after, sets: ["note", "userId"] }], stamp);
    expect(Object.keys((write as { set: object }).set)).toContain("userId");
  });

  it("moves an entry with its value", () => {
    const before = stored("user", { id: "1", email: "old" });
    expect(writesOf({ layout: before.layout, before, after: { ...before.values, email: "new" } })).toEqual([
      "update record record user|id",
      "put unique absent user|email",
      "delete unique ownedOrAbsent user|email",
    ]);
  });

  it("moves the record with its home, and turns its entries", () => {
    const before = stored("session", session);
    expect(writesOf({ layout: before.layout, before, after: { ...before.values, token: "other" } })).toEqual([
      "put record absent session|token",
      "put unique ownedOrAbsent session|id",
      "put index none session|userId",
      "delete record record session|token",
    ]);
  });

  it("rewrites entries only for an expiry that would outlive them", () => {
    const before = stored("session", session);
    const extended = (ms: number) => ({ ...before.values, expiresAt: new Date(expiresAt.getTime() + ms) });
    expect(writesOf({ layout: before.layout, before, after: extended(3_600_000) })).toEqual([
      "update record record session|token",
    ]);
    expect(writesOf({ layout: before.layout, before, after: extended(7 * 86_400_000) })).toHaveLength(3);
  });

  it("hands a value from one record to another", () => {
    const [a, b] = [stored("user", { id: "1", email: "a" }), stored("user", { id: "2", email: "b" })];
    expect(
      writesOf(
        { layout: a.layout, before: a, after: { ...a.values, email: "b" } },
        { layout: b.layout, before: b, after: { ...b.values, email: "a" } },
      ),
    ).toEqual([
      "update record record user|id",
      "put unique ownedOrAbsent user|email",
      "update record record user|id",
      "put unique ownedOrAbsent user|email",
    ]);
  });

  it("refuses two records with one unique value", () => {
    const layout = layoutFor("user");
    const make = (id: string) => ({
      layout,
      before: undefined,
      after: completeRecord(layout.model, { id, email: "same" }, () => ""),
    });
    expect(() => difference([make("1"), make("2")], stamp)).toThrowError(/duplicate key email/);
  });
});

describe("table names", () => {
  it.each([
    ["a name that DynamoDB refuses", { table: "a b" }, /no DynamoDB table name/],
    ["a model that there is not", { tables: { users: "people" } }, /unknown model "users"/],
    ["one table and a prefix", { table: "auth", tablePrefix: "prod_" }, /takes no prefix/],
  ])("%s: refused", (_, naming, message) => {
    expect(() => layoutFor("user", naming)).toThrow(message);
  });

  it("are the schema's own behind a prefix, but for those that are given", () => {
    const naming = { tablePrefix: "prod_", tables: { user: "people" } };
    expect([layoutFor("user", naming).table, layoutFor("session", naming).table]).toEqual(["people", "prod_sessions"]);
    expect(layoutFor("session", { table: "auth", tables: { user: "people" } }).table).toBe("auth");
  });
});
