import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { DescribeTableCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { installPacked } from "../support/packed-package.ts";
import { engineNamed, engines, uniquePrefix } from "../support/engines.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const engine = engineNamed("dynoxide") ?? engines[0]!;
const table = `${uniquePrefix("newuser")}auth`;
/** What a user installs beside the package. */
const INSTALLED = ["@aws-sdk/client-dynamodb", "better-auth"];

let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/new-user-`);
  await installPacked(folder, INSTALLED);
  writeFileSync(`${folder}/package.json`, JSON.stringify({ name: "application", private: true, type: "module" }));
  writeFileSync(`${folder}/.env`, `DYNAMODB_TABLE=${table}\n`);
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function writeAuth(imports: string, plugins: string): void {
  writeFileSync(
    `${folder}/auth.ts`,
    `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamodbAdapter } from "auth-dynamodb/better-auth";
import { betterAuth } from "better-auth";
${imports}
const client: DynamoDBClient = new DynamoDBClient({
  endpoint: "${engine.endpoint}",
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});

export const auth = betterAuth({
  secret: "a secret for tests that is long enough",
  baseURL: "http://localhost:3000",
  emailAndPassword: { enabled: true },
  database: dynamodbAdapter({ client, table: process.env["DYNAMODB_TABLE"], scans: "refuse" }),
  plugins: [${plugins}],
});
`,
  );
}

function command(...args: string[]): string {
  return execFileSync(process.execPath, [`${folder}/node_modules/auth-dynamodb/dist/cli/main.js`, ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs a script of the application, which has "auth". */
function application(script: string): string {
  writeFileSync(`${folder}/run.mts`, `import { auth } from "./auth.ts";\n${script}\nprocess.exit(0);\n`);
  return execFileSync(process.execPath, ["--import", `${ROOT}node_modules/tsx/dist/loader.mjs`, `${folder}/run.mts`], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, DYNAMODB_TABLE: table },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

it("comes from an empty folder to a running application, and adds plugins without touching the table", async () => {
  writeAuth("", "");
  expect(command("push")).toContain(`${table}: created (user, session, account, verification)`);
  const signUp = application(
    `const body = { email: "ada@example.com", password: "correct horse battery", name: "Ada" };
const { user } = await auth.api.signUpEmail({ body });
console.log(user.email);`,
  );
  expect(signUp).toContain("ada@example.com");

  const client = engine.createClient();
  const describe = async () => (await client.send(new DescribeTableCommand({ TableName: table }))).Table;
  const before = await describe();
  writeAuth('import { organization, twoFactor } from "better-auth/plugins";', "organization(), twoFactor()");
  command("push");
  const { TableId, CreationDateTime, KeySchema, AttributeDefinitions } = (await describe())!;
  expect({ TableId, CreationDateTime, KeySchema, AttributeDefinitions }).toEqual({
    TableId: before!.TableId,
    CreationDateTime: before!.CreationDateTime,
    KeySchema: before!.KeySchema,
    AttributeDefinitions: before!.AttributeDefinitions,
  });
  const used = application(`
const signedIn = await auth.api.signInEmail({
  body: { email: "ada@example.com", password: "correct horse battery" },
  returnHeaders: true,
});
const cookies = signedIn.headers.getSetCookie().map((cookie) => cookie.split(";")[0]);
const headers = new Headers({ cookie: cookies.join("; ") });
const organization = await auth.api.createOrganization({ body: { name: "Engines", slug: "engines" }, headers });
const { backupCodes } = await auth.api.enableTwoFactor({ body: { password: "correct horse battery" }, headers });
console.log(organization?.slug, backupCodes.length > 0);`);
  expect(used).toContain("engines true");
  expect(command("audit")).toContain("nothing found");
  expect(command("stats")).toContain("organization: 1 record,");
});
