import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { createDynamodbDriver, createOrm } from "auth-dynamodb";
import { auditStorage } from "auth-dynamodb/setup";
import { beforeAll, describe, expect, it } from "vitest";
import { keysOf, keyAttributes } from "../../orm/dynamodb/layout/places.ts";
import type { UntypedOrmClient } from "../../orm/client/untyped.ts";
import { engines, uniquePrefix } from "../support/engines.ts";
import { ADA, caller, createPeople, HOSTILE, layoutsIn, openStudio, schema } from "./studio-app.ts";

describe.each(engines)("a studio on $name", (engine) => {
  const client = engine.createClient();
  const table = `${uniquePrefix("studio")}auth`;
  const studio = openStudio(client, table);
  const { call, job } = caller(studio);
  const orm = createOrm({
    schema,
    driver: createDynamodbDriver({ client, table, scans: "refuse" }),
  }) as unknown as UntypedOrmClient;

  beforeAll(() => createPeople(client, table));

  async function findings(): Promise<string[]> {
    const all: string[] = [];
    for await (const page of auditStorage({ schema, client, table }))
      all.push(...page.findings.map(({ kind }) => kind));
    return all;
  }

  it("tells what the schema says without a request", async () => {
    const { answer } = await call("overview");
    expect(answer.cost.requests).toBe(0);
    expect(answer.result.models.map(({ name }: { name: string }) => name)).toContain("apikey");
    const session = answer.result.models.find(({ name }: { name: string }) => name === "session");
    expect(session.lists.map(({ name }: { name: string }) => name)).toEqual([
      "unique:id",
      "unique:token",
      "index:userId",
      "scan",
    ]);
    expect(session.fields).toContainEqual(expect.objectContaining({ name: "token", changeable: false }));
  });

  it.each(["ada", ADA, " ADA@Example.com "])("finds a user by %j, by keys alone", async (text) => {
    const { answer } = await call("find", { model: "user", text });
    expect(answer.result.records).toMatchObject([{ id: "ada", title: ADA }]);
    expect(answer.cost.list.map(({ operation }: { operation: string }) => operation)).not.toContain("Scan");
    expect(answer.cost.requests).toBeGreaterThan(0);
  });

  it("finds nothing for what is nobody's key, and a record by a key of several fields", async () => {
    expect((await call("find", { model: "user", text: "nobody" })).answer.result.records).toEqual([]);
    const query = { model: "account", list: "unique:providerId+accountId", values: ["google", "google-1"] };
    expect((await call("list", query)).answer.result.records).toMatchObject([{ id: "ada-google" }]);
  });

  it("shows a user with what belongs to it, and no secret", async () => {
    const { answer } = await call("record", { model: "user", id: "ada" });
    const totals = answer.result.related.map(({ model, total }: { model: string; total: number }) => [model, total]);
    expect(Object.fromEntries(totals)).toMatchObject({ session: 3, account: 2, member: 1, apikey: 1 });
    const text = JSON.stringify([answer, (await call("places", { model: "account", id: "ada-google" })).answer]);
    expect(text).not.toMatch(/secret-token|google-access-token|hash-of/);
    const open = caller(openStudio(client, table, { showSecrets: true }));
    expect(JSON.stringify((await open.call("record", { model: "user", id: "ada" })).answer)).toMatch(/secret-token/);
  });

  it("shows every item of a record, and which is missing", async () => {
    const before = (await call("places", { model: "session", id: "eve-session-1" })).answer.result;
    expect(before.places.map(({ kind, state }: { kind: string; state: string }) => [kind, state])).toEqual([
      ["record", "there"],
      ["unique", "there"],
      ["index", "there"],
    ]);
    expect(before.bytes).toBeGreaterThan(300);
    const layout = layoutsIn(table).get("session")!;
    const record = await orm["session"]!.findUnique({ where: { id: "eve-session-1" } });
    const index = keysOf(layout, record!).at(-1)!;
    await client.send(new DeleteItemCommand({ TableName: table, Key: keyAttributes(index.key) }));
    const after = (await call("places", { model: "session", id: "eve-session-1" })).answer.result;
    expect(after.places.at(-1)).toMatchObject({ kind: "index", state: "missing", bytes: 0 });
  });

  it("audits and repairs, with findings by kind", async () => {
    const audited = await job("audit");
    expect(audited.result.kinds).toEqual([{ kind: "missingEntry", found: 1, repaired: 0 }]);
    expect(audited.cost.requests).toBeGreaterThan(0);
    expect(await job("repair")).toMatchObject({ result: { kinds: [{ kind: "missingEntry", found: 1, repaired: 1 }] } });
    expect(await findings()).toEqual([]);
  });

  it("counts records, entries, sizes and sessions by day", async () => {
    const { result } = await job("count");
    const user = result.models.find(({ model }: { model: string }) => model === "user");
    expect(user).toMatchObject({ records: 2, uniqueEntries: 2, indexEntries: 0, expired: 0 });
    expect(user.bytes).toBeGreaterThan(500);
    expect(result.sessions.field).toBe("createdAt");
    expect(result.sessions.days.map(({ count }: { count: number }) => count)).toEqual([1, 1, 2]);
  });

  it("pages through an index in its order, both ways, without dropping or repeating", async () => {
    const many = Array.from({ length: 120 }, (_, i) => ({
      identifier: `page-${i}`,
      value: "x",
      expiresAt: new Date(Date.now() + 60_000 * (1 + ((i * 37) % 120))),
    }));
    await orm["verification"]!.createMany({ data: many });
    for (const backward of [false, true]) {
      const times: string[] = [];
      let after: string | undefined;
      do {
        const query = { model: "verification", list: "index:>expiresAt", values: [], backward, after };
        const { records, after: next } = (await call("list", query)).answer.result;
        type Shown = { values: { field: string; text: string }[] };
        times.push(...records.map(({ values }: Shown) => values.find(({ field }) => field === "expiresAt")!.text));
        after = next;
      } while (after !== undefined);
      expect(times).toHaveLength(120);
      expect(times).toEqual(backward ? times.toSorted().reverse() : times.toSorted());
    }
    const scanned = await call("list", { model: "verification", list: "scan", values: [] });
    expect(scanned.answer.result).toMatchObject({ records: { length: 50 }, after: expect.any(String) as unknown });
  });

  it("changes a field where it has the value that was seen, keeps values unique, and refuses the rest", async () => {
    const change = { model: "user", id: "eve", field: "name", was: HOSTILE, text: "Eve" };
    expect(await call("change", change)).toMatchObject({ status: 200, answer: { result: { id: "eve" } } });
    expect(await call("change", change)).toMatchObject({ status: 409, answer: { refusal: { code: "CHANGED" } } });
    const email = { model: "user", id: "eve", field: "email", was: "eve@example.com" };
    expect(await call("change", { ...email, text: ADA })).toMatchObject({
      status: 409,
      answer: { refusal: { code: "UNIQUE_CONSTRAINT_VIOLATION" } },
    });
    expect((await call("change", { ...email, text: "eve@example.org" })).status).toBe(200);
    expect((await call("find", { model: "user", text: "eve@example.org" })).answer.result.records).toHaveLength(1);
    const verified = { model: "user", id: "eve", field: "emailVerified", was: "false" };
    expect(await call("change", { ...verified, text: "yes" })).toMatchObject({ status: 400 });
    expect((await call("change", { ...verified, text: "true" })).status).toBe(200);
    expect((await call("change", { ...verified, was: "true", text: null })).status).toBe(200);
    const password = { model: "account", id: "ada-credential", field: "password", was: "", text: "x" };
    expect(await call("change", password)).toMatchObject({ status: 403, answer: { refusal: { code: "SECRET" } } });
    expect((await call("change", { ...change, field: "id" })).status).toBe(400);
    expect(await findings()).toEqual([]);
  });

  it("says what a removal takes, and removes no more than was confirmed", async () => {
    const ada = { model: "user", field: "id", value: "ada" };
    const { result } = (await call("preview", ada)).answer;
    expect(result).toMatchObject({ records: 7, more: false, released: [], forbidding: [] });
    expect(
      Object.fromEntries(result.removed.map((one: { model: string; count: number }) => [one.model, one.count])),
    ).toEqual({
      user: 1,
      session: 3,
      account: 2,
      member: 1,
    });
    expect(result.items).toBeGreaterThan(14);
    expect(await call("remove", { ...ada, confirmed: 6 })).toMatchObject({
      status: 409,
      answer: { refusal: { code: "CHANGED", removal: { records: 7 } } },
    });
    expect(await orm["session"]!.count({ where: { userId: "ada" } })).toBe(3);
  });

  it("only reads with --read-only, whatever is asked", async () => {
    const reading = caller(openStudio(client, table, { readOnly: true }));
    const session = { model: "session", field: "id", value: "ada-session-1" };
    expect(await reading.call("preview", session)).toMatchObject({ status: 200 });
    expect(await reading.call("remove", { ...session, confirmed: 1 })).toMatchObject({ status: 403 });
    const change = { model: "user", id: "ada", field: "name", was: "Ada Lovelace", text: "x" };
    expect(await reading.call("change", change)).toMatchObject({ status: 403 });
    expect(await reading.job("repair")).toMatchObject({ refusal: { code: "READ_ONLY" } });
    expect(await orm["session"]!.count({ where: { userId: "ada" } })).toBe(3);
  });

  it("revokes one session, then all; unlinks an account; deletes the user with the rest", async () => {
    const one = { model: "session", field: "id", value: "ada-session-1" };
    expect(await call("remove", { ...one, confirmed: 1 })).toMatchObject({ answer: { result: { records: 1 } } });
    expect(await call("remove", { ...one, confirmed: 1 })).toMatchObject({ status: 404 });
    const all = { model: "session", field: "userId", value: "ada" };
    expect(await call("remove", { ...all, confirmed: 2 })).toMatchObject({ answer: { result: { records: 2 } } });
    const account = { model: "account", field: "id", value: "ada-google" };
    expect((await call("remove", { ...account, confirmed: 1 })).status).toBe(200);
    expect((await call("remove", { model: "user", field: "id", value: "ada", confirmed: 3 })).status).toBe(200);
    expect(await call("record", { model: "user", id: "ada" })).toMatchObject({ status: 404 });
    for (const model of ["session", "account", "member"])
      expect(await orm[model]!.count({ where: { userId: "ada" } })).toBe(0);
    expect(await orm["organization"]!.findUnique({ where: { id: "engines" } })).not.toBeNull();
    expect(await findings()).toEqual([]);
  });

  it("refuses what it cannot read", async () => {
    expect((await call("nothing")).status).toBe(404);
    expect((await call("toString")).status).toBe(404);
    expect((await call("find", { model: "nobody", text: "x" })).status).toBe(404);
    expect((await call("find", { model: "__proto__", text: "x" })).status).toBe(404);
    expect((await call("find", { model: "user", text: { not: "" } })).status).toBe(400);
    expect((await call("list", { model: "user", list: "scan", values: [], after: "[1]" })).status).toBe(400);
    expect((await call("remove", { model: "user", field: "name", value: "x", confirmed: 1 })).status).toBe(400);
  });
});
