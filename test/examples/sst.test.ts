import { execFileSync } from "node:child_process";
import { cpSync, existsSync, rmSync } from "node:fs";
import { CreateTableCommand, DeleteTableCommand } from "@aws-sdk/client-dynamodb";
import { createAuthSchema } from "auth-dynamodb/better-auth";
import { applicationPolicy, cloudFormationTemplate } from "auth-dynamodb/setup";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { engineNamed, engines, uniquePrefix } from "../support/engines.ts";
import { copyOut } from "./copied-example.ts";
import { Lambda, localEnvironment } from "./lambda.ts";
import { expectLimits, expectSignUpToSignOut } from "./lambda-flows.ts";

type Arguments = Readonly<Record<string, unknown>>;

/** What the configuration makes of each of SST's components, by name: a component is its name and attributes. */
async function evaluate(stage: string) {
  const made: Record<string, Arguments> = {};
  const component = (attributes: readonly string[]) =>
    class {
      constructor(name: string, args: Arguments = {}) {
        made[name] = args;
        for (const attribute of attributes) Object.assign(this, { [attribute]: `${name}.${attribute}` });
      }
      route(route: string, args: Arguments) {
        made[route] = args;
      }
    };
  vi.stubGlobal("$config", (config: unknown) => config);
  vi.stubGlobal("$app", { name: "sst-auth", stage });
  vi.stubGlobal("sst", {
    ...{ Secret: component(["value"]), Linkable: component(["name"]) },
    aws: {
      ...{ Dynamo: component(["name", "arn"]), ApiGatewayV2: component(["url"]) },
      permission: (input: Arguments) => ({ type: "aws.permission", ...input }),
    },
  });
  vi.resetModules();
  const { default: config } = await import("../../examples/sst/sst.config.ts");
  await config.run();
  vi.unstubAllGlobals();
  return { app: config.app({ stage }), made };
}

interface TableProperties {
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: string }[];
  readonly TimeToLiveSpecification: { readonly AttributeName: string };
}

/** As `auth-dynamodb template` has it. */
function templateTable(): TableProperties {
  const { Resources } = cloudFormationTemplate({ schema: createAuthSchema({}), table: "auth" });
  const resources = Object.values(Resources) as { readonly Type: string; readonly Properties: TableProperties }[];
  return resources.find(({ Type }) => Type === "AWS::DynamoDB::Table")!.Properties;
}

describe("sst.config.ts of examples/sst", () => {
  it("makes the table that `auth-dynamodb template` writes", async () => {
    const { KeySchema, AttributeDefinitions, TimeToLiveSpecification } = templateTable();
    const { app, made } = await evaluate("production");
    const [hashKey, rangeKey] = KeySchema.map(({ AttributeName }) => AttributeName);
    expect(AttributeDefinitions.map(({ AttributeType }) => AttributeType)).toEqual(["S", "S"]);
    expect(made["AuthTable"]).toEqual({
      fields: Object.fromEntries(AttributeDefinitions.map(({ AttributeName }) => [AttributeName, "string"])),
      primaryIndex: { hashKey, rangeKey },
      ttl: TimeToLiveSpecification.AttributeName,
      deletionProtection: true,
    });
    expect(app).toMatchObject({ removal: "retain", protect: true });
  });

  it("gives the function this table, and the least that it needs of it", async () => {
    const { made } = await evaluate("production");
    const [statement] = applicationPolicy({ resources: ["AuthTable.arn"] }).Statement;
    expect(made["Auth"]).toEqual({
      properties: { table: "AuthTable.name" },
      include: [{ type: "aws.permission", actions: statement!.Action, resources: statement!.Resource }],
    });
    expect(made["$default"]).toMatchObject({ link: [{ name: "Auth.name" }], handler: "src/lambda.handler" });
    expect(existsSync("examples/sst/src/lambda.ts")).toBe(true);
  });

  it("lets a developer's stage go with its table", async () => {
    const { app, made } = await evaluate("ada");
    expect(app).toMatchObject({ removal: "remove", protect: false });
    expect(made["AuthTable"]).toMatchObject({ deletionProtection: false });
  });
});

const engine = engineNamed("dynoxide") ?? engines[0]!;

describe("the function of examples/sst", () => {
  const client = engine.createClient();
  const TableName = `${uniquePrefix("sst")}AuthTable`;
  let folder: string;
  let lambda: Lambda;

  beforeAll(async () => {
    folder = await copyOut("sst");
    // The cast: only some properties of the template are looked at.
    const { KeySchema, AttributeDefinitions } = templateTable() as unknown as {
      KeySchema: [];
      AttributeDefinitions: [];
    };
    const table = { TableName, KeySchema, AttributeDefinitions, BillingMode: "PAY_PER_REQUEST" } as const;
    await client.send(new CreateTableCommand(table));
    // As SST bundles a function.
    await build({
      ...{ entryPoints: [`${folder}/src/lambda.ts`], outfile: `${folder}/out/lambda.mjs`, logLevel: "error" },
      ...{ bundle: true, platform: "node", format: "esm", mainFields: ["module", "main"] },
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    lambda = await Lambda.start(`${folder}/out/lambda.mjs`, {
      ...localEnvironment(engine.endpoint),
      // What `link` brings.
      SST_RESOURCE_App: JSON.stringify({ name: "sst-auth", stage: "test" }),
      SST_RESOURCE_Auth: JSON.stringify({ table: TableName, type: "sst.sst.Linkable" }),
    });
  });

  afterAll(async () => {
    lambda.stop();
    rmSync(folder, { recursive: true });
    await client.send(new DeleteTableCommand({ TableName }));
  });

  it("type-checks with its configuration, where it was copied to", () => {
    // Where `sst install` puts all of its own.
    cpSync(new URL("./sst-platform.d.ts", import.meta.url), `${folder}/.sst/platform/config.d.ts`);
    execFileSync("node_modules/.bin/tsc", ["-p", "."], { cwd: folder, stdio: "pipe" });
  });

  it("signs up, knows who is signed in, and signs out", () => expectSignUpToSignOut(lambda));

  it("counts who asks too often by the address that API Gateway has seen", () => expectLimits(lambda));
});
