// The number in a table's record of its schema by which an older release knows to leave the table alone.
import { auditStorage, applySchema, pushSchema, storageStats } from "auth-dynamodb/setup";
import { describe, expect, it } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";
import { changed, CURRENT, formatIn, schema, setFormat, tablesOfFormat } from "./format-tables.ts";

describe.each(engines)("the storage format on $name", (engine) => {
  const client = engine.createClient();

  it("is recorded by a push, also with the back-fill under way", async () => {
    const { tablePrefix, users, sessions } = await tablesOfFormat(client, CURRENT);
    expect(await formatIn(client, users)).toEqual(CURRENT);
    await setFormat(client, users, undefined);
    const [begun] = await pushSchema({ schema: changed, client, tablePrefix, signal: AbortSignal.abort() });
    expect(begun).toMatchObject({ complete: false, schema: "not recorded" });
    expect(await formatIn(client, users)).toEqual(CURRENT);
    await pushSchema({ schema: changed, client, tablePrefix });
    for (const table of [users, sessions]) expect(await formatIn(client, table)).toEqual(CURRENT);
  });

  it.each([
    ["none", undefined],
    ["an older one", { N: "1" }],
  ])("is brought up from %s by a push and by applySchema, without a look at records", async (_, format) => {
    const { tablePrefix, sessions } = await tablesOfFormat(client, format);
    for (const push of [pushSchema, applySchema]) {
      await setFormat(client, sessions, format);
      const [, planned] = await pushSchema({ schema, client, tablePrefix, dryRun: true });
      expect(planned).toMatchObject({ schema: "would be recorded", changes: [] });
      expect(await formatIn(client, sessions)).toEqual(format);
      const recording = recordRequests(client);
      const pushed = await push({ schema, client, tablePrefix });
      recording.stop();
      expect(pushed).toMatchObject([{ schema: "already recorded" }, { schema: "recorded", changes: [] }]);
      expect(recording.count("Scan")).toBe(0);
      expect(await formatIn(client, sessions)).toEqual(CURRENT);
      expect((await push({ schema, client, tablePrefix }))[1]!.schema).toBe("already recorded");
    }
  });

  it("lets jobs use older tables before the first push", async () => {
    const { tablePrefix } = await tablesOfFormat(client, undefined);
    expect((await storageStats({ schema, client, tablePrefix })).complete).toBe(true);
    for await (const { findings } of auditStorage({ schema, client, tablePrefix })) expect(findings).toEqual([]);
  });

  it.each([
    ["text", { S: "2; secret" }],
    ["negative", { N: "-1" }],
    ["zero", { N: "0" }],
    ["a fraction", { N: "2.5" }],
    ["no number", { BOOL: true }],
  ] as const)("is told as unreadable where it is %s, and nothing is written", async (_, format) => {
    const { tablePrefix, sessions, stored } = await tablesOfFormat(client, format);
    const before = await stored();
    const error: unknown = await pushSchema({ schema: changed, client, tablePrefix }).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "STORAGE_FORMAT_UNSUPPORTED", stage: "push", meta: { table: sessions } });
    expect((error as Error).message).toMatch(/"format" that is no whole number.*remove the attribute and push again/);
    expect((error as Error).message).not.toContain("secret");
    expect(await stored()).toEqual(before);
    await setFormat(client, sessions, undefined);
    await pushSchema({ schema, client, tablePrefix });
    expect(await formatIn(client, sessions)).toEqual(CURRENT);
  });

  it("leaves it to the jobs to tell that a table is missing", async () => {
    const tablePrefix = uniquePrefix("format");
    const missing = { exists: false };
    expect((await storageStats({ schema, client, tablePrefix })).tables).toMatchObject([missing, missing]);
    await expect(auditStorage({ schema, client, tablePrefix }).next()).rejects.toMatchObject({ code: "MISSING_TABLE" });
  });
});
