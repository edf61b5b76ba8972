import { expect, it } from "vitest";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { engines, uniquePrefix } from "../support/engines.ts";
import { errors, injectFaults, type FaultRequest } from "../support/faults.ts";
import { openOrm } from "../fault/schema.ts";
import { createTable } from "../fault/storage.ts";
import { isDecision } from "../support/is-decision.ts";
import { all, engine, setup } from "./open-transaction.ts";

useJournalLimits({ items: 2, leaseMs: 5000 });

/** Tokens are remembered for ten minutes: a client that slept longer between two attempts has one nobody knows. */
function forgetTokens(client: DynamoDBClient) {
  let n = 0;
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { body?: unknown };
      if (request.body instanceof Uint8Array) request.body = new TextDecoder().decode(request.body);
      if (typeof request.body === "string" && request.body.includes("ClientRequestToken")) {
        n += 1;
        const fresh = String(n).padStart(12, "0");
        request.body = request.body.replace(/("ClientRequestToken":"[0-9a-f-]{24})[0-9a-f]{12}"/, `$1${fresh}"`);
      }
      return next(args);
    },
    { step: "finalizeRequest", name: "forgetTokens", priority: "low" },
  );
}

it.each(["delete", "update", "create"])(
  "the deciding request is sent again after its token was forgotten: %s",
  async (kind) => {
    const { table, orm } = await setup();
    const ids = ["a", "b", "c", "d"];
    if (kind !== "create") for (const id of ids) await orm.counter.create({ data: { id, hits: 0 } });
    const client = engine.createClient();
    forgetTokens(client);
    const faults = injectFaults(client);
    let struck = false;
    faults.failAfter(
      (seen) => !struck && isDecision(seen) && (struck = true),
      () => errors.internalServerError(),
      { level: "attempt" },
    );
    const mine = openOrm(client, table);
    let runs = 0;
    const outcome = await mine
      .transaction(async (tx) => {
        runs++;
        for (const id of ids) {
          if (kind === "delete") await tx.counter.deleteMany({ where: { id } });
          if (kind === "update") await tx.counter.update({ where: { id }, data: { hits: 7 } });
          if (kind === "create") await tx.counter.create({ data: { id, hits: 7 } });
        }
      })
      .then(
        () => "done",
        (error: { code: string }) => error.code,
      );
    const left = await orm.counter.findMany({ where: { id: { in: ids } } });
    const committed = kind === "delete" ? left.length === 0 : left.every(({ hits }) => hits === 7) && left.length === 4;
    expect(struck).toBe(true);
    expect({ outcome, committed, runs }).toEqual({ outcome: "done", committed: true, runs: 1 });
  },
);

it("an increment whose answer was lost, on a record that is held since: told as what it is", async () => {
  const { table, orm } = await setup();
  for (const id of ["a", "b", "c"]) await orm.counter.create({ data: { id, hits: 0 } });
  // A transaction that is alive, and holds "a" for longer than a writer waits: it is at its locks still.
  const slow = engine.createClient();
  const slowFaults = injectFaults(slow);
  let open!: () => void;
  const gate = new Promise<void>((resolve) => (open = resolve));
  slowFaults.delay({ operation: "TransactWriteItems", nth: 3 }, () => gate, { level: "call" });
  const client = engine.createClient({ maxAttempts: 3 });
  const faults = injectFaults(client);
  let struck = false;
  let big: Promise<unknown> | undefined;
  // The first attempt lands, its answer is lost; the big transaction comes before the second attempt.
  faults.delayResponse(
    ({ operation }) => operation === "UpdateItem" && !struck && (struck = true),
    async () => {
      big = openOrm(slow, table).transaction(async (tx) => {
        for (const id of ["a", "b", "c"]) await tx.counter.updateMany({ where: { id }, data: { note: "x" } });
      });
      while (!(await all(engine.createClient(), table)).some((item) => "_tx" in item))
        await new Promise((resolve) => setTimeout(resolve, 50));
    },
    { level: "attempt", times: 1 },
  );
  faults.failAfter(
    ({ operation }) => operation === "UpdateItem",
    () => errors.internalServerError(),
    { level: "attempt", times: 1 },
  );
  const outcome = await openOrm(client, table)
    .counter.increment({ where: { id: "a" }, increment: { hits: 1 } })
    .then(
      () => "done",
      (error: { code: string; retryable?: boolean }) => `${error.code}, retryable ${String(error.retryable)}`,
    );
  open();
  await big;
  const [record] = await orm.counter.findMany({ where: { id: "a" } });
  // Told as failed, it is made again by its caller: then it counts twice.
  expect({ outcome, hits: record!.hits }).toEqual({ outcome: "done", hits: 1 });
});

it.each(engines.filter(({ transactions }) => !transactions))(
  "a transaction on $name whose end is not known is told so, and not made again",
  async (single) => {
    const client = single.createClient();
    const table = uniquePrefix("unknown");
    await createTable(client, table);
    const orm = openOrm(client, table);
    for (const id of ["a", "b"]) await orm.counter.create({ data: { id, hits: 0 } });
    const faults = injectFaults(client);
    // It is committed, its answer is lost, and the second copy is refused for that; what is asked then is not answered.
    faults.failAfter(isDecision, () => errors.internalServerError(), { times: 1 });
    const isAbort = ({ operation, input }: FaultRequest) =>
      operation === "UpdateItem" && JSON.stringify(input).includes('{"S":"A"}');
    faults.failBefore(isAbort, () => errors.timeout(), { level: "call" });
    const change = orm.transaction((tx) => tx.counter.deleteMany({ where: { id: { in: ["a", "b"] } } }));
    await expect(change).rejects.toMatchObject({ code: "TRANSACTION_UNKNOWN" });
    faults.stop();
    expect(await openOrm(single.createClient(), table).counter.count({ where: { id: { in: ["a", "b"] } } })).toBe(0);
  },
);
