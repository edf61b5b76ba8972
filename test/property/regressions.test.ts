import { describe, test } from "vitest";
import { engines } from "../support/engines.ts";
import { storageOn } from "./storage.ts";
import { runSteps, type Step } from "./transaction.ts";

/** As long as the longest text that a sort key holds, but for one byte. */
const nearCut = "x".repeat(478);

/** What the properties have found, each in its shortest form. */
const FOUND: Record<string, Step[]> = {
  "a filter that holds always, under NOT": [
    { model: "tag", operation: "create", args: { data: { id: "1", label: "a" } } },
    { model: "tag", operation: "findMany", args: { where: { NOT: { OR: [{}] } } } },
    { model: "tag", operation: "findMany", args: { where: { NOT: { AND: [{}, { OR: [{}, { label: "a" }] }] } } } },
  ],
  "a filter that holds always, as one of an OR beside others": [
    { model: "account", operation: "create", args: { data: { id: "1", userId: "1", provider: "a" } } },
    { model: "account", operation: "findMany", args: { where: { OR: [{ OR: [{}] }, { OR: [{ userId: "2" }] }] } } },
    { model: "account", operation: "count", args: { where: { provider: "a", OR: [{ userId: "2" }, {}] } } },
    {
      model: "account",
      operation: "update",
      args: { where: { userId: "1", id: "1", OR: [{ id: "2" }, {}] }, data: { count: 1 } },
    },
  ],
  "a createMany and an updateMany that fail inside a transaction that goes on": [
    {
      operations: [
        {
          model: "tag",
          operation: "createMany",
          args: {
            data: [
              { id: "1", label: "a" },
              { id: "2", label: "a" },
            ],
          },
        },
        {
          model: "tag",
          operation: "createMany",
          args: {
            data: [
              { id: "3", label: "b" },
              { id: "4", label: "c" },
            ],
          },
        },
        { model: "tag", operation: "updateMany", args: { where: {}, data: { label: "d" } } },
      ],
      end: "return",
      catches: true,
    },
  ],
  "an increment beyond what its field can hold": [
    {
      model: "session",
      operation: "create",
      args: { data: { id: "1", token: "a", userId: "1", expiresAt: new Date(0), uses: Number.MAX_SAFE_INTEGER } },
    },
    { model: "session", operation: "increment", args: { where: { token: "a" }, increment: { uses: 1 } } },
    { model: "session", operation: "increment", args: { where: { token: "a" }, increment: { uses: -1 } } },
    { model: "session", operation: "increment", args: { where: { note: null }, increment: { uses: 2 } } },
    {
      operations: [
        { model: "session", operation: "increment", args: { where: { token: "a" }, increment: { uses: 2 } } },
      ],
      end: "return",
      catches: true,
    },
    { model: "counter", operation: "create", args: { data: { id: 1, total: 1e100 } } },
    { model: "counter", operation: "increment", args: { where: { id: 1 }, increment: { total: 1 } } },
  ],
  "in and notIn with what is false or empty": [
    {
      model: "user",
      operation: "create",
      args: { data: { id: "1", email: "a", name: "", active: false, role: "admin", team: "" } },
    },
    { model: "user", operation: "findMany", args: { where: { active: { in: [false] } } } },
    { model: "user", operation: "count", args: { where: { active: { notIn: [false] } } } },
    { model: "user", operation: "findMany", args: { where: { name: { notIn: ["", "a"] } } } },
    { model: "user", operation: "count", args: { where: { name: { in: ["", "a"] } } } },
    { model: "user", operation: "update", args: { where: { id: "1", active: { in: [false] } }, data: { big: 1n } } },
  ],
  "a create under an id that is taken, by a model that lives at its id": [
    { model: "user", operation: "create", args: { data: { id: "1", email: "a", age: 1, role: "admin", team: "a" } } },
    { model: "user", operation: "create", args: { data: { id: "1", email: "b", age: 1, role: "admin", team: "a" } } },
    { model: "user", operation: "findMany", args: { where: { team: "a" } } },
    { model: "user", operation: "findMany", args: { where: { age: { gte: 1 } } } },
  ],
  "inside a transaction, a key after a filter that names it and contradicts itself": [
    {
      model: "tag",
      operation: "createMany",
      args: {
        data: [
          { id: "1", label: "a" },
          { id: "2", label: "b" },
        ],
      },
    },
    {
      operations: [
        { model: "tag", operation: "findMany", args: { where: { id: "1", AND: [{ id: "2" }] } } },
        { model: "tag", operation: "findFirst", args: { where: { id: "1" } } },
        { model: "tag", operation: "findMany", args: { where: { label: "b", AND: [{ label: "a" }] } } },
        { model: "tag", operation: "increment", args: { where: { label: "b" }, increment: { weight: 1 } } },
      ],
      end: "return",
      catches: false,
    },
  ],
  "the order of texts that are cut for their sort key before a character that does not fit": [
    {
      model: "user",
      operation: "create",
      args: { data: { id: "1", email: "a", name: `${nearCut}\u{1F600}`, role: "admin", team: "a" } },
    },
    {
      model: "user",
      operation: "create",
      args: { data: { id: "2", email: "b", name: `${nearCut}}y`, role: "admin", team: "a" } },
    },
    { model: "user", operation: "findMany", args: { where: { team: "a" }, orderBy: [{ name: "asc" }], take: 1 } },
    { model: "user", operation: "findMany", args: { where: { name: { gt: `${nearCut}}y` } } } },
  ],
  "a count by a filter as deep as an expression goes": [
    { model: "badge", operation: "create", args: { data: { id: "1", userId: "1", email: "a" } } },
    { model: "badge", operation: "count", args: { where: { NOT: { OR: [{ userId: "1", email: { in: ["a"] } }] } } } },
    {
      model: "badge",
      operation: "count",
      args: { where: { userId: "1", NOT: { OR: [{ userId: "1", email: { in: ["a"] } }] } } },
    },
    {
      model: "badge",
      operation: "count",
      args: { where: { NOT: { NOT: { OR: [{ userId: "1", email: { in: ["a"] } }] } } } },
    },
  ],
  "a count by a home that the filter names twice": [
    { model: "account", operation: "create", args: { data: { id: "1", userId: "1", provider: "a" } } },
    { model: "account", operation: "count", args: { where: { userId: "1", AND: [{ userId: "2" }] } } },
    { model: "account", operation: "count", args: { where: { userId: "2", AND: [{ userId: "1" }] } } },
    { model: "account", operation: "count", args: { where: { userId: "1", AND: [{ userId: { in: ["1", "2"] } }] } } },
  ],
};

describe.each(engines)("what properties found once, on $name", (engine) => {
  const storage = storageOn(engine);

  test.each(Object.entries(FOUND))("%s", (_, operations) =>
    storage.round(() => runSteps(storage.subject("atomic"), operations)),
  );
});
