import { describe, expect, it } from "vitest";
import type { Isolation } from "../driver.ts";
import { errorOf, fresh, type ContractClient, type ContractContext } from "./contract-schema.ts";
import { CONFLICT, keyTests, recordTests, SERIALIZABLE, type Client } from "./contract-serializable-reads.ts";

const REFUSED = { name: "OrmError", code: "INVALID_OPTION", meta: { target: ["isolation"] } };

/** Serializable transactions: what was read is validated at the commit. Others write between two awaits. */
export function serializableContract(context: () => ContractContext, can: boolean): void {
  const client: Client = () => context().orm;

  describe("serializable transactions", () => {
    it("are told from a misspelt isolation", async () => {
      const isolation = "serialisable" as Isolation;
      expect(await errorOf(context().orm.transaction(async () => undefined, { isolation }))).toMatchObject(REFUSED);
    });

    if (!can) {
      it("are refused, and nothing is run", async () => {
        let runs = 0;
        const attempt = context().orm.transaction(async () => void runs++, SERIALIZABLE);
        expect(await errorOf(attempt)).toMatchObject(REFUSED);
        expect(runs).toBe(0);
      });
      return;
    }
    it("are a capability", () => {
      expect(context().driver.handle.capabilities.transactionIsolation).toBe("serializable");
    });
    skewTests(client);
    recordTests(client);
    keyTests(client);
    scopeTests(client);
  });
}

interface Options {
  readonly isolation?: Isolation;
  readonly retries?: number;
}

/** Of two doctors on call one has to stay: takes `id` off call unless it is alone there. */
async function takeOff(
  orm: ContractClient,
  space: string,
  id: string,
  options: Options,
  between: (run: number) => Promise<unknown> = async () => undefined,
): Promise<number> {
  let runs = 0;
  await orm.transaction(async (tx) => {
    const onCall = await tx.user.findMany({ where: { space, active: true } });
    await between(++runs);
    if (onCall.length > 1) await tx.user.update({ where: { id }, data: { active: false } });
  }, options);
  return runs;
}

async function twoDoctors(orm: ContractClient) {
  const space = fresh("space");
  const [one, two] = await orm.user.createMany({ data: [1, 2].map(() => ({ email: fresh("email"), space })) });
  return { space, one: one!.id, two: two!.id, left: () => orm.user.count({ where: { space, active: true } }) };
}

function skewTests(client: Client): void {
  it("let no write skew happen, which others do", async () => {
    const orm = client();
    for (const options of [{}, { isolation: "read committed" }] as const) {
      const { space, one, two, left } = await twoDoctors(orm);
      await takeOff(orm, space, one, options, () => takeOff(orm, space, two, options));
      expect(await left()).toBe(0);
    }
    const { space, one, two, left } = await twoDoctors(orm);
    const attempt = takeOff(orm, space, one, SERIALIZABLE, () => takeOff(orm, space, two, SERIALIZABLE));
    expect(await errorOf(attempt)).toMatchObject(CONFLICT);
    expect(await left()).toBe(1);
    expect(await orm.user.findUnique({ where: { id: one } })).toMatchObject({ active: true });
  });

  it("run again, as often as asked, and decide anew", async () => {
    const orm = client();
    const { space, one, two, left } = await twoDoctors(orm);
    const other = async (run: number) => (run === 1 ? takeOff(orm, space, two, SERIALIZABLE) : undefined);
    expect(await takeOff(orm, space, one, { ...SERIALIZABLE, retries: 1 }, other)).toBe(2);
    expect(await left()).toBe(1);
    expect(await orm.user.findUnique({ where: { id: one } })).toMatchObject({ active: true });
  });

  it("give a reader no state that never was", async () => {
    const orm = client();
    const [one, two] = [fresh("email"), fresh("email")];
    await orm.user.createMany({ data: [one, two].map((email) => ({ email, age: 0 })) });
    const read = (options: Options, writes: number) =>
      orm.transaction(async (tx) => {
        const first = await tx.user.findUnique({ where: { email: one } });
        if (writes-- > 0) {
          await orm.transaction(async (other) => {
            await other.user.increment({ where: { email: one }, increment: { age: 1 } });
            await other.user.increment({ where: { email: two }, increment: { age: 1 } });
          });
        }
        return [first!.age, (await tx.user.findUnique({ where: { email: two } }))!.age];
      }, options);
    expect(await read({}, 1)).toEqual([0, 1]);
    expect(await errorOf(read(SERIALIZABLE, 1))).toMatchObject(CONFLICT);
    expect(await read({ ...SERIALIZABLE, retries: 1 }, 1)).toEqual([3, 3]);
    expect(await read(SERIALIZABLE, 0)).toEqual([3, 3]);
  });
}

function scopeTests(client: Client): void {
  it("hold what was read inside of a savepoint, also of one that was taken back", async () => {
    const orm = client();
    for (const thrown of [false, true]) {
      const [email, made] = [fresh("email"), fresh("email")];
      const { id } = await orm.user.create({ data: { email, age: 1 } });
      const attempt = orm.transaction(async (tx) => {
        const inside = tx.transaction(async (inner) => {
          await inner.user.findUnique({ where: { id } });
          await inner.user.update({ where: { id }, data: { name: "inside" } });
          if (thrown) throw new Error("on purpose");
        });
        await inside.catch(() => undefined);
        await orm.user.update({ where: { id }, data: { age: 2 } });
        await tx.user.create({ data: { email: made } });
      }, SERIALIZABLE);
      expect(await errorOf(attempt)).toMatchObject(CONFLICT);
      expect(await orm.user.findUnique({ where: { email: made } })).toBeNull();
      expect(await orm.user.findUnique({ where: { id } })).toMatchObject({ name: null, age: 2 });
    }
  });

  it("are so as a whole: by the outermost transaction", async () => {
    const orm = client();
    const email = fresh("email");
    const made = await orm.transaction(
      (tx) => tx.transaction((inner) => inner.user.create({ data: { email } }), SERIALIZABLE),
      SERIALIZABLE,
    );
    expect(await orm.user.findUnique({ where: { email } })).toEqual(made);
    const late = orm.transaction((tx) => tx.transaction(async () => undefined, SERIALIZABLE));
    expect(await errorOf(late)).toMatchObject(REFUSED);
  });
}
