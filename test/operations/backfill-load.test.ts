import { once } from "node:events";
import { createDynamodbDriver, createOrm } from "auth-dynamodb";
import { auditStorage, pushSchema, type Finding } from "auth-dynamodb/setup";
import { describe, expect, it } from "vitest";
import { forkScript } from "../concurrency/fork-script.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { seed } from "../support/seed.ts";
import { schemas } from "./load-schema.ts";

const WORKERS = 4;
/** Users that each process changes, and creates. */
const EACH = process.env["STRESS"] ? 1250 : 60;

describe.each(engines)(
  "on $name, a unique field and an index, added while 4 processes create and change users",
  { timeout: 900_000 },
  (engine) => {
    const client = engine.createClient();

    async function prepare(): Promise<string> {
      const table = `${uniquePrefix("load")}auth`;
      await pushSchema({ schema: schemas.old, client, table });
      const users = Array.from({ length: WORKERS * EACH }, (_, i) => {
        const name = `${Math.floor(i / EACH)}-${i % EACH}`;
        return {
          model: "user",
          data: {
            id: `old-${name}`,
            email: `old-${name}@example.com`,
            name: "old",
            username: `old-${name}`,
            company: `c${i % 7}`,
          },
        };
      });
      await seed(client, schemas.old, { table }, users);
      return table;
    }

    /** Starts the processes: resolves once all are at work, with the promise of their end. */
    async function startWorkers(
      table: string,
      version: keyof typeof schemas,
      signal: AbortSignal,
    ): Promise<{ ended: Promise<number[]> }> {
      const workers = await Promise.all(
        Array.from({ length: WORKERS }, (_, worker) =>
          forkScript(
            new URL("./load-worker.ts", import.meta.url),
            [engine.endpoint, table, version, String(worker), String(EACH)],
            signal,
          ),
        ),
      );
      const codes = workers.map(async (child) => {
        if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
        return child.exitCode ?? 1;
      });
      return { ended: Promise.all(codes) };
    }

    async function lookUps(table: string): Promise<void> {
      const orm = createOrm({ schema: schemas.new, driver: createDynamodbDriver({ client, table, scans: "allow" }) });
      const users = await orm.user.findMany({});
      expect(users).toHaveLength(WORKERS * EACH * 2 - WORKERS * Math.ceil(EACH / 10));
      for (const company of new Set(users.map((user) => user.company))) {
        const ids = (await orm.user.findMany({ where: { company } })).map((user) => user.id);
        expect(ids.sort()).toEqual(
          users
            .filter((user) => user.company === company)
            .map((user) => user.id)
            .sort(),
        );
      }
      const found = await orm.user.findMany({ where: { username: { in: users.map((user) => user.username!) } } });
      expect(found.map((user) => user.id).sort()).toEqual(users.map((user) => user.id).sort());
      await expect(
        orm.user.create({ data: { email: "thief@example.com", name: "thief", username: users[0]!.username } }),
      ).rejects.toThrow(/Unique/);
    }

    async function audit(table: string): Promise<Finding[]> {
      const findings: Finding[] = [];
      for await (const page of auditStorage({ schema: schemas.new, client, table })) findings.push(...page.findings);
      return findings;
    }

    it("leaves nothing to find behind, where the processes know the new schema", async ({ signal }) => {
      const table = await prepare();
      const { ended } = await startWorkers(table, "new", signal);
      const [report] = await pushSchema({ schema: schemas.new, client, table });
      expect(await ended).toEqual([0, 0, 0, 0]);
      expect(report).toMatchObject({ complete: true, schema: "recorded", duplicateCount: 0 });
      expect(report!.written).toBeGreaterThan(0);
      expect(await audit(table)).toEqual([]);
      await lookUps(table);
    });

    it("finds everything after a second push, where the processes knew the old schema", async ({ signal }) => {
      const table = await prepare();
      const { ended } = await startWorkers(table, "old", signal);
      await pushSchema({ schema: schemas.new, client, table });
      expect(await ended).toEqual([0, 0, 0, 0]);
      // The old ones are gone: what they wrote lacks the new entries, and what they changed left old ones behind.
      expect((await pushSchema({ schema: schemas.new, client, table, backfill: "all" }))[0]).toMatchObject({
        complete: true,
        schema: "recorded",
      });
      await lookUps(table);
      expect((await audit(table)).filter(({ severity }) => severity === "broken")).toEqual([]);
    });
  },
);
