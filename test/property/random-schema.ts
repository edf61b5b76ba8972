import fc from "fast-check";
import {
  bigint,
  boolean,
  datetime,
  decimal,
  defineSchema,
  enumeration,
  id,
  integer,
  model,
  number,
  string,
  type ClusterDefinition,
  type Schema,
} from "auth-dynamodb";

const FIELDS = {
  text: string(),
  name: string().nullable(),
  token: string().unique(),
  flag: boolean(),
  kind: enumeration(["one", "two"]),
  count: integer().nullable(),
  real: number(),
  exact: decimal().nullable(),
  big: bigint().nullable(),
  at: datetime().nullable(),
  when: datetime(),
};

type Name = keyof typeof FIELDS | "id";

const NAMES = ["id", ...Object.keys(FIELDS)] as Name[];

const HOMES: ClusterDefinition<Name>[] = [
  "id",
  "token",
  "text",
  "kind",
  "when",
  ["flag", "kind"],
  ["real", "text"],
  ["text", "id"],
  { on: "text", orderBy: "when" },
  { on: ["flag", "kind"], orderBy: "exact" },
  { on: "kind", orderBy: "name" },
  { on: "flag", orderBy: "id" },
];

const UNIQUES: [Name, ...Name[]][] = [
  ["text", "count"],
  ["kind", "name"],
  ["when", "exact", "flag"],
];

const INDEX = fc
  .record({
    on: fc.subarray(NAMES, { maxLength: 2 }),
    orderBy: fc.option(fc.constantFrom(...NAMES), { nil: undefined }),
    shards: fc.constantFrom(1, 2, 4),
    carries: fc.constantFrom(undefined, "record" as const),
  })
  .filter(({ on, orderBy }) => on.length > 0 || orderBy !== undefined);

/** A schema of one model, `thing`, with any home, unique keys and indexes. */
export const RANDOM_SCHEMA: fc.Arbitrary<Schema> = fc
  .record({
    numericId: fc.boolean(),
    home: fc.constantFrom(...HOMES),
    uniques: fc.subarray(UNIQUES),
    indexes: fc.array(INDEX, { maxLength: 4 }),
  })
  .map(({ numericId, home, uniques, indexes }) =>
    defineSchema({
      thing: model({
        table: "things",
        fields: { ...FIELDS, id: (numericId ? id({ type: "integer" }) : id()) as ReturnType<typeof id> },
        clusterBy: home,
        constraints: { unique: uniques, indexes },
      }),
    }),
  );
