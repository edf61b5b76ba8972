import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { CreateTableCommand, DeleteTableCommand, type CreateTableCommandInput } from "@aws-sdk/client-dynamodb";
import { createAuthSchema } from "auth-dynamodb/better-auth";
import { applicationPolicy, cdkTemplate, cloudFormationTemplate } from "auth-dynamodb/setup";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { auth } from "../../examples/hono-lambda/auth.ts";
import { validateCloudFormation } from "../operations/cloudformation-validator.ts";
import { engineNamed, engines } from "../support/engines.ts";
import { copyOut } from "./copied-example.ts";
import { Lambda, localEnvironment } from "./lambda.ts";
import { expectLimits, expectSignUpToSignOut } from "./lambda-flows.ts";

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

let folder: string;
let resources: readonly Resource[];

const ofType = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);

/** Copies the example out, installs it with the packed package, and synthesizes it as `cdk synth` does. */
beforeAll(async () => {
  folder = await copyOut("hono-lambda");
  const { app } = JSON.parse(readFileSync(`${folder}/cdk.json`, "utf8")) as { app: string };
  const [command = "", ...args] = app.split(" ");
  execFileSync(command, args, {
    cwd: folder,
    env: { ...process.env, CDK_OUTDIR: `${folder}/cdk.out` },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const template = readFileSync(`${folder}/cdk.out/HonoAuth.template.json`, "utf8");
  expect(validateCloudFormation(template, "json").diagnostics.filter((text) => /^(ERROR|FATAL)/i.test(text))).toEqual(
    [],
  );
  resources = Object.values((JSON.parse(template) as { Resources: Record<string, Resource> }).Resources);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const schema = createAuthSchema(auth.options);
const naming = { schema, table: "hono-auth" };

describe("the stack of examples/hono-lambda", () => {
  it("has the table that `auth-dynamodb template` writes, by the file that it writes", () => {
    expect(readFileSync(`${folder}/infra/auth-tables.ts`, "utf8")).toBe(cdkTemplate(naming));
    const expected = Object.values(cloudFormationTemplate(naming).Resources) as Resource[];
    const [{ Properties: table }] = expected.filter(({ Type }) => Type === "AWS::DynamoDB::Table") as [Resource];
    const { TableName, KeySchema, AttributeDefinitions, BillingMode, TimeToLiveSpecification } = table;
    expect(ofType("AWS::DynamoDB::Table")).toMatchObject([
      { TableName, KeySchema, AttributeDefinitions, BillingMode, TimeToLiveSpecification },
    ]);
    expect(TimeToLiveSpecification).toEqual({ AttributeName: "_ttl", Enabled: true });
  });

  it("gives the function the least that it needs, and the secret by reference", () => {
    const [statement] = applicationPolicy({ resources: [] }).Statement;
    const policies = ofType("AWS::IAM::Policy") as { PolicyDocument: { Statement: Record<string, unknown>[] } }[];
    expect(policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement)).toEqual([
      { Effect: "Allow", Action: statement!.Action, Resource: { "Fn::GetAtt": [expect.any(String), "Arn"] } },
    ]);
    const [{ Environment }] = ofType("AWS::Lambda::Function") as [{ Environment: { Variables: object } }];
    expect(JSON.stringify(Environment)).toContain("{{resolve:secretsmanager:");
  });
});

const engine = engineNamed("dynoxide") ?? engines[0]!;

describe("the function of examples/hono-lambda", () => {
  const client = engine.createClient();
  const dropTable = () => client.send(new DeleteTableCommand({ TableName: naming.table })).catch(() => undefined);
  let lambda: Lambda;

  beforeAll(async () => {
    const [table] = ofType("AWS::DynamoDB::Table");
    // The cast: CloudFormation names these properties as the SDK does.
    const { TableName, KeySchema, AttributeDefinitions, BillingMode } = table as unknown as CreateTableCommandInput;
    await dropTable();
    await client.send(new CreateTableCommand({ TableName, KeySchema, AttributeDefinitions, BillingMode }));
    const asset = readdirSync(`${folder}/cdk.out`).find((name) => existsSync(`${folder}/cdk.out/${name}/index.mjs`));
    lambda = await Lambda.start(`${folder}/cdk.out/${asset}/index.mjs`, localEnvironment(engine.endpoint));
  });

  afterAll(async () => {
    lambda.stop();
    await dropTable();
  });

  it("signs up, knows who is signed in, and signs out", () => expectSignUpToSignOut(lambda));

  it("counts who asks too often by the address that API Gateway has seen", () => expectLimits(lambda));
});
