import { describe, expect, it } from "vitest";
import { explainPath } from "../../../orm/dynamodb/plan/explain.ts";
import { planAccess } from "../../../orm/dynamodb/plan/planner.ts";
import { parseOrder } from "../../../orm/query/order.ts";
import { parseWhere } from "../../../orm/query/parse-where.ts";
import { layoutFor, type schema } from "./layouts.ts";

type Name = keyof typeof schema.models;

function explain(name: Name, where: object, options: { orderBy?: object; take?: number } = {}) {
  const layout = layoutFor(name);
  const query = {
    where: parseWhere(layout.model, where),
    orderBy: parseOrder(layout.model, options.orderBy),
    take: options.take,
  };
  return explainPath(layout, query, planAccess(layout, query));
}

const now = new Date();

describe("the planner takes", () => {
  it.each<[string, Name, object, object, { orderBy?: object; take?: number }?]>([
    ["the home for its id", "user", { id: "1" }, { path: "home", fields: ["id"], roundTrips: 1 }],
    ["the home for its unique key", "session", { token: "t", userId: "u" }, { path: "home", fields: ["token"] }],
    ["a unique entry otherwise", "session", { id: "1" }, { path: "unique", fields: ["id"], roundTrips: 2 }],
    [
      "a compound unique entry",
      "account",
      { provider: "p", subject: "s" },
      { path: "unique", fields: ["provider", "subject"], roundTrips: 2 },
    ],
    [
      "the home partition that is named beside a unique entry",
      "account",
      { provider: "p", subject: "s", userId: "u" },
      { path: "home", fields: ["userId"], roundTrips: 1 },
    ],
    ["the partition of an index home", "account", { userId: "u" }, { path: "home", fields: ["userId"], roundTrips: 1 }],
    [
      "the very item, where the id is given too",
      "account",
      { userId: "u", id: "1" },
      { path: "home", fields: ["userId", "id"] },
    ],
    ["an index", "session", { userId: "u" }, { path: "index", fields: ["userId"], roundTrips: 2 }],
    [
      "an index with a range",
      "account",
      { provider: "p", createdAt: { gt: now } },
      { path: "index", fields: ["provider", "createdAt"] },
    ],
    [
      "the index of more values by name, however many partitions that is",
      "grant",
      { domain: "d", role: { in: ["a", "b"] } },
      { path: "index", fields: ["domain", "role"] },
    ],
    [
      "parts of an order for a list of its values",
      "grant",
      { domain: "d", userId: { in: ["a", "b"] } },
      { path: "index", fields: ["domain", "userId"] },
    ],
    [
      "the first index where two name as much",
      "grant",
      { role: "r", userId: "u" },
      { path: "index", fields: ["userId"] },
    ],
    ["keys for a list", "user", { email: { in: ["a", "b"] } }, { path: "unique", fields: ["email"] }],
    ["the fewest keys", "user", { email: "a", id: { in: ["1", "2", "3"] } }, { path: "unique", fields: ["email"] }],
    ["nothing for an empty list", "user", { email: { in: [] } }, { path: "nothing", roundTrips: 0 }],
    ["a union for OR", "user", { OR: [{ id: "1" }, { email: "a" }] }, { path: "union", fields: ["id", "email"] }],
    [
      "a union with what is asked of all",
      "account",
      { subject: "s", OR: [{ userId: "u" }, { provider: "p" }] },
      { path: "union" },
    ],
    [
      "a model-wide order for a range",
      "verification",
      { expiresAt: { lt: now } },
      { path: "order", fields: ["expiresAt"] },
    ],
    [
      "a model-wide order for the first of it",
      "verification",
      {},
      { path: "order", ordered: true },
      { orderBy: { expiresAt: "asc" }, take: 5 },
    ],
    [
      "the index in the asked order",
      "account",
      { provider: "p" },
      { path: "index", ordered: true },
      { orderBy: { createdAt: "desc" }, take: 1 },
    ],
    [
      "the home in the order of ids",
      "account",
      { userId: "u" },
      { path: "home", ordered: true },
      { orderBy: { id: "asc" } },
    ],
    ["a scan for anything else", "user", { name: "Ada" }, { path: "scan", suggestion: '["name"]' }],
    ["a scan where a branch of OR has no path", "user", { OR: [{ id: "1" }, { name: "Ada" }] }, { path: "scan" }],
    ["a scan for what is not said by equality", "user", { email: { contains: "@" } }, { path: "scan" }],
    ["a scan for insensitive equality", "user", { email: { eq: "A", mode: "insensitive" } }, { path: "scan" }],
    ["a scan for null, which no key holds", "user", { email: { not: "a" }, name: null }, { path: "scan" }],
    ["a scan for a negation", "user", { NOT: { id: "1" } }, { path: "scan" }],
    ["a model-wide order for all records", "verification", {}, { path: "order" }],
    [
      "a model-wide order for all records in it",
      "verification",
      {},
      { path: "order", ordered: true },
      { orderBy: { expiresAt: "asc" } },
    ],
    ["a scan for what it would have to be searched for", "verification", { id: { not: "1" } }, { path: "scan" }],
    ["a scan for all in another order", "verification", {}, { path: "scan" }, { orderBy: { identifier: "asc" } }],
  ])("%s", (_, name, where, expected, options) => {
    expect(explain(name, where, options)).toMatchObject(expected);
  });

  it("each value of an order once, as the key holds it", () => {
    const layout = layoutFor("grant");
    const long = "x".repeat(1500);
    const where = parseWhere(layout.model, { domain: "d", userId: { in: ["b", "a", "b", `${long}1`, `${long}2`] } });
    const path = planAccess(layout, { where, orderBy: [], take: undefined });
    const parts = path.type === "partitions" ? path.partitions : [];
    expect(parts.map(({ range }) => range?.lower?.sort.slice(0, 2))).toEqual(["=b", "=a", "=x"]);
    expect(new Set(parts.map(({ key }) => key)).size).toBe(1);
  });

  it("no order of ids from an index of integer ids: its keys are text", () => {
    expect(explain("counter", { id: { in: [2, 10] } }, { orderBy: { id: "asc" } })).toMatchObject({
      path: "home",
      ordered: false,
    });
  });

  it("no key that cannot have been stored", () => {
    const layout = layoutFor("user");
    for (const id of ["", "x".repeat(513)]) {
      expect(planAccess(layout, { where: parseWhere(layout.model, { id }), orderBy: [], take: 1 })).toMatchObject({
        type: "points",
        keys: [],
      });
    }
  });

  it("suggests the index that a scan lacks", () => {
    expect(explain("user", { name: "Ada", age: { gt: 3 } }).suggestion).toBe('{ on: ["name"], orderBy: "age" }');
    expect(explain("user", { active: true }, { orderBy: { age: "asc" } }).suggestion).toBe(
      '{ on: ["active"], orderBy: "age" }',
    );
    expect(explain("user", {}, { orderBy: { age: "asc" } }).suggestion).toBe('{ on: [], orderBy: "age" }');
    expect(explain("user", { name: { contains: "A" } }).suggestion).toContain("none");
  });
});
