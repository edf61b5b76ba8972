import { describe, expect, it } from "vitest";
import { errorOf, fresh, type ContractContext } from "./contract-schema.ts";

/** Half of an emoji, as a name has it that was cut in its middle. */
const HALF = "\ud83d";

/** Text is stored well-formed, and what cannot have been stored is not found. */
export function textContract(context: () => ContractContext): void {
  describe("text that is not well-formed", () => {
    it("is stored well-formed, in json too", async () => {
      const { orm } = context();
      const text = fresh("text");
      const data = { [`${text}${HALF}`]: [`a${HALF}`] };
      const sample = await orm.sample.create({ data: { text: `${text} ${HALF}`, data } });
      expect(sample).toMatchObject({ text: `${text} \ufffd`, data: { [`${text}\ufffd`]: ["a\ufffd"] } });
      expect(await orm.sample.findUnique({ where: { id: sample.id } })).toEqual(sample);
      expect(await orm.sample.update({ where: { id: sample.id }, data: { text: `\ude00${text}` } })).toMatchObject({
        text: `\ufffd${text}`,
      });
    });

    it("is one unique value with what is stored of it", async () => {
      const { orm } = context();
      const email = fresh("email");
      const user = await orm.user.create({ data: { email: `${email}${HALF}` } });
      expect(await orm.user.findUnique({ where: { email: `${email}\ufffd` } })).toEqual(user);
      expect(await errorOf(orm.user.create({ data: { email: `${email}\udbff` } }))).toMatchObject({
        code: "UNIQUE_CONSTRAINT_VIOLATION",
      });
      const where = { email: `${email}${HALF}` };
      expect(await orm.user.upsert({ where, create: {}, update: { age: 1 } })).toEqual({ ...user, age: 1 });
    });

    it("finds nothing, and changes nothing", async () => {
      const { orm } = context();
      const email = `${fresh("email")}${HALF}`;
      const space = fresh("space");
      await orm.user.create({ data: { email, space, name: "\u{1f600}" } });
      expect(await orm.user.findUnique({ where: { email } })).toBeNull();
      expect(await orm.user.findUnique({ where: { id: email } })).toBeNull();
      expect(await orm.user.findFirst({ where: { email } })).toBeNull();
      expect(await orm.user.findMany({ where: { email: { in: [email] } } })).toEqual([]);
      expect(await orm.user.count({ where: { space, name: { contains: HALF } } })).toBe(0);
      expect(await orm.user.count({ where: { space, name: { startsWith: HALF } } })).toBe(0);
      expect(await orm.user.count({ where: { space, name: { not: HALF } } })).toBe(1);
      expect(await orm.user.count({ where: { space, name: { notIn: [HALF] } } })).toBe(1);
      expect(await orm.user.update({ where: { email }, data: { age: 1 } })).toBeNull();
      expect(await orm.user.consume({ where: { email } })).toBeNull();
      expect(await orm.user.delete({ where: { id: email } })).toBe(0);
      expect(await orm.user.deleteMany({ where: { email } })).toBe(0);
      expect(await orm.user.count({ where: { space } })).toBe(1);
    });
  });
}
