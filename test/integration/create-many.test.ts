import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { faultSchema } from "../fault/schema.ts";
import { withClock } from "../support/clock.ts";
import { engines } from "../support/engines.ts";
import { openRivals } from "../support/rivals.ts";

describe.each(engines)("createMany on $name", (engine) => {
  it("stores more than the 4 MB of one transaction", async () => {
    const { orm } = await openRivals(engine, faultSchema);
    await orm.counter.createMany({
      data: Array.from({ length: 14 }, (_, i) => ({ id: `c${i}`, hits: 0, note: "x".repeat(350_000) })),
    });
    expect(await orm.counter.count()).toBe(14);
  });

  it("stores as much as one transaction holds, where a value is to be taken over from nobody", async () => {
    const { orm, client, table, open } = await openRivals(engine, faultSchema);
    await orm.user.create({ data: { id: "old", email: "u0@example.com" } });
    // TTL or a crash: the record is gone, its entries are there.
    await client.send(new DeleteItemCommand({ TableName: table, Key: { _pk: { S: "user|id|old" }, _sk: { S: "#" } } }));
    // Three items each, and a fourth: 100 in all. The take-over asserts one more.
    const data = Array.from({ length: 33 }, (_, i) => ({
      id: `u${i}`,
      email: `u${i}@example.com`,
      ...(i === 32 ? { handle: "h" } : {}),
    }));
    const later = open(faultSchema);
    await withClock(() => later.user.createMany({ data }), 11_000);
    expect(await later.user.count()).toBe(33);
  });
});
