import { beforeAll, describe, expect, it } from "vitest";
import type { Where } from "../client/where-types.ts";
import { fresh, type ContractContext, type ContractSchema } from "./contract-schema.ts";

/** The ids of the users that are looked for, by name. */
type Ids = Record<"ada" | "alan" | "grace" | "noage" | "noname", string>;

type UserWhere = Where<ContractSchema, "user">;

const YEAR = (year: number) => new Date(Date.UTC(year, 0, 1));

const many = <T>(of: (n: number) => T): T[] => Array.from({ length: 300 }, (_, n) => of(n));

/** A filter that means the same as another one, or its contrary, in many parentheses. */
function nested(depth: number, inner: UserWhere, negated = false): UserWhere {
  let where: UserWhere = inner;
  for (let level = 0; level < depth; level++) {
    where = negated
      ? { NOT: { OR: [where, { age: -level - 1 }] } }
      : { OR: [{ AND: [where, { age: { not: -1 } }] }, { AND: [where, { age: null }] }] };
  }
  return where;
}

/** A title, a filter, and the names of the users that it finds. */
type Case = [string, () => UserWhere, string[]];

const CASES: Case[] = [
  ["nothing", () => ({}), ["ada", "alan", "grace", "noage", "noname"]],
  ["a value", () => ({ name: "Linus" }), ["noage"]],
  ["eq", () => ({ age: { eq: 41 } }), ["alan"]],
  ["eq null", () => ({ age: null }), ["noage"]],
  ["not null", () => ({ name: { not: null } }), ["ada", "alan", "grace", "noage"]],
  ["not a value: null does not match", () => ({ age: { not: 41 } }), ["ada", "grace", "noname"]],
  ["in", () => ({ age: { in: [0, 85, 7] } }), ["grace", "noname"]],
  ["in nothing", () => ({ age: { in: [] } }), []],
  ["notIn: null does not match", () => ({ age: { notIn: [0, 85] } }), ["ada", "alan"]],
  ["notIn nothing", () => ({ age: { notIn: [] } }), ["ada", "alan", "grace", "noage", "noname"]],
  ["gt", () => ({ age: { gt: 36 } }), ["alan", "grace"]],
  ["gte", () => ({ age: { gte: 36 } }), ["ada", "alan", "grace"]],
  ["lt: null does not match", () => ({ age: { lt: 36 } }), ["noname"]],
  ["lte", () => ({ age: { lte: 36 } }), ["ada", "noname"]],
  ["a range", () => ({ age: { gte: 36, lt: 85 } }), ["ada", "alan"]],
  ["an empty range", () => ({ age: { gt: 85, lt: 36 } }), []],
  ["dates, also before 1970", () => ({ createdAt: { lt: YEAR(1970) } }), ["ada", "alan"]],
  ["a range of dates", () => ({ createdAt: { gt: YEAR(1815), lte: YEAR(2024) } }), ["alan", "grace", "noname"]],
  ["an exact date", () => ({ createdAt: YEAR(1912) }), ["alan"]],
  ["booleans", () => ({ active: false }), ["grace", "noname"]],
  ["not a boolean", () => ({ active: { not: false } }), ["ada", "alan", "noage"]],
  ["enums", () => ({ role: { in: ["admin", "guest"] } }), ["ada", "noage", "noname"]],
  ["text order", () => ({ name: { gt: "Alan", lt: "g" } }), ["alan", "noage"]],
  ["contains", () => ({ name: { contains: "a" } }), ["ada", "alan", "grace"]],
  ["contains: no wildcards", () => ({ name: { contains: "0%_d" } }), ["alan"]],
  ["contains: a wildcard matches itself only", () => ({ name: { contains: "%" } }), ["alan"]],
  ["startsWith", () => ({ name: { startsWith: "A" } }), ["ada", "alan"]],
  ["endsWith", () => ({ name: { endsWith: "lace" } }), ["ada"]],
  ["empty text", () => ({ name: { contains: "" } }), ["ada", "alan", "grace", "noage"]],
  ["case counts", () => ({ name: { startsWith: "G" } }), []],
  ["insensitive startsWith", () => ({ name: { startsWith: "G", mode: "insensitive" } }), ["grace"]],
  ["insensitive contains", () => ({ name: { contains: "LOVE", mode: "insensitive" } }), ["ada"]],
  ["insensitive endsWith", () => ({ name: { endsWith: "HOPPER", mode: "insensitive" } }), ["grace"]],
  ["insensitive eq", () => ({ name: { eq: "LINUS", mode: "insensitive" } }), ["noage"]],
  ["insensitive in", () => ({ name: { in: ["LINUS", "GRACE HOPPER"], mode: "insensitive" } }), ["grace", "noage"]],
  ["insensitive not", () => ({ name: { not: "LINUS", mode: "insensitive" } }), ["ada", "alan", "grace"]],
  ["several fields", () => ({ active: true, role: "member" }), ["alan"]],
  ["AND", () => ({ AND: [{ active: true }, { age: { gt: 40 } }] }), ["alan"]],
  ["AND of one", () => ({ AND: { active: false } }), ["grace", "noname"]],
  ["OR", () => ({ OR: [{ age: 36 }, { name: null }] }), ["ada", "noname"]],
  ["OR beside a field", () => ({ active: true, OR: [{ age: 36 }, { age: null }, { age: 0 }] }), ["ada", "noage"]],
  ["OR of nothing", () => ({ OR: [] }), []],
  ["NOT", () => ({ NOT: { active: true } }), ["grace", "noname"]],
  ["NOT of several fields", () => ({ NOT: { active: true, role: "member" } }), ["ada", "grace", "noage", "noname"]],
  ["NOT of several filters", () => ({ NOT: [{ role: "guest" }, { role: "admin" }] }), ["alan", "grace"]],
  ["NOT of a comparison: null does not match", () => ({ NOT: { age: { gt: 40 } } }), ["ada", "noname"]],
  [
    "nested",
    () => ({ OR: [{ AND: [{ active: true }, { NOT: { age: null } }] }, { name: null }] }),
    ["ada", "alan", "noname"],
  ],
  // More than a backend's expression or statement may hold: DynamoDB's IN takes 100 values, an expression 4 KB.
  ["a list of hundreds", () => ({ age: { in: [...many((n) => n + 1000), 36] } }), ["ada"]],
  ["not a list of hundreds", () => ({ age: { notIn: [...many((n) => n + 1000), 36] } }), ["alan", "grace", "noname"]],
  ["hundreds of alternatives", () => ({ OR: [...many((n) => ({ age: n + 1000 })), { name: "Linus" }] }), ["noage"]],
  [
    "hundreds of conditions",
    () => ({ AND: [...many((n) => ({ age: { not: n + 1000 } })), { active: true }] }),
    ["ada", "alan"],
  ],
  ["a deep nest", () => nested(8, { role: "guest" }), ["noage", "noname"]],
  ["a deep nest of negations", () => nested(15, { role: "guest" }, true), ["ada", "alan", "grace"]],
];

