import { describe, expect, it, vi } from "vitest";
import { engineNamed, engines, uniquePrefix } from "../support/engines.ts";
import { applicationFolder, ownSchema } from "./application-folder.ts";
import { run, useCommandLine } from "./cli.ts";

const engine = engineNamed("dynoxide") ?? engines[0]!;
const client =
  `{ endpoint: "${engine.endpoint}", region: "us-east-1", ` +
  'credentials: { accessKeyId: "a", secretAccessKey: "b" } }';

// Each command is a process that loads and compiles an application.
vi.setConfig({ testTimeout: 240_000 });
useCommandLine();

function plan(folder: string, env: Record<string, string | undefined> = {}, ...args: string[]) {
  return run(["plan", ...args], { TEST_PREFIX: uniquePrefix("config"), ...env }, folder);
}

describe("a framework's configuration file loads", () => {
  it.each([
    [
      "of SvelteKit",
      `import { building } from "$app/environment";
       import { getRequestEvent } from "$app/server";
       import { SECRET } from "$env/static/private";
       import { PUBLIC_NAME } from "$env/static/public";
       import { env } from "$env/dynamic/private";
       import { here } from "$lib/server/here";
       if (building || typeof getRequestEvent !== "function") throw new Error("no SvelteKit");
       if (SECRET !== "s" || PUBLIC_NAME !== "p" || env.SECRET !== "s" || here !== "lib")
         throw new Error("no values");`,
    ],
    [
      "of a Worker",
      `import { env, WorkerEntrypoint } from "cloudflare:workers";
       export class Service extends WorkerEntrypoint {}
       if (env.SECRET !== "s") throw new Error("no variables");`,
    ],
    [
      "of Next.js",
      `import "server-only";\nimport { here } from "@/lib/server/here";\nif (here !== "lib") throw new Error();`,
    ],
    ["of Astro", `import { SECRET } from "astro:env/server";\nif (SECRET !== "s") throw new Error("no variables");`],
  ])("%s", async (_, imports) => {
    const folder = applicationFolder(
      {
        "src/lib/server/auth.ts": ownSchema(client, imports),
        "src/lib/server/here.ts": 'export const here: string = "lib";',
      },
      { "@/*": ["./src/*"] },
    );
    const ended = await plan(folder, { SECRET: "s", PUBLIC_NAME: "p" });
    expect(ended.stderr).not.toContain("cannot be loaded");
    expect(ended.code).toBe(1);
  });

  it("of Auth.js by its name authjs.ts, with JSX and an enum, and what it waits for", async () => {
    const folder = applicationFolder({
      "authjs.ts": ownSchema(
        client,
        'import { ready } from "./ready.ts";\nenum Kind { One = 1 }\nif (Kind.One !== ready) throw new Error();',
      ),
      "ready.ts": `import later, { one } from "./later.cjs";
        if (later.one !== 1 || one !== 1) throw new Error();
        const { two } = await import("./two");
        export const ready: number =
          await Promise.resolve(import.meta.url.endsWith("/ready.ts") && two === 2 ? 1 : 0);`,
      "two.ts": "export const two = 2 satisfies number;",
      "later.cjs": "exports.one = 1;",
    });
    expect(await plan(folder)).toMatchObject({ code: 1 });
  });
});

describe("a configuration file that cannot be used", () => {
  it.each([
    [
      "a package that is not there",
      'import "not-installed";',
      /['"]not-installed['"].*Install the package, or name the alias/,
    ],
    [
      "a framework that does not run",
      'import { goto } from "$app/navigation"; goto("/");',
      /"goto" of "\$app\/navigation" is there in the framework only.*auth-dynamodb\.config\.ts/,
    ],
  ])("says what to do: %s", async (_, text, message) => {
    const ended = await plan(applicationFolder({ "auth.ts": ownSchema(client, text) }));
    expect(ended.code).toBe(2);
    expect(ended.stderr.trim()).toMatch(message);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  it("ends with 2 and one message where the adapter refuses it: serial ids, a client that is none", async () => {
    const auth = (database: string, more = "") => `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
      import { dynamodbAdapter } from "auth-dynamodb/better-auth";
      import { betterAuth } from "better-auth";
      export const auth = betterAuth({
        secret: "a secret for tests that is long enough",
        baseURL: "http://localhost:3000",
        database: ${database},
        ${more}
      });`;
    const serial = auth(
      `dynamodbAdapter(new DynamoDBClient(${client}))`,
      'advanced: { database: { generateId: "serial" } }',
    );
    for (const [text, message] of [
      [serial, /DynamoDB has no auto-increment/g],
      [auth("dynamodbAdapter({ client: DynamoDBClient as never })"), /pass an instance/g],
    ] as const) {
      const ended = await plan(applicationFolder({ "auth.ts": text }));
      expect(ended.code).toBe(2);
      expect(ended.stderr.match(message)).toHaveLength(1);
      expect(ended.stderr).not.toMatch(/^\s+at /m);
    }
  });
});

it("makes the folder of a template, and needs no database for it", async () => {
  const folder = applicationFolder({ "auth.ts": ownSchema("{}") });
  const env = { AWS_REGION: undefined, TEST_PREFIX: "auth_" };
  expect(await run(["template", "--out", "infra/tables/auth.tf"], env, folder)).toMatchObject({ code: 0 });
});
