import {
  createDynamodbDriver,
  createOrm,
  datetime,
  defineSchema,
  id,
  model,
  string,
  type RequestEvent,
} from "auth-dynamodb";
import { auditStorage, pushSchema } from "auth-dynamodb/setup";
import { beforeAll, describe, expect, it } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";
import { seed } from "../support/seed.ts";

const schema = defineSchema({
  code: model({
    table: "codes",
    fields: { id: id(), identifier: string(), value: string(), createdAt: datetime() },
    clusterBy: { on: "identifier", orderBy: "createdAt" },
  }),
});
const at = (i: number) => new Date(Date.UTC(2030, 0, 1) + i * 1000);
const MANY = 300;

describe.each(engines)("on $name, records that live together in an order", (engine) => {
  const client = engine.createClient();
  const table = `${uniquePrefix("order")}codes`;
  const requests: RequestEvent[] = [];
  const orm = createOrm({
    schema,
    driver: createDynamodbDriver({ client, table, onRequest: (event) => requests.push(event) }),
  });
  const where = { identifier: "a@b.co" };

  beforeAll(async () => {
    await pushSchema({ schema, client, table });
    // Ids say nothing of the order.
    const codes = Array.from({ length: MANY }, (_, i) => ({
      model: "code",
      data: { id: `${(i * 7919) % MANY}`, value: `v${i}`, createdAt: at(i), ...where },
    }));
    await seed(client, schema, { table }, codes);
  });

  it("gives the first and the last of them in one short read", async () => {
    requests.length = 0;
    const [last] = await orm.code.findMany({ where, orderBy: { createdAt: "desc" }, take: 1 });
    expect(last?.value).toBe(`v${MANY - 1}`);
    expect((await orm.code.findFirst({ where, orderBy: { createdAt: "asc" } }))?.value).toBe("v0");
    expect(requests.map(({ operation, capacityUnits }) => [operation, capacityUnits])).toEqual([
      ["Query", 1],
      ["Query", 1],
    ]);
  });

  it("gives a span of them, and pages that go on", async () => {
    const span = await orm.code.findMany({ where: { ...where, createdAt: { gte: at(10), lt: at(13) } } });
    expect(span.map(({ value }) => value)).toEqual(["v10", "v11", "v12"]);
    const values: string[] = [];
    let after: (typeof span)[number] | undefined;
    for (;;) {
      const page = await orm.code.findMany({
        where,
        orderBy: { createdAt: "asc" },
        take: 110,
        ...(after && { after }),
      });
      values.push(...page.map(({ value }) => value));
      after = page.at(-1);
      if (!after) break;
    }
    expect(values).toEqual(Array.from({ length: MANY }, (_, i) => `v${i}`));
  });

  it("finds one by its id, and moves it where its place in the order changes", async () => {
    const mine = { identifier: "mover@b.co" };
    const other = createOrm({ schema, driver: createDynamodbDriver({ client, table }) });
    await orm.code.create({ data: { ...mine, id: "mover", value: "first", createdAt: at(1) } });
    await orm.code.create({ data: { ...mine, id: "stays", value: "second", createdAt: at(2) } });
    expect((await other.code.findUnique({ where: { id: "mover" } }))?.value).toBe("first");
    await orm.code.update({ where: { id: "mover" }, data: { createdAt: at(3) } });
    const order = async () =>
      (await other.code.findMany({ where: mine, orderBy: { createdAt: "asc" } })).map(({ id }) => id);
    expect(await order()).toEqual(["stays", "mover"]);
    // The other process remembers where it was.
    expect((await other.code.findUnique({ where: { id: "mover" } }))?.createdAt).toEqual(at(3));
    expect(await other.code.findFirst({ where: { id: "mover", ...mine, createdAt: at(1) } })).toBeNull();
    expect((await other.code.findFirst({ where: { id: "mover", ...mine, createdAt: at(3) } }))?.value).toBe("first");
    await expect(
      orm.code.create({ data: { ...mine, id: "mover", value: "twin", createdAt: at(9) } }),
    ).rejects.toMatchObject({ code: "UNIQUE_CONSTRAINT_VIOLATION" });
    await other.code.delete({ where: { id: "mover" } });
    expect(await order()).toEqual(["stays"]);
  });

  it("leaves an audit that finds nothing", async () => {
    const findings = [];
    for await (const page of auditStorage({ schema, client, table })) findings.push(...page.findings);
    expect(findings).toEqual([]);
  });

  it("is another home than one in no order: a push refuses the change", async () => {
    const plain = defineSchema({
      code: model({ table: "codes", fields: schema.models.code.fields, clusterBy: "identifier" }),
    });
    await expect(pushSchema({ schema: plain, client, table })).rejects.toThrow('clusterBy of "code"');
  });
});
