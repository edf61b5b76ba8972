/**
 * Audits and repairs a table of many records on the Dynoxide engine of this machine, and prints the
 * memory that it takes on the way: it must not grow with the table.
 *
 *   node --expose-gc --import tsx bench/audit-memory.ts [records, default 200000]
 */
import { DeleteItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createAuthSchema } from "auth-dynamodb/better-auth";
import { auditStorage, pushSchema } from "auth-dynamodb/setup";
import { partitionOf } from "../orm/dynamodb/layout/keys.ts";
import { compileManifest } from "../orm/schema/compile-manifest.ts";
import { startEngines } from "../test/support/start-engines.ts";
import { crowd, seed } from "../test/support/seed.ts";

const { gc } = globalThis;
if (!gc) throw new Error("Run it with node --expose-gc: what is garbage must not count.");
/** A user, an account and a session each. */
const users = Math.ceil(Number(process.argv[2] ?? 200_000) / 3);
/** Of the users, how many lose the entry of their e-mail. */
const DAMAGED = 100;
const CHUNK = 1000;

const engines = await startEngines({ only: ["dynoxide"] });
const client = new DynamoDBClient({
  endpoint: engines.engines[0]!.endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
const schema = createAuthSchema({});
const naming = { table: "auth" };
await pushSchema({ schema, client, ...naming });
for (let start = 0; start < users; start += CHUNK) {
  await seed(client, schema, naming, crowd(Math.min(CHUNK, users - start), start));
}
const user = compileManifest(schema).models.get("user")!;
for (let n = 0; n < DAMAGED; n++) {
  const _pk = partitionOf(user, ["email"], { email: `crowd-${Math.floor((n * users) / DAMAGED)}@example.com` })!;
  await client.send(new DeleteItemCommand({ TableName: naming.table, Key: { _pk: { S: _pk }, _sk: { S: "#" } } }));
}

const megabytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(1)} MB`;
for (const repair of [false, true, false]) {
  const started = performance.now();
  let scanned = 0;
  let findings = 0;
  let next = 0;
  for await (const page of auditStorage({ schema, client, ...naming, repair, pageSize: 500 })) {
    scanned = page.done;
    findings += page.findings.length;
    if (scanned < next) continue;
    gc();
    const { heapUsed, rss } = process.memoryUsage();
    console.log(`${String(scanned).padStart(8)} items: heap ${megabytes(heapUsed)}, process ${megabytes(rss)}`);
    next += 100_000;
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${repair ? "repair" : "audit"}: ${scanned} items of ${users * 3} records in ${seconds.toFixed(0)} s, ` +
      `${findings} findings\n`,
  );
}
await engines.stop();
