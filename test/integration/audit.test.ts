import { auditStorage, type Finding } from "auth-dynamodb/setup";
import { describe, expect, it } from "vitest";
import { engines } from "../support/engines.ts";
import { useShortAuditPauses } from "../support/short-pauses.ts";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import { auditedStorage, auditSchema, fill, LONG_AGO, type AuditedStorage } from "./audit-support.ts";

// Nobody else writes while these audits look.
useShortAuditPauses();
// A coordinator that is gone is gone at once.
useJournalLimits({ leaseMs: 1 });

interface Damage {
  plant(storage: AuditedStorage): Promise<void>;
  /** What an audit says of it. */
  readonly found: readonly Partial<Finding>[];
  /** What a second one says, after a repair. Default: nothing. */
  readonly left?: readonly Finding["kind"][];
}

const DAMAGE: Record<string, Damage> = {
  "entries whose record is gone": {
    async plant(storage) {
      for (const [kind, partition] of [
        ["unique", "session|id|"],
        ["index", "session|userId|"],
      ] as const) {
        await storage.put({ ...(await storage.item(kind, partition, "s1")), _at: LONG_AGO });
      }
      await storage.remove(await storage.item("record", "session|token|", "s1"));
    },
    found: [
      { kind: "danglingEntry", model: "session", severity: "harmless", repaired: true },
      { kind: "danglingEntry", model: "session", severity: "harmless", repaired: true },
    ],
  },
  "an entry without its record that is young": {
    plant: async (storage) => storage.remove(await storage.item("record", "account|userId|", "a1")),
    found: [{ kind: "danglingEntry" }, { kind: "danglingEntry", model: "account", repaired: false }],
    left: ["danglingEntry", "danglingEntry"],
  },
  "a missing unique entry": {
    plant: async (storage) => storage.remove(await storage.item("unique", "user|email|", "u1")),
    found: [
      {
        kind: "missingEntry",
        model: "user",
        severity: "broken",
        fields: ["email"],
        recordKey: { _pk: "user|id|u1", _sk: "#" },
        repaired: true,
      },
    ],
  },
  "a missing index entry": {
    plant: async (storage) => storage.remove(await storage.item("index", "user|team>rank|", "u2")),
    found: [{ kind: "missingEntry", model: "user", severity: "broken", fields: ["team", "rank"], repaired: true }],
  },
  "a missing entry of a record that expires": {
    plant: async (storage) => storage.remove(await storage.item("unique", "session|id|", "s1")),
    found: [{ kind: "missingEntry", model: "session", severity: "broken", repaired: true }],
  },
  "a missing entry in whose place a dangling one stands": {
    async plant(storage) {
      const entry = await storage.item("unique", "account|provider+subject|", "a1");
      const nobody = { M: { _pk: { S: "account|userId|nobody" }, _sk: { S: "a9" } } };
      await storage.put({ ...entry, _born: { S: "other" }, _w: { S: "other" }, _at: LONG_AGO, _ref: nobody });
    },
    found: [
      { kind: "missingEntry", severity: "broken", repaired: true },
      { kind: "danglingEntry", severity: "harmless", repaired: true },
    ],
  },
  "a value that was changed by hand": {
    async plant(storage) {
      await storage.put({ ...(await storage.item("unique", "user|email|", "u1")), _at: LONG_AGO });
      await storage.put({ ...(await storage.item("record", "user|id|", "u1")), email: { S: "new@example.com" } });
    },
    found: [
      { kind: "missingEntry", model: "user", fields: ["email"], repaired: true },
      { kind: "outdatedEntry", model: "user", severity: "harmless", fields: ["email"], repaired: true },
      { kind: "staleEntry", model: "user", severity: "harmless", repaired: true },
    ],
  },
  "an order that was changed by hand": {
    async plant(storage) {
      await storage.put({ ...(await storage.item("index", "user|team>rank|", "u1")), _at: LONG_AGO });
      await storage.put({ ...(await storage.item("record", "user|id|", "u1")), rank: { N: "7" } });
    },
    found: [
      { kind: "missingEntry", fields: ["team", "rank"], repaired: true },
      { kind: "outdatedEntry", severity: "harmless", fields: ["rank"], repaired: true },
      { kind: "outdatedSortKey", repaired: true },
    ],
  },
  "an entry of an earlier record": {
    plant: async (storage) =>
      storage.put({ ...(await storage.item("unique", "user|email|", "u1")), _born: { S: "earlier" } }),
    found: [{ kind: "otherIncarnation", model: "user", severity: "broken", repaired: true }],
  },
  "an entry that leads to where the record was before": {
    plant: async (storage) =>
      storage.put({
        ...(await storage.item("unique", "session|id|", "s1")),
        _ref: { M: { _pk: { S: "session|token|before" }, _sk: { S: "#" } } },
      }),
    found: [{ kind: "outdatedEntry", severity: "broken", fields: ["_ref"], repaired: true }, { kind: "danglingEntry" }],
  },
  "an entry that tells another foreign key": {
    plant: async (storage) =>
      storage.put({ ...(await storage.item("unique", "account|provider+subject|", "a1")), userId: { S: "u2" } }),
    found: [{ kind: "outdatedEntry", severity: "harmless", fields: ["userId"], repaired: true }],
  },
  "an entry that expires before its record": {
    async plant(storage) {
      const { _ttl, ...record } = await storage.item("record", "session|token|", "s1");
      await storage.put({
        ...(await storage.item("unique", "session|id|", "s1")),
        _ttl: { N: String(Number(_ttl!.N) - 60) },
      });
      expect(record).toHaveProperty("_ettl");
    },
    found: [{ kind: "entryExpiry", severity: "broken", repaired: true }],
  },
  "an entry that never expires": {
    async plant(storage) {
      const { _ttl: _, ...entry } = await storage.item("index", "session|userId|", "s1");
      await storage.put(entry);
    },
    found: [{ kind: "entryExpiry", severity: "harmless", repaired: true }],
  },
  "an entry that expires while its record does not": {
    plant: async (storage) =>
      storage.put({ ...(await storage.item("unique", "user|email|", "u1")), _ttl: { N: "4102444800" } }),
    found: [{ kind: "entryExpiry", severity: "broken", repaired: true }],
  },
  "a record that remembers too late an expiry of its entries": {
    plant: async (storage) =>
      storage.put({ ...(await storage.item("record", "session|token|", "s1")), _ettl: { N: "4102444800" } }),
    found: [
      { kind: "entryExpiry", severity: "broken", repaired: true },
      { kind: "entryExpiry", severity: "broken", repaired: true },
    ],
  },
  "a record that does not remember the expiry of its entries": {
    async plant(storage) {
      const { _ettl: _, ...record } = await storage.item("record", "session|token|", "s1");
      await storage.put(record);
    },
    found: [{ kind: "recordExpiry", model: "session", severity: "broken", repaired: true }],
  },
  "a record whose own expiry is too early": {
    plant: async (storage) =>
      storage.put({
        ...(await storage.item("record", "session|token|", "s1")),
        _ttl: { N: "4000000000" },
        expiresAt: { S: "2100-01-01T00:00:00.000Z" },
      }),
    found: [{ kind: "recordExpiry", severity: "broken", repaired: true }],
  },
  "a record that would expire and has no expiry": {
    plant: async (storage) =>
      storage.put({ ...(await storage.item("record", "user|id|", "u1")), _ttl: { N: "4000000000" } }),
    found: [{ kind: "recordExpiry", model: "user", severity: "broken", repaired: true }],
  },
  "two records with one unique value": {
    plant: async (storage) =>
      storage.put({ ...(await storage.item("record", "user|id|", "u2")), email: { S: "one@example.com" } }),
    found: [
      {
        kind: "duplicateValue",
        model: "user",
        severity: "broken",
        fields: ["email"],
        recordKey: { _pk: "user|id|u2", _sk: "#" },
        repaired: false,
      },
      { kind: "outdatedEntry", severity: "harmless", fields: ["email"], repaired: true },
      { kind: "staleEntry", repaired: false },
    ],
    left: ["duplicateValue", "staleEntry"],
  },
  "a record at a key that is not its own": {
    plant: async (storage) =>
      storage.put({ ...(await storage.item("record", "user|id|", "u1")), _pk: { S: "user|id|elsewhere" } }),
    found: [
      {
        kind: "misplacedRecord",
        model: "user",
        severity: "broken",
        key: { _pk: "user|id|elsewhere", _sk: "#" },
        repaired: false,
      },
    ],
    left: ["misplacedRecord"],
  },
  "a record whose date is none": {
    plant: async (storage) =>
      storage.put({ ...(await storage.item("record", "session|token|", "s1")), expiresAt: { S: "soon" } }),
    found: [{ kind: "unreadableRecord", model: "session", severity: "broken", repaired: false }],
    left: ["unreadableRecord"],
  },
  "a transaction that nobody ends": {
    async plant(storage) {
      const transaction = (name: string, state: string, at: { N: string }) =>
        storage.put({ _pk: { S: "|tx|3" }, _sk: { S: name }, _kind: { S: "tx" }, state: { S: state }, _at: at });
      await transaction("pending", "P", LONG_AGO);
      await transaction("committed", "C", LONG_AGO);
      await transaction("young", "P", { N: String(Date.now()) });
      await transaction("ended", "D", LONG_AGO);
      await transaction("aborted", "A", LONG_AGO);
      await storage.put({ _pk: { S: "|tx|3" }, _sk: { S: "pending|0000" }, _kind: { S: "txpage" }, keys: { L: [] } });
    },
    found: [
      { kind: "openTransaction", model: undefined, severity: "harmless", repaired: false },
      { kind: "openTransaction", model: undefined, severity: "harmless", repaired: false },
    ],
    left: ["openTransaction", "openTransaction"],
  },
  "items of nobody": {
    async plant(storage) {
      await storage.put({ _pk: { S: "mine" }, _sk: { S: "1" }, note: { S: "by hand" } });
      await storage.put({ _pk: { S: "order|id|1" }, _sk: { S: "#" }, _kind: { S: "record" }, _model: { S: "order" } });
    },
    found: [
      { kind: "unknownItem", model: undefined, severity: "harmless", repaired: false },
      { kind: "unknownItem", severity: "harmless", repaired: false },
    ],
    left: ["unknownItem", "unknownItem"],
  },
};

