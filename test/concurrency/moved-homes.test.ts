import { describe, expect, it } from "vitest";
import { faultSchema } from "../fault/schema.ts";
import { enginesWithConflicts as engines } from "../support/engines.ts";
import { openRivals } from "../support/rivals.ts";

const SOON = new Date(Date.now() + 1e8);

// A session lives at its token, an account under its user: with them the record moves.
describe.each(engines)("on $name, a record that moves while it is looked for", (engine) => {
  async function withSession() {
    const rivals = await openRivals(engine, faultSchema);
    await rivals.rival.session.create({ data: { id: "s", token: "before", userId: "u", expiresAt: SOON } });
    return { ...rivals, move: () => rivals.rival.session.update({ where: { id: "s" }, data: { token: "after" } }) };
  }

  async function withAccount() {
    const rivals = await openRivals(engine, faultSchema);
    await rivals.rival.account.create({ data: { id: "a", userId: "u", providerId: "p", accountId: "1" } });
    return { ...rivals, move: () => rivals.rival.account.update({ where: { id: "a" }, data: { userId: "v" } }) };
  }

  it("is in the list of an index", async () => {
    const { orm, faults, move } = await withSession();
    faults.delayResponse({ operation: "Query", nth: 1 }, move);
    expect(await orm.session.findMany({ where: { userId: "u" } })).toHaveLength(1);
  });

  it("is updated by an index", async () => {
    const { orm, faults, move } = await withSession();
    faults.delayResponse({ operation: "Query", nth: 1 }, move);
    expect(await orm.session.update({ where: { userId: "u" }, data: { note: "n" } })).toMatchObject({ note: "n" });
  });

  it.each(["Query", "GetItem"])(
    "is deleted with all others of its user, also where it moves after the %s",
    async (operation) => {
      const { orm, rival, faults, move } = await withSession();
      faults.delayResponse({ operation, nth: 1 }, move);
      expect(await orm.session.deleteMany({ where: { userId: "u" } })).toBe(1);
      expect(await rival.session.findUnique({ where: { token: "after" } })).toBeNull();
    },
  );

  it("is updated with all others of its user", async () => {
    const { orm, rival, faults, move } = await withSession();
    faults.delayResponse({ operation: "GetItem", nth: 1 }, move);
    expect(await orm.session.updateMany({ where: { userId: "u" }, data: { note: "n" } })).toBe(1);
    expect(await rival.session.findUnique({ where: { id: "s" } })).toMatchObject({ note: "n", token: "after" });
  });

  it("is deleted by a transaction", async () => {
    const { orm, rival, faults, move } = await withSession();
    faults.delayResponse({ operation: "Query", nth: 1 }, move);
    expect(await orm.transaction((tx) => tx.session.deleteMany({ where: { userId: "u" } }), { retries: 3 })).toBe(1);
    expect(await rival.session.count()).toBe(0);
  });

  it("is deleted by what a scan finds", async () => {
    const { orm, rival, faults, move } = await withAccount();
    faults.delayResponse({ operation: "Scan", nth: 1 }, move);
    expect(await orm.account.deleteMany({ where: { providerId: "p" } })).toBe(1);
    expect(await rival.account.count({ where: { userId: "v" } })).toBe(0);
  });

  it("stays where it does not match any more", async () => {
    const { orm, rival, faults, move } = await withAccount();
    faults.delayResponse({ operation: "Query", nth: 1 }, move);
    expect(await orm.account.deleteMany({ where: { userId: "u" } })).toBe(0);
    expect(await rival.account.count({ where: { userId: "v" } })).toBe(1);
  });
});
