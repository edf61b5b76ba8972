import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { describe, expect, it } from "vitest";
import { openOrm } from "../fault/schema.ts";
import { createTable } from "../fault/storage.ts";
import { engines, uniquePrefix } from "../support/engines.ts";

// A process that was killed has left its lock, and another one begins with that record: it does not know its engine
// yet.
describe.each(engines.filter(({ transactions }) => !transactions))("on $name, a record that is locked", (engine) => {
  async function locked() {
    const client = engine.createClient();
    const table = uniquePrefix("locked");
    await createTable(client, table);
    await openOrm(client, table).user.create({ data: { id: "u", email: "ada@example.com" } });
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { _pk: { S: "user|id|u" }, _sk: { S: "#" } },
        UpdateExpression: "SET #by = :by, #at = :at",
        ExpressionAttributeNames: { "#by": "_lock", "#at": "_lockAt" },
        ExpressionAttributeValues: { ":by": { S: "somebody" }, ":at": { N: String(Date.now() - 4_000) } },
      }),
    );
    return openOrm(engine.createClient(), table);
  }

  it("is deleted when the lock is over", async () => {
    expect(await (await locked()).user.deleteMany({ where: { id: "u" } })).toBe(1);
  });

  it("is consumed when the lock is over", async () => {
    expect(await (await locked()).user.consume({ where: { email: "ada@example.com" } })).toMatchObject({ id: "u" });
  });

  it("is changed when the lock is over", async () => {
    expect(await (await locked()).user.update({ where: { id: "u" }, data: { name: "n" } })).toMatchObject({
      name: "n",
    });
  });

  it("counts when the lock is over", async () => {
    expect(await (await locked()).user.increment({ where: { id: "u" }, increment: { logins: 1 } })).toMatchObject({
      logins: 1,
    });
  });

  it("gets another e-mail when the lock is over", async () => {
    expect(
      await (await locked()).user.update({ where: { id: "u" }, data: { email: "eve@example.com" } }),
    ).toMatchObject({ email: "eve@example.com" });
  });
});
