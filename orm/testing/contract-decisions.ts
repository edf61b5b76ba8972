import { beforeAll, describe, expect, it } from "vitest";
import type { Where } from "../client/where-types.ts";
import { errorOf, fresh, type ContractContext, type ContractSchema } from "./contract-schema.ts";

type SampleWhere = Where<ContractSchema, "sample">;

/** What could have been decided otherwise, and is the same on every driver: what a filter means for nulls. */
export function decisionsContract(context: () => ContractContext): void {
  describe("nulls in filters", () => {
    const space = fresh("space");

    beforeAll(async () => {
      const rows = [
        { text: "A", whole: 1 },
        { text: "B", whole: 2 },
        { text: null, whole: null },
      ];
      await context().orm.sample.createMany({ data: rows.map((row) => ({ ...row, space })) });
    });

    /** The texts of what matches, and that a count agrees. */
    async function textsOf(where: SampleWhere): Promise<(string | null)[]> {
      const scoped = { AND: [{ space }, where] };
      const found = await context().orm.sample.findMany({ where: scoped, select: { text: true } });
      expect(await context().orm.sample.count({ where: scoped })).toBe(found.length);
      return found.map(({ text }) => text).sort();
    }

    const pairs: [string, SampleWhere, SampleWhere, (string | null)[]][] = [
      ["a value", { text: { not: "B" } }, { NOT: { text: "B" } }, ["A"]],
      ["a value, twice negated", { text: "B" }, { NOT: { text: { not: "B" } } }, ["B"]],
      ["NOT of NOT", { text: "B" }, { NOT: { NOT: { text: "B" } } }, ["B"]],
      ["a list", { text: { notIn: ["B", "C"] } }, { NOT: { text: { in: ["B", "C"] } } }, ["A"]],
      ["null", { text: { not: null } }, { NOT: { text: null } }, ["A", "B"]],
      ["a bound", { whole: { lte: 1 } }, { NOT: { whole: { gt: 1 } } }, ["A"]],
      ["a prefix", { text: { not: "B" } }, { NOT: { text: { startsWith: "B" } } }, ["A"]],
      ["several fields", { text: { not: "B" } }, { NOT: { text: "B", whole: 2 } }, ["A"]],
      ["alternatives", { text: "A" }, { NOT: { OR: [{ text: "B" }, { whole: 7 }] } }, ["A"]],
    ];

    it.each(pairs)("not and NOT agree: %s", async (_title, operator, negation, texts) => {
      expect(await textsOf(operator)).toEqual(texts);
      expect(await textsOf(negation)).toEqual(texts);
    });

    it("refuses null in a list, by the name of its field", async () => {
      for (const operator of ["in", "notIn"]) {
        // As it comes from JavaScript: the types have no null there.
        const where = { space, text: { [operator]: [null, "B"] } } as SampleWhere;
        const error = await errorOf(context().orm.sample.findMany({ where }));
        expect(error).toMatchObject({ code: "INVALID_QUERY", meta: { model: "sample", target: ["text"] } });
      }
      expect(await textsOf({ OR: [{ text: null }, { text: { in: ["B"] } }] })).toHaveLength(2);
    });
  });
}
