import { afterEach, describe, expect, it, vi } from "vitest";
import { numberOf, textOf } from "../../orm/dynamodb/layout/stored-record.ts";
import { engines } from "../support/engines.ts";
import { readItems } from "../fault/storage.ts";
import { openStorages } from "./support.ts";
import { setTableTime } from "./table-time.ts";

const TOO_LARGE = "x".repeat(400 * 1024);

afterEach(() => void vi.useRealTimers());

/** From now on time passes by {@link later} only. */
function stopTime(client: Parameters<typeof setTableTime>[0]): void {
  setTableTime(client);
  vi.useFakeTimers({ toFake: ["Date"] });
}

function later(seconds: number): void {
  vi.setSystemTime(Date.now() + seconds * 1000);
}

describe.each(engines)("the secondary storage on $name", (engine) => {
  it("gives what was set last, until it is deleted", async () => {
    const { values } = await openStorages(engine);
    expect(await values.get("k")).toBeNull();
    await values.set("k", "one");
    await values.set("k", "two");
    expect(await values.get("k")).toBe("two");
    expect(await values.get("other")).toBeNull();
    await values.delete("k");
    await values.delete("k");
    expect(await values.get("k")).toBeNull();
  });

  it.each(["", "0", "-17", "007", "1e3", "12345678901234567890", " 5", "ünï 😀", '{"a":null}'])(
    "gives %j back as it was set",
    async (value) => {
      const { values } = await openStorages(engine);
      await values.set("k", value);
      expect(await values.get("k")).toBe(value);
      expect(await values.getAndDelete("k")).toBe(value);
    },
  );

  it("has functions that work by themselves", async () => {
    const { values } = await openStorages(engine);
    const { get, set, increment } = values;
    await set("k", "v");
    expect(await get("k")).toBe("v");
    expect(await increment("n", 60)).toBe(1);
  });

  it("takes an expired value for absent, though it is still there", async () => {
    const { values, client, table } = await openStorages(engine);
    stopTime(client);
    await values.set("k", "v", 60);
    await values.set("n", "1", 60);
    later(59);
    expect(await values.get("k")).toBe("v");
    expect((await values.listKeys()).sort()).toEqual(["k", "n"]);
    later(1);
    expect(await values.get("k")).toBeNull();
    expect(await values.getAndDelete("k")).toBeNull();
    expect(await values.listKeys()).toEqual([]);
    expect(await values.increment("n", 60)).toBe(1);
    expect((await readItems(client, table)).filter(({ _model }) => _model)).toHaveLength(2);
  });

  it("gives DynamoDB the second at which it may remove a value", async () => {
    const { values, client, table } = await openStorages(engine);
    stopTime(client);
    vi.setSystemTime(1_800_000_000_500);
    await values.set("k", "v", 60);
    await values.set("for ever", "v");
    const items = await readItems(client, table);
    expect(items.filter(({ key }) => key).map((item) => [textOf(item, "key"), numberOf(item, "_ttl")])).toEqual(
      expect.arrayContaining([
        ["k", 1_800_000_061],
        ["for ever", undefined],
      ]),
    );
  });

  it("takes a time to live of nothing for over", async () => {
    const { values } = await openStorages(engine);
    await values.set("k", "v");
    await values.set("k", "w", 0);
    expect(await values.get("k")).toBeNull();
  });

  it.each([NaN, Infinity])("refuses a time to live of %s", async (ttl) => {
    const { values } = await openStorages(engine);
    await values.set("k", "v");
    await expect(values.set("k", "w", ttl)).rejects.toMatchObject({ code: "INVALID_VALUE" });
    await expect(values.increment("n", ttl)).rejects.toMatchObject({ code: "INVALID_VALUE" });
    expect(await values.get("k")).toBe("v");
  });

  it("stores what lives longer than dates go", async () => {
    const { values } = await openStorages(engine);
    await values.set("k", "v", 1e15);
    expect(await values.get("k")).toBe("v");
  });

  it("counts, and does not extend the first call's time to live", async () => {
    const { values, client } = await openStorages(engine);
    stopTime(client);
    expect(await values.increment("n", 10)).toBe(1);
    later(9);
    expect(await values.increment("n", 10)).toBe(2);
    expect(await values.get("n")).toBe("2");
    later(1);
    expect(await values.get("n")).toBeNull();
    expect(await values.increment("n", 10)).toBe(1);
  });

  it("counts on from a number that was set, and keeps its time to live", async () => {
    const { values, client } = await openStorages(engine);
    stopTime(client);
    await values.set("n", "41", 10);
    await values.set("for ever", "-1");
    expect(await values.increment("n", 1000)).toBe(42);
    later(10);
    expect(await values.get("n")).toBeNull();
    expect(await values.increment("for ever", 1)).toBe(0);
    later(10);
    expect(await values.get("for ever")).toBe("0");
  });

  it("counts further than it remembers writers", async () => {
    const { values } = await openStorages(engine);
    const counts: number[] = [];
    for (let i = 0; i < 100; i++) counts.push(await values.increment("n", 60));
    expect(counts).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  });

  it("refuses to count text", async () => {
    const { values } = await openStorages(engine);
    await values.set("k", "v");
    await expect(values.increment("k", 60)).rejects.toMatchObject({
      code: "INVALID_VALUE",
      meta: { model: "secondaryStorage" },
    });
    await expect(values.increment("k", 0)).rejects.toMatchObject({ code: "INVALID_VALUE" });
    expect(await values.get("k")).toBe("v");
  });

  it("can set, count and take anew what was taken", async () => {
    const { values } = await openStorages(engine);
    await values.set("k", "v", 60);
    await values.set("n", "7", 60);
    expect(await values.getAndDelete("k")).toBe("v");
    expect(await values.getAndDelete("n")).toBe("7");
    expect(await values.getAndDelete("k")).toBeNull();
    expect(await values.get("k")).toBeNull();
    expect(await values.listKeys()).toEqual([]);
    await values.set("k", "w");
    expect(await values.getAndDelete("k")).toBe("w");
    expect(await values.increment("n", 60)).toBe(1);
  });

  it("shows no key in a key of the table", async () => {
    const { values, client, table } = await openStorages(engine);
    await values.set("session-token", "v");
    const [item] = (await readItems(client, table)).filter(({ key }) => key);
    expect(textOf(item!, "_pk")).toMatch(/^secondaryStorage\|id\|[\w-]{43}$/);
    expect(textOf(item!, "_sk")).toBe("#");
    expect(JSON.stringify([item?._pk, item?._sk, item?.id])).not.toContain("session-token");
  });

  it("lists and clears its own keys, page by page, and nothing of others", async () => {
    const { values, limits } = await openStorages(engine);
    const large = "x".repeat(300_000);
    const keys = Array.from({ length: 8 }, (_, i) => `key ${i}`);
    for (const key of keys) await values.set(key, large);
    await limits.consume("address", { window: 60, max: 1 });
    expect((await values.listKeys()).sort()).toEqual(keys);
    await values.clear();
    await values.clear();
    expect(await values.listKeys()).toEqual([]);
    expect(await limits.consume("address", { window: 60, max: 1 })).toMatchObject({ allowed: false });
  });

  it("stores values up to the size of an item, and refuses larger ones before it sends them", async () => {
    const { values, recording } = await openStorages(engine);
    await values.set("k", "x".repeat(400 * 1024 - 400));
    recording.reset();
    const refused = values.set("active-sessions-the-user's-id", TOO_LARGE, 60);
    await expect(refused).rejects.toMatchObject({ code: "ITEM_TOO_LARGE", meta: { model: "secondaryStorage" } });
    await expect(refused).rejects.toThrow(/list of sessions.*revoke older sessions/);
    await expect(refused).rejects.not.toThrow(/the-user/);
    await expect(values.set("api-key:by-ref:u", TOO_LARGE)).rejects.toThrow(/list of API keys.*in the database/);
    await expect(values.set("the-token", TOO_LARGE)).rejects.toThrow(/a session/);
    await expect(values.set("the-token", TOO_LARGE)).rejects.not.toThrow(/the-token/);
    expect(recording.count()).toBe(0);
  });
});
