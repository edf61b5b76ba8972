/**
 * Imports users with an account and a session each from SQLite into the Dynoxide engine of this machine, then sends
 * the same transactions to it once more, as bytes: what they take alone is the engine's own time.
 *
 *   npx tsx bench/moving-in.ts [users, default 5000]
 */
import { randomBytes, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createAuthSchema, dynamodbAdapter } from "auth-dynamodb/better-auth";
import { importFromBetterAuth, pushSchema } from "auth-dynamodb/setup";
import Database from "better-sqlite3";
import { betterAuth, type BetterAuthOptions } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { mapLimit } from "../orm/util/map-limit.ts";
import { startEngines } from "../test/support/start-engines.ts";

const USERS = Number(process.argv[2] ?? 5000);
const options = {
  secret: "a secret for benchmarks that is long enough",
  baseURL: "http://localhost:3000",
  logger: { level: "error" },
  emailAndPassword: { enabled: true },
} satisfies BetterAuthOptions;

const engines = await startEngines({ only: ["dynoxide"] });
const endpoint = engines.engines[0]!.endpoint;

async function oldApp() {
  const database = new Database(":memory:");
  await (await getMigrations({ ...options, database })).runMigrations();
  const now = new Date().toISOString();
  const later = new Date(Date.now() + 7 * 86_400_000).toISOString();
  const rows = {
    user: (n: number, id: string) => ({ id, name: `Crowd ${n}`, email: `crowd-${n}@example.com`, emailVerified: 1 }),
    account: (_: number, userId: string) => ({
      ...{ id: newId(), userId, accountId: userId, providerId: "credential" },
      password: `${randomBytes(16).toString("hex")}:${randomBytes(64).toString("hex")}`,
    }),
    session: (_: number, userId: string) => ({
      ...{ id: newId(), userId, token: newId(), expiresAt: later, ipAddress: "127.0.0.1", userAgent: "Mozilla/5.0" },
    }),
  };
  database.exec("begin");
  for (let n = 0; n < USERS; n++) {
    const userId = newId();
    for (const [table, rowOf] of Object.entries(rows)) {
      const row: Record<string, unknown> = { ...rowOf(n, userId), createdAt: now, updatedAt: now };
      const columns = Object.keys(row);
      database
        .prepare(`insert into ${table} (${columns.join()}) values (${columns.map(() => "?").join()})`)
        .run(Object.values(row));
    }
  }
  database.exec("commit");
  return betterAuth({ ...options, database });
}

/** As long as Better Auth's. */
function newId(): string {
  return randomBytes(24).toString("base64url");
}

async function newTables(tablePrefix: string) {
  const client = new DynamoDBClient({
    ...{ endpoint, region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } },
  });
  const auth = betterAuth({ ...options, database: dynamodbAdapter({ client, tablePrefix }) });
  await pushSchema({ schema: createAuthSchema(auth.options), client, tablePrefix });
  return { auth, client };
}

/** Wall time and the time of this process' own work, in seconds. */
async function timed<T>(run: () => Promise<T>) {
  const [started, cpu] = [performance.now(), process.cpuUsage()];
  const result = await run();
  const { user, system } = process.cpuUsage(cpu);
  return { result, seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
}

interface Recorded {
  readonly operation: string;
  readonly headers: Record<string, string>;
  readonly body: Uint8Array;
}

const agent = new Agent({ keepAlive: true });

/** Sends a recorded request once more: no engine of this kind looks at the signature. */
function send({ operation, headers, body }: Recorded): Promise<void> {
  return new Promise((resolve, reject) => {
    const again = request(endpoint, { method: "POST", agent, headers }, (answer) => {
      const ok = answer.statusCode === 200;
      answer.resume().once("end", () => (ok ? resolve() : reject(new Error(`${operation}: ${answer.statusCode}`))));
    });
    again.once("error", reject).end(body);
  });
}

const [from, { auth: to, client }] = [await oldApp(), await newTables("import_")];
await newTables("replay_");
const requests: Recorded[] = [];
client.middlewareStack.add(
  (next, context) => (args) => {
    const { headers, body } = args.request as Pick<Recorded, "headers" | "body">;
    requests.push({ operation: String(context["commandName"]).replace(/Command$/, ""), headers, body });
    return next(args);
  },
  // Behind the signing.
  { step: "deserialize", name: "record", priority: "low" },
);

const moved = await timed(() => importFromBetterAuth({ from, to }));
const { done, imported, duplicates, leftOut } = moved.result;
console.log(imported, { duplicates: duplicates.length, leftOut: leftOut.length });
const operations = new Set(requests.map(({ operation }) => operation));
for (const name of operations)
  console.log(`${name}: ${requests.filter(({ operation }) => operation === name).length} requests`);
const describe = ({ seconds, cpu }: { readonly seconds: number; readonly cpu: number }) =>
  `${seconds.toFixed(2)} s, ${Math.round(done / seconds)} rows a second; ${cpu.toFixed(2)} s of this process's work`;
console.log(`import: ${describe(moved)}`);

const again = requests
  .filter(({ operation }) => operation === "TransactWriteItems")
  .map(({ body, headers, ...one }) => {
    const renamed = new TextDecoder()
      .decode(body)
      .replaceAll('"import_', '"replay_')
      .replace(/(?<="ClientRequestToken":")[^"]*/, randomUUID());
    return {
      ...one,
      headers: { ...headers, "content-length": String(Buffer.byteLength(renamed)) },
      body: Buffer.from(renamed),
    };
  });
console.log(`the same transactions alone: ${describe(await timed(() => mapLimit(again, 8, send)))}`);
agent.destroy();
client.destroy();
await engines.stop();
