import { createAuthSchema, dynamodbAdapter } from "auth-dynamodb/better-auth";
import { pushSchema } from "auth-dynamodb/setup";
import { describe, expect, it } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";

// Better Auth looks for expired verifications and deletes them, with one Date. Where it found none, nothing is sent for the second call.
describe.each(engines)("on $name, what is older than a moment", (engine) => {
  async function open() {
    const client = engine.createClient();
    const tablePrefix = uniquePrefix("expired");
    await pushSchema({ schema: createAuthSchema({}), client, tablePrefix });
    return dynamodbAdapter({ client, tablePrefix, scans: "allow", logger: { warn: () => undefined } })({});
  }
  const verification = (expiresAt: Date, createdAt = new Date()) => ({
    model: "verification",
    data: { identifier: "i", value: "v", expiresAt, createdAt, updatedAt: new Date() },
  });
  const before = (field: string, value: Date) => ({ model: "verification", where: [{ field, operator: "lt" as const, value }] });

  it("is deleted also where it came after an earlier look of the same moment", async () => {
    const adapter = await open();
    const moment = new Date();
    expect(await adapter.findMany(before("expiresAt", moment))).toEqual([]);
    await adapter.create(verification(new Date(moment.getTime() - 1000)));
    expect(await adapter.deleteMany(before("expiresAt", moment))).toBe(1);
  });

  it("is deleted by one field although there was nothing by another", async () => {
    const adapter = await open();
    const now = new Date();
    await adapter.create(verification(new Date(now.getTime() + 1e6), new Date(now.getTime() - 1e6)));
    expect(await adapter.findMany(before("expiresAt", now))).toEqual([]);
    expect(await adapter.deleteMany(before("createdAt", now))).toBe(1);
  });
});