/** Filters by keys. */
function keyCases(ids: Ids): Case[] {
  return [
    ["OR of keys", () => ({ OR: [{ id: ids.ada }, { id: ids.grace }, { age: 36 }] }), ["ada", "grace"]],
    ["a key and a filter", () => ({ id: ids.ada, age: { lt: 40 } }), ["ada"]],
    ["a key and a filter that does not match", () => ({ id: ids.ada, age: { gt: 40 } }), []],
    ["two different keys", () => ({ id: ids.ada, AND: { id: ids.alan } }), []],
    ["keys in a list", () => ({ id: { in: [ids.alan, ids.ada] }, active: true }), ["ada", "alan"]],
    ["hundreds of keys", () => ({ id: { in: [...many((n) => `nobody-${n}`), ids.grace] } }), ["grace"]],
  ];
}

/** The meaning of every operator, null included. */
export function whereContract(context: () => ContractContext): void {
  describe("where", () => {
    const space = fresh("space");
    const ids: Ids = { ada: "", alan: "", grace: "", noage: "", noname: "" };

    beforeAll(async () => {
      const { orm } = context();
      const rows = [
        { key: "ada", name: "Ada Lovelace", age: 36, role: "admin", active: true, createdAt: YEAR(1815) },
        { key: "alan", name: "Alan 100%_done", age: 41, role: "member", active: true, createdAt: YEAR(1912) },
        { key: "grace", name: "grace hopper", age: 85, role: "member", active: false, createdAt: YEAR(2024) },
        { key: "noage", name: "Linus", age: null, role: "guest", active: true, createdAt: YEAR(2025) },
        { key: "noname", name: null, age: 0, role: "guest", active: false, createdAt: YEAR(1970) },
      ] as const;
      for (const { key, ...data } of rows) {
        ids[key] = (await orm.user.create({ data: { ...data, email: fresh(key), space } })).id;
      }
    });

    it.each([...CASES, ...keyCases(ids)])("%s", async (_title, where, expected) => {
      const { orm } = context();
      const scoped: UserWhere = { AND: [{ space }, where()] };
      const found = await orm.user.findMany({ where: scoped, select: { id: true } });
      const keys = found.map(({ id }) => Object.entries(ids).find(([, own]) => own === id)?.[0]);
      expect(keys.sort()).toEqual(expected);
      expect(await orm.user.count({ where: scoped })).toBe(expected.length);
    });

    sizeTests(context);
    kindTests(context);
  });
}

