import { describe, expect, it } from "vitest";
import { withClock } from "../support/clock.ts";
import { engines } from "../support/engines.ts";
import { injectFaults } from "../support/faults.ts";
import { Bench } from "./bench.ts";
import { faultLayouts, openOrm } from "./schema.ts";
import { inspect } from "./storage.ts";

const LATER_MS = 11_000;
const VIOLATION = { code: "UNIQUE_CONSTRAINT_VIOLATION", meta: { target: ["email"] } };

// Without transactions an entry is there before its record. For a while it counts as taken; after that it may
// be taken over, although whoever wrote it may only have been slow.
describe.each(engines.filter(({ transactions }) => !transactions))(
  "on $name, an entry whose record is late",
  (engine) => {
    /** A slow client and a quick one of a table, both under the test's own clock. */
    async function open() {
      const bench = await Bench.on(engine);
      const slowClient = engine.createClient();
      const slow = openOrm(slowClient, bench.table);
      await slow.user.create({ data: { email: "warm-up@example.com" } });
      const slowFaults = injectFaults(slowClient);

      /** A create that has written its entries and waits before its record. */
      async function begin(data: { id: string; email: string }) {
        let release = () => {};
        const reached = new Promise<void>((resolve) => {
          // One unique entry, one index entry, then the record.
          slowFaults.delay({ operation: "PutItem", nth: 3 }, () => {
            resolve();
            return new Promise<void>((go) => (release = go));
          });
        });
        const created = slow.user.create({ data });
        created.catch(() => undefined);
        await reached;
        return { created, release: () => release() };
      }

      async function expectSound(): Promise<void> {
        slowFaults.clear();
        expect(inspect(faultLayouts(bench.table), await bench.items())).toMatchObject({ broken: [], outdated: [] });
      }
      return { quick: openOrm(bench.client, bench.table), quickFaults: injectFaults(bench.client), begin, expectSound };
    }

    it("counts as taken while it is young", async () => {
      const { quick, begin, expectSound } = await open();
      const { created, release } = await begin({ id: "slow", email: "ada@example.com" });
      await expect(quick.user.create({ data: { id: "quick", email: "ada@example.com" } })).rejects.toMatchObject(
        VIOLATION,
      );
      release();
      await expect(created).resolves.toMatchObject({ id: "slow" });
      await expectSound();
    });

    it("is taken over later, and its record does not come any more", () =>
      withClock(async (clock) => {
        const { quick, begin, expectSound } = await open();
        const { created, release } = await begin({ id: "slow", email: "ada@example.com" });
        clock.ahead = LATER_MS;
        await expect(quick.user.create({ data: { id: "quick", email: "ada@example.com" } })).resolves.toMatchObject({
          id: "quick",
        });
        release();
        await expect(created).rejects.toMatchObject(VIOLATION);
        expect(await quick.user.findUnique({ where: { email: "ada@example.com" } })).toMatchObject({ id: "quick" });
        expect(await quick.user.findUnique({ where: { id: "slow" } })).toBeNull();
        await expectSound();
      }));

    it("stays with its record where that comes at the last moment", () =>
      withClock(async (clock) => {
        const { quick, quickFaults, begin, expectSound } = await open();
        const { created, release } = await begin({ id: "slow", email: "ada@example.com" });
        clock.ahead = LATER_MS;
        // After the look for the record, and before the entry is taken over.
        quickFaults.delay(
          ({ operation, input }) =>
            operation === "PutItem" &&
            JSON.stringify(input).includes("_w") &&
            JSON.stringify(input["ExpressionAttributeNames"]).includes("_born"),
          async () => {
            release();
            await created;
          },
          { times: 1 },
        );
        await expect(quick.user.create({ data: { id: "quick", email: "ada@example.com" } })).rejects.toMatchObject(
          VIOLATION,
        );
        expect(await quick.user.findUnique({ where: { email: "ada@example.com" } })).toMatchObject({ id: "slow" });
        quickFaults.clear();
        await expectSound();
      }));
  },
);
