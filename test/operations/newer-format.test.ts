import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineSchema, id, model } from "auth-dynamodb";
import { createAuthJsSchema, importFromAuthJsDynamoDB } from "auth-dynamodb/authjs";
import {
  applySchema,
  auditStorage,
  bootstrapDatabase,
  copyTables,
  exportToJson,
  importFromJson,
  pushSchema,
  storageStats,
  sweepTransactions,
  verifyAgainstJson,
} from "auth-dynamodb/setup";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";
import { ADVICE, changed, NEWER, schema, setFormat, tablesOfFormat } from "./format-tables.ts";

const REFUSED = { code: "STORAGE_FORMAT_UNSUPPORTED" };

describe.each(engines)("a table of a newer release on $name", (engine) => {
  const client = engine.createClient();
  const folder = mkdtempSync(join(tmpdir(), "format-"));
  const rows = join(folder, "rows");
  let newer: Awaited<ReturnType<typeof tablesOfFormat>>;

  beforeAll(async () => {
    mkdirSync(rows);
    writeFileSync(join(rows, "user.jsonl"), '{"id":"1","email":"eva@example.com"}\n');
    newer = await tablesOfFormat(client, NEWER);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  type Place = { readonly tablePrefix: string };
  const none = { client, tablePrefix: "none_" };
  const jobs: Record<string, (at: Place) => Promise<unknown>> = {
    pushSchema: (at) => pushSchema({ schema: changed, client, ...at, tags: { team: "identity" } }),
    "pushSchema of the same schema": (at) => pushSchema({ schema, client, ...at }),
    "pushSchema that only tells": (at) => pushSchema({ schema: changed, client, ...at, dryRun: true }),
    applySchema: (at) => applySchema({ schema: changed, client, ...at }),
    bootstrapDatabase: (at) => bootstrapDatabase({ schema: changed, client, ...at }),
    auditStorage: (at) => auditStorage({ schema, client, ...at, repair: true }).next(),
    storageStats: (at) => storageStats({ schema, client, ...at, count: false }),
    sweepTransactions: (at) => sweepTransactions({ schema, client, ...at }),
    exportToJson: (at) => exportToJson({ schema, client, ...at, folder: join(folder, "export") }),
    importFromJson: (at) => importFromJson({ schema, client, ...at, folder: rows }),
    verifyAgainstJson: (at) => verifyAgainstJson({ schema, client, ...at, folder: rows }),
    "copyTables, as its destination": (at) => copyTables({ schema, from: none, to: { client, ...at } }),
    "copyTables, as its source": (at) => copyTables({ schema, from: { client, ...at }, to: none, dryRun: true }),
  };

  it.each(Object.keys(jobs))("is refused by %s, and nothing is written", async (name) => {
    const before = await newer.stored();
    const { tablePrefix, sessions } = newer;
    const error: unknown = await jobs[name]!({ tablePrefix }).catch((error: unknown) => error);
    expect(error).toMatchObject({ ...REFUSED, retryable: false, meta: { table: sessions } });
    expect((error as Error).message).toContain(`"${sessions}"`);
    expect((error as Error).message).toMatch(ADVICE);
    expect(await newer.stored()).toEqual(before);
    expect(existsSync(join(folder, "export"))).toBe(false);
  });

  it("is refused by an import of @auth/dynamodb-adapter", async () => {
    const tablePrefix = uniquePrefix("format");
    const [users] = await pushSchema({ schema: createAuthJsSchema(), client, tablePrefix });
    await setFormat(client, users!.table, NEWER);
    const moved = importFromAuthJsDynamoDB({ from: { client, table: "none" }, to: { client, tablePrefix } });
    await expect(moved).rejects.toMatchObject(REFUSED);
  });

  it("keeps a push from making tables beside it", async () => {
    const more = defineSchema({ ...schema.models, team: model({ table: "teams", fields: { id: id() } }) });
    const recording = recordRequests(client);
    const pushed = pushSchema({ schema: more, client, tablePrefix: newer.tablePrefix });
    await expect(pushed).rejects.toMatchObject(REFUSED);
    recording.stop();
    expect(recording.summary()).not.toMatch(/Create|Put|Update|Tag/);
  });
});
