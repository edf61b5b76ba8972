import { ScanCommand, UpdateItemCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamodbDriver, createOrm, datetime, defineSchema, id, isOrmError, model, string } from "auth-dynamodb";
import { pushSchema } from "auth-dynamodb/setup";
import { describe, expect, it } from "vitest";
import { sweep } from "../../cli/commands/sweep.ts";
import { EXIT } from "../../cli/exit-codes.ts";
import { stylesOf } from "../../cli/output/style.ts";
import type { Terminal } from "../../cli/output/terminal.ts";
import { audit } from "../fault/audit.ts";
import { engines, uniquePrefix, type Engine } from "../support/engines.ts";
import { useJournalLimits } from "../support/use-journal-limits.ts";
import { isDecision } from "../support/is-decision.ts";
import { errors, injectFaults, type Faults } from "../support/faults.ts";

const schema = defineSchema({
  member: model({
    table: "members",
    fields: { id: id(), email: string().unique(), team: string() },
    constraints: { indexes: [["team"]] },
  }),
  visit: model({
    table: "members",
    fields: { id: id(), at: datetime() },
    expires: { field: "at", after: 0 },
  }),
});

/** With an entry for the e-mail and one for the team, more than one request holds. */
const COUNT = 40;
/** Three items of each that comes, three of the one that goes, and four of the one that moves in its index. */
const HELD = 3 * COUNT + 3 + 4;
const DAY = 86_400_000;
const NOTHING = { committed: 0, aborted: 0, pending: 0, removed: 0 };

// A process that is gone is gone at once.
useJournalLimits({ leaseMs: 1 });

/** A table with a team of two, and a client whose process may die. */
async function storage(engine: Engine) {
  const client = engine.createClient();
  const mortal = engine.createClient();
  const tablePrefix = uniquePrefix("sweep");
  await pushSchema({ schema, client, tablePrefix });
  const open = (through: DynamoDBClient) =>
    createOrm({
      schema,
      driver: createDynamodbDriver({
        client: through,
        tablePrefix,
        transactions: "atomic",
        logger: { warn: () => undefined },
      }),
    });
  const table = `${tablePrefix}members`;
  const orm = open(client);
  await orm.member.createMany({ data: ["ada", "grace"].map((name) => ({ email: name, team: "old" })) });
  return {
    client,
    table,
    orm,
    faults: injectFaults(mortal),
    /** Many new members, a new team for one that is there, and the end of the other. */
    change: () =>
      open(mortal).transaction(async (tx) => {
        await tx.member.createMany({ data: Array.from({ length: COUNT }, (_, i) => ({ email: `${i}`, team: "new" })) });
        await tx.member.update({ where: { email: "ada" }, data: { team: "new" } });
        await tx.member.delete({ where: { email: "grace" } });
      }),
    items: async () => (await client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))).Items ?? [],
    audit: () => audit({ schema, client, tablePrefix }),
    async sweep(through = client) {
      const lines: string[] = [];
      let data: unknown;
      const terminal: Terminal = {
        json: false,
        rich: false,
        style: stylesOf(process.stdout),
        signal: new AbortController().signal,
        table: () => undefined,
        line: (text) => lines.push(text),
        data: (value) => (data = value),
        progress: () => ({ update: () => undefined, stop: () => undefined }),
      };
      const code = await sweep({ schema, client: through, naming: { tablePrefix }, source: "" }, terminal);
      return { code, lines, data };
    },
  };
}

type Storage = Awaited<ReturnType<typeof storage>>;

/** Nothing arrives any more from the deciding request on, or from behind it. */
function dieAtDecision(faults: Faults, when: "before" | "after"): void {
  let decided = false;
  faults.failBefore(
    (request) => {
      const dies = decided || (when === "before" && isDecision(request));
      decided ||= isDecision(request);
      return dies;
    },
    () => errors.timeout(),
    { level: "call" },
  );
}

async function expectNoTraces({ items, audit }: Storage): Promise<void> {
  const left = await items();
  expect(left.filter((item) => "_tx" in item || "_next" in item || "_new" in item)).toEqual([]);
  const own = left.filter(({ _pk }) => _pk?.S?.startsWith("|tx|"));
  expect(own.filter(({ _kind, state }) => _kind?.S === "txpage" || state?.S === "P" || state?.S === "C")).toEqual([]);
  expect(await audit()).toEqual([]);
}