function sizeTests(context: () => ContractContext): void {
  it("changes one record by a filter of any size", async () => {
    const { orm } = context();
    const { id } = await orm.user.create({ data: { email: fresh("large"), age: 5 } });
    const wide = (age: number) => ({
      id,
      AND: [...many((n) => ({ age: { not: n + 1000 } })), nested(8, { age })],
    });
    expect(await orm.user.update({ where: wide(6), data: { name: "no" } })).toBeNull();
    expect(await orm.user.update({ where: wide(5), data: { name: "yes" } })).toMatchObject({ name: "yes" });
    expect(await orm.user.increment({ where: wide(5), increment: { age: 1 } })).toMatchObject({ age: 6 });
    expect(await orm.user.consume({ where: wide(5) })).toBeNull();
    expect(await orm.user.consume({ where: wide(6) })).toMatchObject({ id });
  });

  it("filters by fields without an index", async () => {
    const { orm } = context();
    const name = fresh("name");
    await orm.user.createMany({ data: [1, 2, 3].map((age) => ({ email: fresh("email"), name, age })) });
    const found = await orm.user.findMany({
      where: { name, age: { not: 2 } },
      orderBy: { age: "asc" },
      select: { age: true },
    });
    expect(found).toEqual([{ age: 1 }, { age: 3 }]);
    expect(await orm.user.findFirst({ where: { name: { startsWith: name }, age: 2 }, select: { age: true } })).toEqual({
      age: 2,
    });
  });
}

function kindTests(context: () => ContractContext): void {
  it("compares decimals and big integers as numbers", async () => {
    const { orm } = context();
    const own = fresh("space");
    await orm.sample.createMany({
      data: [
        { exact: "9.5", big: 9n },
        { exact: "10.25", big: 10n },
        { exact: "-100", big: -(2n ** 63n) },
      ].map((data) => ({ ...data, space: own })),
    });
    const count = (where: Where<ContractSchema, "sample">) =>
      orm.sample.count({ where: { AND: [{ space: own }, where] } });
    expect(await count({ exact: { gt: "9.50" } })).toBe(1);
    expect(await count({ exact: "10.250" })).toBe(1);
    expect(await count({ exact: { lt: "0" } })).toBe(1);
    expect(await count({ big: { gte: 9n } })).toBe(2);
    expect(await count({ big: { in: [-(2n ** 63n)] } })).toBe(1);
  });

  it("compares json by value", async () => {
    const { orm } = context();
    const own = fresh("space");
    const data = [{ a: 1, b: [null, "x"] }, ["x", { y: 1 }], "some words"];
    await orm.sample.createMany({ data: [...data.map((value) => ({ data: value, space: own })), { space: own }] });
    const count = (where: Where<ContractSchema, "sample">) =>
      orm.sample.count({ where: { AND: [{ space: own }, where] } });
    expect(await count({ data: { eq: { b: [null, "x"], a: 1 } } })).toBe(1);
    expect(await count({ data: { a: 1, b: [null, "x"] } })).toBe(1);
    expect(await count({ data: { a: 1 } })).toBe(0);
    expect(await count({ data: { not: { b: [null, "x"], a: 1 } } })).toBe(2);
    expect(await count({ data: null })).toBe(1);
    expect(await count({ data: { contains: "x" } })).toBe(1);
    expect(await count({ data: { contains: { y: 1 } } })).toBe(1);
    expect(await count({ data: { contains: "word" } })).toBe(1);
  });
}
