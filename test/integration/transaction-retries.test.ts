import { defineSchema, id, model, string } from "auth-dynamodb";
import { bootstrapDatabase } from "auth-dynamodb/setup";
import { beforeAll, describe, expect, it } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";

const schema = defineSchema({ user: model({ table: "users", fields: { id: id(), email: string().unique() } }) });

describe.each(engines)("a transaction that stumbles over a taken value, on $name", (engine) => {
  const client = engine.createClient();
  let orm: Awaited<ReturnType<typeof open>>;
  const open = () =>
    bootstrapDatabase({
      schema,
      client,
      tablePrefix: uniquePrefix("retries"),
      transactions: "atomic",
      logger: { warn: () => undefined },
    });

  beforeAll(async () => {
    orm = await open();
    await orm.user.createMany({ data: [{ email: "taken" }, { id: "other", email: "other" }] });
  });

  it.each<[string, (tx: typeof orm) => Promise<unknown>]>([
    ["create", (tx) => tx.user.create({ data: { email: "taken" } })],
    ["update", (tx) => tx.user.update({ where: { id: "other" }, data: { email: "taken" } })],
    ["updateMany", (tx) => tx.user.updateMany({ where: { id: "other" }, data: { email: "taken" } })],
  ])("throws at the %s when it is run again", async (_, write) => {
    let runs = 0;
    const recording = recordRequests(client);
    const attempt = orm.transaction(
      async (tx) => {
        runs += 1;
        // What makes the second run different from the first: this is where it fails.
        const result = await write(tx).catch((error: unknown) => error);
        if (result instanceof Error) throw new Error("caught at the call", { cause: result });
      },
      { retries: 10 },
    );
    await expect(attempt).rejects.toMatchObject({
      message: "caught at the call",
      cause: { code: "UNIQUE_CONSTRAINT_VIOLATION" },
    });
    recording.stop();
    expect(runs).toBe(2);
    if (engine.transactions) expect(recording.count("TransactWriteItems")).toBe(1);
  });

  it("takes a value that it frees itself", async () => {
    await orm.transaction(async (tx) => {
      await tx.user.update({ where: { email: "taken" }, data: { email: "moved" } });
      await tx.user.update({ where: { id: "other" }, data: { email: "taken" } });
    });
    expect(await orm.user.findUnique({ where: { email: "taken" } })).toEqual({ id: "other", email: "taken" });
  });
});