describe.each(engines)("sweep on $name", (engine) => {
  it("takes back what a process left that died before its transaction was decided", async () => {
    const made = await storage(engine);
    dieAtDecision(made.faults, "before");
    const outcome: unknown = await made.change().catch((error: unknown) => error);
    expect(isOrmError(outcome, "TRANSACTION_UNKNOWN")).toBe(true);
    expect((await made.items()).filter((item) => "_tx" in item)).toHaveLength(HELD);
    expect(await made.sweep()).toMatchObject({
      code: EXIT.ok,
      lines: [`${made.table}: 0 committed, 1 aborted, 0 pending, 0 removed`],
      data: { ...NOTHING, aborted: 1, tables: [{ ...NOTHING, table: made.table, aborted: 1 }] },
    });
    await expectNoTraces(made);
    expect(await made.orm.member.count({ where: { team: "new" } })).toBe(0);
    expect(await made.orm.member.count({ where: { team: "old" } })).toBe(2);
  });

  it("completes what a process left that died after its transaction was decided", async () => {
    const made = await storage(engine);
    dieAtDecision(made.faults, "after");
    // It is committed: its caller is told so.
    await made.change();
    expect((await made.items()).filter((item) => "_tx" in item)).toHaveLength(HELD);
    expect(await made.sweep()).toMatchObject({
      code: EXIT.ok,
      lines: [`${made.table}: 1 committed, 0 aborted, 0 pending, 0 removed`],
    });
    await expectNoTraces(made);
    expect(await made.orm.member.count({ where: { team: "new" } })).toBe(COUNT + 1);
    expect(await made.orm.member.findUnique({ where: { email: "grace" } })).toBeNull();
    expect(await made.sweep()).toMatchObject({ code: EXIT.ok, data: NOTHING });
  });

  it("leaves one alone that is under way, and tells of it", async () => {
    const made = await storage(engine);
    let goOn: (value?: unknown) => void = () => undefined;
    const held = new Promise((resolve) => (goOn = resolve));
    const reached = new Promise<void>((resolve) => {
      made.faults.delay(isDecision, () => (resolve(), held), { level: "call" });
    });
    const changing = made.change();
    await reached;
    const sweeper = engine.createClient();
    const beating = signOfLife(made);
    // At the second look: a first request may ask what engine it is.
    let looks = 0;
    injectFaults(sweeper).delay(({ operation }) => operation === "Query" && ++looks > 16, beating, { level: "call" });
    expect(await made.sweep(sweeper)).toMatchObject({
      code: EXIT.findings,
      lines: [`${made.table}: 0 committed, 0 aborted, 1 pending, 0 removed`],
    });
    goOn();
    await changing;
    await expectNoTraces(made);
    expect(await made.orm.member.count({ where: { team: "new" } })).toBe(COUNT + 1);
  });

  it("removes the names of what ended long ago, where TTL has not", async () => {
    const made = await storage(engine);
    dieAtDecision(made.faults, "after");
    await made.change();
    await made.sweep();
    const past = { N: String(Math.floor((Date.now() - DAY) / 1000)) };
    await setOn(made, "_ttl", past);
    expect(await made.sweep()).toMatchObject({ code: EXIT.ok, data: { ...NOTHING, removed: 1 } });
    expect((await made.items()).filter(({ _kind }) => _kind?.S === "tx")).toEqual([]);
  });

  it("removes what has expired where there is no TTL, and nothing that has more time by now", async () => {
    const made = await storage(engine);
    const soon = (seconds: number) => new Date(Date.now() + seconds * 1000);
    await made.orm.visit.createMany({
      data: [
        { id: "over", at: soon(-60) },
        { id: "prolonged", at: soon(-60) },
        { id: "going", at: soon(60) },
      ],
    });
    const sweeper = engine.createClient();
    // Between the look and the removal.
    injectFaults(sweeper).delayResponse({ operation: "Scan", nth: 1 }, () =>
      made.orm.visit.update({ where: { id: "prolonged" }, data: { at: soon(3600) } }),
    );
    const expired = engine.transactions ? 0 : 1;
    expect(await made.sweep(sweeper)).toMatchObject({ code: EXIT.ok, data: { expired } });
    const left = (await made.items()).filter(({ _model, _kind }) => _model?.S === "visit" && _kind?.S === "record");
    expect(left.map((item) => item["id"]!.S).sort()).toEqual(
      engine.transactions ? ["going", "over", "prolonged"] : ["going", "prolonged"],
    );
  });

  it("is what an audit asks for, from a minute on", async () => {
    const made = await storage(engine);
    dieAtDecision(made.faults, "after");
    await made.change();
    expect(await made.audit()).toEqual([]);
    await setOn(made, "_at", { N: String(Date.now() - 90_000) });
    expect(await made.audit()).toMatchObject([
      {
        kind: "openTransaction",
        severity: "harmless",
        detail: expect.stringMatching(/committed.*run sweep/) as unknown,
      },
    ]);
    await made.sweep();
    await expectNoTraces(made);
  });
});

/** Shows, once, that the process of a transaction is alive. */
function signOfLife(made: Storage): () => Promise<unknown> {
  let shown: Promise<unknown> | undefined;
  return () => (shown ??= setOn(made, "beat", { N: "7" }));
}

/** Sets an attribute of the one transaction of a table. */
async function setOn({ client, table, items }: Storage, name: string, value: { N: string }): Promise<void> {
  const [head] = (await items()).filter(({ _kind }) => _kind?.S === "tx");
  await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { _pk: head!["_pk"]!, _sk: head!["_sk"]! },
      UpdateExpression: "SET #name = :value",
      ExpressionAttributeNames: { "#name": name },
      ExpressionAttributeValues: { ":value": value },
    }),
  );
}
