import type { Finding } from "auth-dynamodb/setup";
import { describe, expect, it } from "vitest";
import { mapLimit } from "../../orm/util/map-limit.ts";
import { engines } from "../support/engines.ts";
import { injectFaults, type FaultRequest } from "../support/faults.ts";
import { useShortAuditPauses } from "../support/short-pauses.ts";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import { auditedStorage, fill, LONG_AGO, type AuditedStorage } from "./audit-support.ts";

/**
 * Who write while an audit runs, and how often each of them: as long as that takes, one audit comes after the other.
 */
const WRITERS = 8;
const TURNS = 24;

const WRITES = ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"];

/** Damage of several kinds, each of which takes a write to repair. */
async function damage(storage: AuditedStorage): Promise<void> {
  await storage.remove(await storage.item("unique", "user|email|", "u1"));
  await storage.put({ ...(await storage.item("unique", "user|email|", "u2")), _born: { S: "earlier" } });
  const { _ettl: _, ...session } = await storage.item("record", "session|token|", "s1");
  await storage.put(session);
  await storage.put({ ...(await storage.item("unique", "account|provider+subject|", "a1")), _at: LONG_AGO });
  await storage.put({ ...(await storage.item("record", "account|userId|", "a1")), subject: { S: "z" } });
}

describe.each(engines)("on $name", (engine) => {
  describe("a repair that is interrupted", () => {
    // Nobody else writes, and the locks of a repair that was interrupted are those of one that has gone.
    useShortAuditPauses();
    useJournalLimits({ leaseMs: 1 });

    it.each(["failBefore", "failAfter"] as const)("by %s at any write is finished by the next", async (fault) => {
      const client = engine.createClient();
      const faults = injectFaults(client);
      for (let nth = 1; ; nth++) {
        faults.clear();
        const storage = await auditedStorage(client);
        await fill(storage);
        await damage(storage);
        let writes = 0;
        const strikes = ({ operation }: FaultRequest) => WRITES.includes(operation) && ++writes === nth;
        const struck = faults[fault](strikes, () => new Error("interrupted"), { level: "call" });
        const interrupted = await storage.audit({ repair: true }).then(
          () => false,
          () => true,
        );
        const { hits } = struck;
        faults.clear();
        if (interrupted) await storage.audit({ repair: true });
        expect(await storage.audit()).toEqual([]);
        if (hits === 0) {
          expect(nth).toBeGreaterThan(4);
          break;
        }
      }
    });
  });

  it("an audit finds nothing broken while records are written", async () => {
    const storage = await auditedStorage(engine.createClient());
    const { orm } = storage;
    const write = async (writer: number, turn: number) => {
      const name = `${writer}-${turn % 3}`;
      const user = await orm.user.upsert({
        where: { id: `u${name}` },
        create: { email: `${name}@example.com`, team: "a", rank: turn },
        update: { email: `${name}-${turn}@example.com`, rank: turn, team: turn % 2 ? "a" : "b" },
      });
      const expiresAt = new Date(Date.now() + 86_400_000 * (turn + 1));
      await orm.session.upsert({
        where: { id: `s${name}` },
        create: { token: name, userId: user.id, expiresAt },
        update: { expiresAt, token: `${name}-${turn}` },
      });
      if (turn % 4 === 3) await orm.user.deleteMany({ where: { team: "a", rank: { lt: turn } } });
      if (turn % 5 === 4) await orm.session.delete({ where: { userId: user.id } });
    };
    let writing = true;
    const written = mapLimit(
      Array.from({ length: WRITERS }, (_, writer) => writer),
      WRITERS,
      async (writer) => {
        for (let turn = 0; turn < TURNS; turn++) await write(writer, turn);
      },
    ).finally(() => (writing = false));
    written.catch(() => undefined);
    const found: Finding[] = [];
    while (writing) found.push(...(await storage.audit({ pageSize: 10 })));
    await written;
    // The entries of a record that is just being deleted lead nowhere for a moment.
    expect(found.filter(({ severity }) => severity === "broken")).toEqual([]);
    expect(await storage.audit()).toEqual([]);
  });
});
