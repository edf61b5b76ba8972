import { createDynamodbDriver, createOrm, defineSchema, id, model, string } from "auth-dynamodb";
import { createAuthJsSchema } from "auth-dynamodb/authjs";
import { pushSchema } from "auth-dynamodb/setup";
import { beforeAll, describe, expect, it } from "vitest";
import { studioOf } from "../../cli/studio/studio.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { caller } from "./studio-app.ts";

const schema = defineSchema({
  person: model({
    table: "person",
    fields: {
      id: id(),
      name: string(),
      // A circle: whoever leads somebody may be led by them.
      leaderId: string().nullable().references("person.id", { onDelete: "cascade" }),
    },
  }),
  note: model({
    table: "note",
    fields: { id: id(), authorId: string().nullable().references("person.id", { onDelete: "set null" }) },
  }),
  invoice: model({
    table: "invoice",
    fields: { id: id(), ownerId: string().references("person.id", { onDelete: "restrict" }) },
  }),
});

describe.each(engines)("a removal on $name", (engine) => {
  const client = engine.createClient();
  const table = `${uniquePrefix("removal")}all`;
  const place = { connection: "Local DynamoDB", readOnly: false, showSecrets: false };
  const studioFor = (given: typeof schema | ReturnType<typeof createAuthJsSchema>) =>
    caller(studioOf({ ...place, target: { schema: given, client, naming: { table }, source: "a test" } }));
  const { call } = studioFor(schema);
  const orm = createOrm({ schema, driver: createDynamodbDriver({ client, table }) });

  beforeAll(async () => {
    await pushSchema({ schema, client, table });
    const people = ["a", "b", "c"];
    for (const name of people) await orm.person.create({ data: { id: name, name } });
    for (const [one, leader] of [
      ["a", "c"],
      ["b", "a"],
      ["c", "b"],
    ] as const)
      await orm.person.update({ where: { id: one }, data: { leaderId: leader } });
    await orm.note.createMany({
      data: [
        { id: "n1", authorId: "a" },
        { id: "n2", authorId: "b" },
      ],
    });
  });

  it("counts along a circle once, tells what stays, and is forbidden by what refuses it", async () => {
    const a = { model: "person", field: "id", value: "a" };
    expect((await call("preview", a)).answer.result).toMatchObject({
      records: 3,
      removed: [{ model: "person", count: 3 }],
      released: [{ model: "note", count: 2 }],
      forbidding: [],
    });
    await orm.invoice.create({ data: { id: "i1", ownerId: "b" } });
    const refused = await call("remove", { ...a, confirmed: 3 });
    expect(refused).toMatchObject({
      status: 409,
      answer: { refusal: { code: "FORBIDDEN_BY_OTHERS", removal: { forbidding: [{ model: "invoice", count: 1 }] } } },
    });
    expect(await orm.person.count({ where: { leaderId: "a" } })).toBe(1);
    expect((await call("remove", { model: "invoice", field: "id", value: "i1", confirmed: 1 })).status).toBe(200);
    expect((await call("remove", { ...a, confirmed: 3 })).status).toBe(200);
    expect(await orm.note.findUnique({ where: { id: "n1" } })).toMatchObject({ authorId: null });
  });

  it("works for the schema of Auth.js, whose tokens are secrets, too", async () => {
    const authJs = createAuthJsSchema();
    await pushSchema({ schema: authJs, client, table });
    const own = createOrm({ schema: authJs, driver: createDynamodbDriver({ client, table }) });
    await own.user.create({ data: { id: "u", email: "u@example.com", name: "U" } });
    const account = { userId: "u", type: "oauth", provider: "github", providerAccountId: "1" };
    await own.account.create({ data: { ...account, access_token: "github-secret", extra: { token: "extra-secret" } } });
    await own.session.create({ data: { sessionToken: "session-secret", userId: "u", expires: new Date(9e12) } });
    const { call: ask } = studioFor(authJs);
    const { answer } = await ask("record", { model: "user", id: "u" });
    expect(JSON.stringify(answer)).not.toMatch(/-secret/);
    expect((await ask("preview", { model: "user", field: "id", value: "u" })).answer.result).toMatchObject({
      records: 3,
    });
    expect((await ask("remove", { model: "user", field: "id", value: "u", confirmed: 3 })).status).toBe(200);
  });
});
