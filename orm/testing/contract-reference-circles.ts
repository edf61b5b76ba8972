import { describe, expect, it } from "vitest";
import { fresh, type ContractContext } from "./contract-schema.ts";

/** Deletes along references that lead back to where they began. */
export function circlesContract(context: () => ContractContext): void {
  describe("references in a circle", () => {
    it("deletes a record that refers to itself", async () => {
      const { orm } = context();
      const id = fresh("id");
      await orm.parent.create({ data: { id, code: id, aboveId: id } });
      expect(await orm.parent.delete({ where: { id } })).toBe(1);
      expect(await orm.parent.findUnique({ where: { id } })).toBeNull();
    });

    it("deletes two records that refer to each other", async () => {
      const { orm } = context();
      const left = await orm.left.create({ data: {} });
      const right = await orm.right.create({ data: { leftId: left.id } });
      await orm.left.update({ where: { id: left.id }, data: { rightId: right.id } });
      expect(await orm.right.consume({ where: { id: right.id } })).toEqual(right);
      expect(await orm.left.count({ where: { id: left.id } })).toBe(0);
      expect(await orm.right.count({ where: { id: right.id } })).toBe(0);
    });

    it("deletes a ring, each record once, and what hangs on it", async () => {
      const { orm } = context();
      const ids = Array.from({ length: 4 }, () => fresh("id"));
      await orm.parent.createMany({
        data: ids.map((id, i) => ({ id, code: id, aboveId: ids[(i + 1) % ids.length]! })),
      });
      const child = await orm.child.create({ data: { parentId: ids[2]! } });
      expect(await orm.parent.deleteMany({ where: { id: ids[0]! } })).toBe(1);
      expect(await orm.parent.count({ where: { id: { in: ids } } })).toBe(0);
      expect(await orm.child.findUnique({ where: { id: child.id } })).toBeNull();
    });

    it("counts each record that matched, whichever other one took it along", async () => {
      const { orm } = context();
      const [a, b] = [fresh("id"), fresh("id")];
      await orm.parent.createMany({
        data: [
          { id: a, code: a, aboveId: b },
          { id: b, code: b, aboveId: a },
        ],
      });
      expect(await orm.parent.deleteMany({ where: { id: { in: [a, b] } } })).toBe(2);
    });
  });
}
