import { createDynamodbDriver, createOrm, defineSchema, id, model, string } from "auth-dynamodb";
import { pushSchema } from "auth-dynamodb/setup";
import { expect, it } from "vitest";
import { engineNamed, uniquePrefix } from "../support/engines.ts";
import { recordRequests } from "../support/recording.ts";

const schema = defineSchema({
  item: model({ table: "items", fields: { id: id(), code: string().unique(), note: string().nullable() } }),
});
const engine = engineNamed("dynoxide");

it.skipIf(!engine)("sends one request more than it reads, of checks alone, and more where those are many", async () => {
  const client = engine!.createClient();
  const tablePrefix = uniquePrefix("serializable");
  await pushSchema({ schema, client, tablePrefix });
  const orm = createOrm({ schema, driver: createDynamodbDriver({ client, tablePrefix, transactions: "atomic" }) });
  const ids = Array.from({ length: 101 }, (_, i) => `i${i}`);
  for (const one of ids) await orm.item.create({ data: { id: one, code: one } });
  const recording = recordRequests(client);
  const read = (count: number, isolation?: "serializable") => {
    recording.reset();
    const where = { id: { in: ids.slice(0, count) } };
    return orm.transaction((tx) => tx.item.findMany({ where }), isolation ? { isolation } : {});
  };

  await read(2);
  expect(recording.count("TransactWriteItems")).toBe(0);
  for (const count of [1, 2, 100]) {
    expect(await read(count, "serializable")).toHaveLength(count);
    const [sent, ...others] = recording.requests.filter(({ operation }) => operation === "TransactWriteItems");
    expect(others).toEqual([]);
    expect((sent?.input["TransactItems"] as object[]).map((item) => Object.keys(item))).toEqual(
      Array.from({ length: count }, () => ["ConditionCheck"]),
    );
  }
  // More than one request holds: its name, two to hold what was read, the decision, two to release it, and its end.
  expect(await read(101, "serializable")).toHaveLength(101);
  expect(recording.count("TransactWriteItems")).toBe(7);

  // One key that is free: a check by itself must leave no item behind.
  recording.reset();
  await orm.transaction((tx) => tx.item.findUnique({ where: { code: "free" } }), { isolation: "serializable" });
  expect(recording.count("UpdateItem")).toBe(0);
  expect(await orm.item.create({ data: { code: "free" } })).toMatchObject({ code: "free" });
});
