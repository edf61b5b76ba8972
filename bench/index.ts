/**
 * Times the driver's own work and whole operations against the Dynoxide engine on this machine.
 * What an operation costs in requests and capacity units is in docs/costs.md and tested; milliseconds
 * depend on the machine and stay here.
 *
 *   npm run bench
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { betterAuth } from "better-auth";
import { createAuthSchema, dynamodbAdapter } from "auth-dynamodb/better-auth";
import { bootstrapDatabase } from "auth-dynamodb/setup";
import { Bench } from "tinybench";
import { difference } from "../orm/dynamodb/layout/difference.ts";
import { layoutsOf } from "../orm/dynamodb/layout/model-layout.ts";
import { planAccess } from "../orm/dynamodb/plan/planner.ts";
import { parseWhere } from "../orm/query/parse-where.ts";
import { compileManifest } from "../orm/schema/compile-manifest.ts";
import { completeRecord } from "../orm/values/normalize.ts";
import { startEngines } from "../test/support/start-engines.ts";

const engines = await startEngines({ only: ["dynoxide"] });
const client = new DynamoDBClient({
  endpoint: engines.engines[0]!.endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

const options = {
  secret: "a secret for benchmarks that is long enough",
  baseURL: "http://localhost:3000",
  logger: { level: "error" },
  emailAndPassword: {
    enabled: true,
    password: { hash: async (password: string) => password, verify: async () => true },
  },
  advanced: { database: { joins: true } },
} as const;
const schema = createAuthSchema(options);
const orm = await bootstrapDatabase({ schema, client });
const { api } = betterAuth({ ...options, database: dynamodbAdapter({ client }) });

let made = 0;
const person = () => ({ email: `bench-${(made += 1)}@example.com`, name: "Ada", password: "password" });
const signedUp = person();
const { user, token } = await api.signUpEmail({ body: signedUp });
const { headers } = await api.signInEmail({ body: signedUp, returnHeaders: true });
const cookie = new Headers({
  cookie: headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; "),
});

const layout = layoutsOf(compileManifest(schema), {}).get("session")!;
const byToken = parseWhere(layout.model, { token });
const session = completeRecord(layout.model, { token: "t", userId: user.id, expiresAt: new Date() }, () => "id");

const planning = new Bench({ name: "planning, without the engine", time: 500 })
  .add("parse a where", () => parseWhere(layout.model, { token, userId: { not: null } }))
  .add("plan a read", () => planAccess(layout, { where: byToken, orderBy: [], take: 1 }))
  .add("plan a create", () =>
    difference([{ layout, before: undefined, after: session }], { id: "w", now: Date.now() }),
  );

const operations = new Bench({ name: "operations, on Dynoxide", time: 2000 })
  .add("find a user by id", () => orm["user"]!.findUnique({ where: { id: user.id } }))
  .add("find a user by e-mail", () => orm["user"]!.findUnique({ where: { email: signedUp.email } }))
  .add("update a user", () => orm["user"]!.update({ where: { id: user.id }, data: { name: "Grace" } }))
  .add("create a user", () => orm["user"]!.create({ data: { email: person().email } }))
  .add("Better Auth: get session", () => api.getSession({ headers: cookie }))
  .add("Better Auth: sign in", () => api.signInEmail({ body: signedUp }))
  .add("Better Auth: sign up", () => api.signUpEmail({ body: person() }));

for (const bench of [planning, operations]) {
  await bench.run();
  console.log(bench.name);
  console.table(bench.table());
}
client.destroy();
await engines.stop();
