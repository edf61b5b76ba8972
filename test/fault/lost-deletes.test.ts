import { describe, expect, it } from "vitest";
import { enginesWithConflicts as engines } from "../support/engines.ts";
import { errors, type FaultRequest } from "../support/faults.ts";
import { openRivals } from "../support/rivals.ts";
import { faultSchema } from "./schema.ts";

const SOON = new Date(Date.now() + 1e8);

// The delete has happened, its answer is lost, and the SDK's second attempt finds nothing.
describe.each(engines)("on $name, a DeleteItem whose first response is lost", (engine) => {
  async function withTokens() {
    const rivals = await openRivals(engine, faultSchema);
    for (const id of ["t1", "t2", "t3"])
      await rivals.rival.token.create({ data: { id, identifier: "i", value: id, expiresAt: SOON } });
    rivals.faults.failAfter({ operation: "DeleteItem", nth: 1 }, () => errors.timeout());
    return rivals;
  }

  it("does not make a consume take the next record, too", async () => {
    const { orm, rival } = await withTokens();
    await orm.token.consume({ where: { identifier: "i" } });
    expect(await rival.token.count({ where: { identifier: "i" } })).toBe(2);
  });

  it("does not, either, where the further attempts are throttled", async () => {
    const { orm, rival, faults } = await withTokens();
    let deletes = 0;
    // The SDK gives up, and the driver sends anew.
    const further = ({ operation }: FaultRequest) => operation === "DeleteItem" && ++deletes > 1 && deletes < 5;
    faults.failBefore(further, () => errors.throttling());
    await orm.token.consume({ where: { identifier: "i" } });
    expect(deletes).toBeGreaterThan(4);
    expect(await rival.token.count({ where: { identifier: "i" } })).toBe(2);
  });

  it("is not taken for done where the record has moved instead", async () => {
    const { orm, rival, faults } = await openRivals(engine, faultSchema);
    await rival.session.create({ data: { id: "s", token: "before", userId: "u", expiresAt: SOON } });
    // The first attempt never arrives.
    faults.failBefore({ operation: "DeleteItem", nth: 1 }, () => errors.timeout());
    faults.delay({ operation: "DeleteItem", nth: 2 }, () =>
      rival.session.update({ where: { id: "s" }, data: { token: "after" } }),
    );
    expect(await orm.session.deleteMany({ where: { userId: "u" } })).toBe(1);
    expect(await rival.session.findUnique({ where: { token: "after" } })).toBeNull();
  });

  it("does not hide a record that lives elsewhere than this process remembers", async () => {
    const { orm, rival, faults } = await openRivals(engine, faultSchema);
    await rival.session.create({ data: { id: "s", token: "before", userId: "u", expiresAt: SOON } });
    await orm.session.findUnique({ where: { id: "s" } });
    await rival.session.update({ where: { id: "s" }, data: { token: "after" } });
    // At the old home there is nothing, and the request is sent twice.
    faults.failBefore({ operation: "DeleteItem", nth: 1 }, () => errors.timeout());
    expect(await orm.session.delete({ where: { id: "s" } })).toBe(1);
    expect(await rival.session.findUnique({ where: { token: "after" } })).toBeNull();
  });

  it("is counted by deleteMany", async () => {
    const { orm, rival } = await withTokens();
    expect(await orm.token.deleteMany({ where: { identifier: "i" } })).toBe(3);
    expect(await rival.token.count({ where: { identifier: "i" } })).toBe(0);
  });
});
