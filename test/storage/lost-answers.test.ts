import { describe, expect, it } from "vitest";
import { engines } from "../support/engines.ts";
import { errors } from "../support/faults.ts";
import { dynamodbSecondaryStorage } from "auth-dynamodb/storage";
import { openStorages } from "./support.ts";

const TEN = { window: 60, max: 10 };

/** The request has happened, its answer is lost, and the SDK sends it again. */
const lost = () => errors.timeout();

describe.each(engines)("on $name, a request whose answer is lost", (engine) => {
  it.each([
    ["the first of a window", 0],
    ["one in the middle", 4],
    ["the last that is let pass", 9],
  ])("is counted once: %s", async (_, before) => {
    const { limits, faults } = await openStorages(engine);
    for (let i = 0; i < before; i++) await limits.consume("a", TEN);
    const fault = faults.failAfter(({ operation }) => operation === "UpdateItem" || operation === "PutItem", lost, {
      times: 2,
    });
    expect(await limits.consume("a", TEN)).toEqual({ allowed: true, retryAfter: null });
    expect(fault.hits).toBeGreaterThan(0);
    fault.remove();
    for (let i = before + 1; i < 10; i++) expect(await limits.consume("a", TEN)).toMatchObject({ allowed: true });
    expect(await limits.consume("a", TEN)).toMatchObject({ allowed: false });
  });

  it("is counted once, where others are counted before it is sent again, and told its own number", async () => {
    const { values, faults, recording, client, table } = await openStorages(engine);
    const others = dynamodbSecondaryStorage({ client, table });
    for (const between of [1, 20, 31]) {
      const key = `n${between}`;
      await values.increment(key, 60);
      faults.failAfter({ operation: "UpdateItem", nth: 1 }, lost);
      // The second attempt.
      faults.delay({ operation: "UpdateItem", nth: 2 }, async () => {
        for (let i = 0; i < between; i++) await others.increment(key, 60);
      });
      recording.reset();
      expect(await values.increment(key, 60)).toBe(2);
      expect(await values.increment(key, 60)).toBe(between + 3);
      faults.clear();
    }
  });

  it("makes no second counter", async () => {
    const { values, faults } = await openStorages(engine);
    faults.failAfter({ operation: "PutItem", nth: 1 }, lost);
    expect(await values.increment("n", 60)).toBe(1);
    expect(await values.increment("n", 60)).toBe(2);
  });

  it("is refused once", async () => {
    const { limits, faults } = await openStorages(engine);
    await limits.consume("a", { window: 60, max: 1 });
    faults.failAfter({ operation: "UpdateItem", nth: 1 }, lost);
    expect(await limits.consume("a", { window: 60, max: 1 })).toMatchObject({ allowed: false });
  });

  it("is counted once each among 200 at once, of which many are lost", async () => {
    const { limits, faults } = await openStorages(engine);
    faults.failAfter(({ operation, nth }) => operation !== "GetItem" && nth % 3 === 0, lost, { times: 60 });
    const answers = await Promise.allSettled(Array.from({ length: 200 }, () => limits.consume("a", TEN)));
    // An answer that is lost as often as the SDK tries is a failure, of a request that was counted or was not.
    const passed = answers.filter((answer) => answer.status === "fulfilled" && answer.value.allowed).length;
    const failed = answers.filter((answer) => answer.status === "rejected").length;
    expect(passed).toBeLessThanOrEqual(10);
    expect(passed + failed).toBeGreaterThanOrEqual(10);
    expect(await limits.consume("a", TEN)).toMatchObject({ allowed: false });
  });

  it("takes the value that it took, and nobody else does", async () => {
    const { values, faults, client, table } = await openStorages(engine);
    const others = dynamodbSecondaryStorage({ client, table });
    await values.set("k", "v", 60);
    faults.failAfter({ operation: "UpdateItem", nth: 1 }, lost);
    let other: string | null = "nothing yet";
    faults.delay({ operation: "UpdateItem", nth: 2 }, async () => {
      other = await others.getAndDelete("k");
    });
    expect(await values.getAndDelete("k")).toBe("v");
    expect(other).toBeNull();
  });

  it("sets and deletes all the same", async () => {
    const { values, faults } = await openStorages(engine);
    faults.failAfter({ operation: "PutItem", nth: 1 }, lost);
    await values.set("k", "v", 60);
    expect(await values.get("k")).toBe("v");
    faults.failAfter({ operation: "DeleteItem", nth: 1 }, lost);
    await values.delete("k");
    expect(await values.get("k")).toBeNull();
  });
});
