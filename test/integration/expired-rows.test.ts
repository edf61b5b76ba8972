import { createAuthSchema, dynamodbAdapter } from "auth-dynamodb/better-auth";
import { pushSchema } from "auth-dynamodb/setup";
import { describe, expect, it } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";

// Better Auth looks for expired verifications and deletes them, with one Date. Where it found none, nothing is sent for
// the second call.
describe.each(engines)("on $name, what is older than a moment", (engine) => {
  async function open(expiry: Record<string, boolean> = { verification: false }, scans: "allow" | "refuse" = "allow") {
    const client = engine.createClient();
    const tablePrefix = uniquePrefix("expired");
    await pushSchema({ schema: createAuthSchema({}, { expiry }), client, tablePrefix });
    const logger = { warn: () => undefined };
    return { adapter: dynamodbAdapter({ client, tablePrefix, scans, expiry, logger })({}), client };
  }
  const verification = (expiresAt: Date, createdAt = new Date()) => ({
    model: "verification",
    data: { identifier: "i", value: "v", expiresAt, createdAt, updatedAt: new Date() },
  });
  const before = (field: string, value: Date) => ({
    model: "verification",
    where: [{ field, operator: "lt" as const, value }],
  });

  it("is deleted also where it came after an earlier look of the same moment", async () => {
    const { adapter } = await open();
    const moment = new Date();
    expect(await adapter.findMany(before("expiresAt", moment))).toEqual([]);
    await adapter.create(verification(new Date(moment.getTime() - 1000)));
    expect(await adapter.deleteMany(before("expiresAt", moment))).toBe(1);
  });

  it("is deleted by one field although there was nothing by another", async () => {
    const { adapter } = await open();
    const now = new Date();
    await adapter.create(verification(new Date(now.getTime() + 1e6), new Date(now.getTime() - 1e6)));
    expect(await adapter.findMany(before("expiresAt", now))).toEqual([]);
    expect(await adapter.deleteMany(before("createdAt", now))).toBe(1);
  });

  it("is TTL's to remove, and no request's, where verifications expire", async () => {
    const { adapter, client } = await open({}, "refuse");
    const moment = new Date();
    const create = (expiresAt: Date) => adapter.create(verification(expiresAt));
    await create(new Date(moment.getTime() - 1000));
    await create(new Date(moment.getTime() + 1e6));
    const recording = recordRequests(client);
    expect(await adapter.findMany(before("expiresAt", moment))).toEqual([]);
    expect(await adapter.deleteMany(before("expiresAt", moment))).toBe(0);
    expect(recording.requests).toEqual([]);
    recording.stop();
    // Nothing else is left to TTL: what is asked for by its identifier, or has not expired yet.
    const where = [{ field: "identifier", value: "i" }];
    expect(await adapter.findMany({ model: "verification", where })).toHaveLength(2);
    const later = before("expiresAt", new Date(moment.getTime() + 2e6));
    await expect(adapter.deleteMany(later)).rejects.toMatchObject({ code: "SCAN_REFUSED" });
    expect(await adapter.deleteMany({ model: "verification", where })).toBe(2);
  });
});