describe.each(engines)("auditStorage on $name", (engine) => {
  const client = engine.createClient();

  it("finds nothing where all is well", async () => {
    const storage = await auditedStorage(client);
    await fill(storage);
    expect(await storage.audit()).toEqual([]);
  });

  it.each(Object.entries(DAMAGE))("finds %s, and repairs what it may", async (_, { plant, found, left = [] }) => {
    const storage = await auditedStorage(client);
    await fill(storage);
    await plant(storage);
    // In one page: what is repaired in one is not found in the next.
    const byKind = (a: Partial<Finding>, b: Partial<Finding>) => (a.kind! < b.kind! ? -1 : 1);
    const expected = [...found].sort(byKind).map((finding) => expect.objectContaining(finding) as Finding);
    const seen = (await storage.audit()).sort(byKind);
    expect(seen).toHaveLength(expected.length);
    expect(seen.every((finding) => !("repaired" in finding))).toBe(true);
    expect((await storage.audit({ repair: true, pageSize: 100 })).sort(byKind)).toEqual(expected);
    expect((await storage.audit()).map(({ kind }) => kind).sort()).toEqual([...left].sort());
  });

  it("goes on where it stopped", async () => {
    const storage = await auditedStorage(client);
    await fill(storage);
    await storage.remove(await storage.item("unique", "user|email|", "u1"));
    await storage.remove(await storage.item("unique", "account|provider+subject|", "a2"));
    const all = await storage.audit();
    const parts: Finding[] = [];
    let next: string | undefined;
    do {
      const options = {
        schema: auditSchema,
        client,
        table: storage.table,
        pageSize: 2,
        ...(next === undefined ? {} : { resume: next }),
      };
      const { value } = await auditStorage(options).next();
      parts.push(...value!.findings);
      expect(value!.done).toBeLessThanOrEqual(2);
      next = value!.resume;
    } while (next !== undefined);
    expect(parts).toHaveLength(2);
    expect(parts).toEqual(expect.arrayContaining(all));
    await expect(storage.audit({ resume: "nowhere" })).rejects.toMatchObject({ code: "INVALID_QUERY" });
  });
});
