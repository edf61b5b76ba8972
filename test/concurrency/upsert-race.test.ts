import { describe, expect, it } from "vitest";
import { faultSchema } from "../fault/schema.ts";
import { enginesWithConflicts as engines } from "../support/engines.ts";
import { openRivals } from "../support/rivals.ts";

// The winner's record has all unique values of the loser's: whichever is found taken first, the loser updates.
describe.each(engines)("on $name, an upsert of a record with two unique values", (engine) => {
  const args = {
    where: { handle: "ada" },
    create: { handle: "ada", email: "ada@example.com", name: "created" },
    update: { name: "updated" },
  };

  it("that loses the race to create updates the winner's", async () => {
    const { orm, rival, faults } = await openRivals(engine, faultSchema);
    faults.delayResponse({ operation: "GetItem", nth: 1 }, () => rival.user.upsert(args));
    expect(await orm.user.upsert(args)).toMatchObject({ name: "updated" });
  });

  it("with an id of its own, too", async () => {
    const { orm, rival, faults } = await openRivals(engine, faultSchema);
    const byEmail = {
      where: { email: "a@example.com" },
      create: { id: "fixed", name: "created" },
      update: { name: "updated" },
    };
    faults.delayResponse({ operation: "GetItem", nth: 1 }, () => rival.user.upsert(byEmail));
    expect(await orm.user.upsert(byEmail)).toMatchObject({ name: "updated" });
  });

  it("by twenty at once: one creates, all others update", async () => {
    const { orm } = await openRivals(engine, faultSchema);
    const results = await Promise.all(Array.from({ length: 20 }, () => orm.user.upsert(args)));
    expect(results.filter(({ name }) => name === "created")).toHaveLength(1);
    expect(await orm.user.count({ where: { space: "" } })).toBe(1);
  });

  it("is refused where another record has the other value", async () => {
    const { orm, rival } = await openRivals(engine, faultSchema);
    await rival.user.create({ data: { email: "ada@example.com" } });
    await expect(orm.user.upsert(args)).rejects.toMatchObject({
      code: "UNIQUE_CONSTRAINT_VIOLATION",
      meta: { target: ["email"] },
    });
  });
});
