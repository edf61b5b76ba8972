import {
  createDynamodbDriver,
  createOrm,
  datetime,
  defineSchema,
  id,
  isOrmError,
  model,
  string,
  type RequestEvent,
} from "auth-dynamodb";
import { pushSchema } from "auth-dynamodb/setup";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { engines, uniquePrefix } from "../support/engines.ts";

const schema = defineSchema({
  user: model({
    table: "users",
    fields: {
      id: id(),
      email: string().unique(),
      company: string(),
      name: string(),
      createdAt: datetime().defaultNow(),
    },
    constraints: { indexes: [["company"], { on: [], orderBy: "createdAt", shards: 1 }] },
  }),
});

describe.each(engines)("onRequest on $name", (engine) => {
  const client = engine.createClient();
  const tablePrefix = uniquePrefix("insight");
  const events: RequestEvent[] = [];
  const warn = vi.fn();
  const orm = createOrm({
    schema,
    driver: createDynamodbDriver({ client, tablePrefix, logger: { warn }, onRequest: (event) => events.push(event) }),
  });
  beforeAll(async () => {
    await pushSchema({ schema, client, tablePrefix });
    // By another driver: one that has made a record remembers where it lives.
    const another = createOrm({ schema, driver: createDynamodbDriver({ client, tablePrefix }) });
    await another.user.create({ data: { id: "ada", email: "ada@example.com", company: "engines", name: "Ada" } });
  });
  const paths = async (run: () => Promise<unknown>) => {
    events.length = 0;
    await run();
    return events.map(({ operation, path, fields }) => [operation, path, ...fields].join(" "));
  };

  it("tells the path of each request in explain's words", async () => {
    expect(await paths(() => orm.user.findUnique({ where: { id: "ada" } }))).toEqual(["GetItem home id"]);
    expect(await paths(() => orm.user.findUnique({ where: { email: "ada@example.com" } }))).toEqual([
      "GetItem unique email",
      "GetItem home id",
    ]);
    // Known by now.
    expect(await paths(() => orm.user.findUnique({ where: { email: "ada@example.com" } }))).toEqual([
      "GetItem home id",
    ]);
    expect(await paths(() => orm.user.findMany({ where: { company: "engines" } }))).toEqual([
      "Query index company",
      "GetItem home id",
    ]);
    expect(await paths(() => orm.user.findMany({ orderBy: { createdAt: "asc" }, take: 1 }))).toEqual([
      "Query order createdAt",
      "GetItem home id",
    ]);
    expect(await paths(() => orm.user.update({ where: { id: "ada" }, data: { name: "Augusta" } }))).toEqual([
      "UpdateItem home id",
    ]);
    expect(new Set(await paths(() => orm.user.count({ where: { name: "Augusta" } })))).toEqual(new Set(["Scan scan"]));
    expect(events[0]).toMatchObject({ model: "user", tables: [`${tablePrefix}users`], attempt: 1, error: undefined });
  });

  it("names model, fields and the index to declare when it warns of a scan", () => {
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/"user" serves a query by name: .*users".*\["name"\]/));
  });

  it("does not let a listener's failure become one of the request", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => undefined);
    const fail = () => {
      throw new Error("no metrics");
    };
    const other = createOrm({ schema, driver: createDynamodbDriver({ client, tablePrefix, onRequest: fail }) });
    expect(await other.user.findUnique({ where: { id: "ada" }, select: { id: true } })).toEqual({ id: "ada" });
    expect(warned.mock.calls[0]![0]).toContain("no metrics");
    expect(
      isOrmError(
        await other.user
          .create({ data: { id: "ada", email: "x", company: "x", name: "x" } })
          .catch((error: unknown) => error),
        "UNIQUE_CONSTRAINT_VIOLATION",
      ),
    ).toBe(true);
    warned.mockRestore();
  });
});
