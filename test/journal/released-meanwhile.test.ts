import { expect, it } from "vitest";
import { openOrm } from "../fault/schema.ts";
import { createTable } from "../fault/storage.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { injectFaults } from "../support/faults.ts";
import { isDecision } from "../support/is-decision.ts";

// An engine that does not tell for which item a condition has failed is asked afterwards: by then it may be free.
it.each(engines.filter(({ transactions }) => !transactions))(
  "a record on $name that was held when it was to be consumed, and is free when it is looked at, is consumed",
  async (engine) => {
    const table = uniquePrefix("released");
    const holder = engine.createClient();
    const taker = engine.createClient();
    await createTable(holder, table);
    const expiresAt = new Date(Date.now() + 1e8);
    const holding = openOrm(holder, table);
    await holding.session.create({ data: { id: "s", token: "t", userId: "u", expiresAt } });
    const taking = openOrm(taker, table);
    await taking.session.create({ data: { id: "other", token: "other", userId: "u", expiresAt } });
    let decide = () => {};
    const reached = new Promise<void>((resolve) => {
      injectFaults(holder).delay(isDecision, () => {
        resolve();
        return new Promise<void>((go) => (decide = go));
      });
    });
    const changed = holding.session.update({ where: { token: "t" }, data: { userId: "v" } });
    await reached;
    injectFaults(taker).delay(
      "GetItem",
      async () => {
        decide();
        await changed;
      },
      { times: 1 },
    );
    expect(await taking.session.consume({ where: { token: "t" } })).toMatchObject({ id: "s", userId: "v" });
  },
);
