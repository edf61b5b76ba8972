import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "@cdktf/hcl2json";
import ts from "typescript";
import { App, Stack } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { createAuthJsSchema } from "auth-dynamodb/authjs";
import { createAuthSchema } from "auth-dynamodb/better-auth";
import {
  cdkTemplate,
  cloudFormationTemplate,
  renderTemplate,
  samTemplate,
  terraformTemplate,
  type TemplateOptions,
} from "auth-dynamodb/setup";
import { organization, twoFactor } from "better-auth/plugins";
import { beforeAll, describe, expect, it } from "vitest";
import { validateCloudFormation } from "./cloudformation-validator.ts";

const schema = createAuthSchema({ plugins: [organization(), twoFactor()] });

const variants: [string, TemplateOptions][] = [
  ["one table", { schema, table: "auth" }],
  ["many tables", { schema: createAuthJsSchema(), tablePrefix: "my-app." }],
  [
    "every setting",
    {
      schema,
      table: "auth-dev",
      pointInTimeRecovery: false,
      deletionProtection: false,
      tableClass: "STANDARD_INFREQUENT_ACCESS",
      kmsKeyId: "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-1111-2222-3333-444455556666",
      tags: { team: 'identity "core"', cost: "${auth}: yes" },
      allowScan: true,
    },
  ],
  ["the alias of a key", { schema, table: "auth", kmsKeyId: "alias/auth" }],
];

let constructs: Map<string, Construct>;
beforeAll(async () => {
  constructs = await compileConstructs();
});

describe.each(variants)("templates for %s", (name, options) => {
  it.each(["cloudformation", "sam"] as const)("%s passes AWS's validator, as JSON and as YAML", (format) => {
    const json = validateCloudFormation(renderTemplate(format, options, "json"), "json");
    const yaml = validateCloudFormation(renderTemplate(format, options), "yaml");
    expect(json.diagnostics.filter((text) => /^(ERROR|FATAL)/i.test(text))).toEqual([]);
    expect(yaml.diagnostics.map((text) => text.split(":")[0])).toEqual(
      json.diagnostics.map((text) => text.split(":")[0]),
    );
    expect(yaml.resources).toEqual(json.resources);
  });

  it("terraform parses, and says the same", async () => {
    const parsed = (await parse("auth.tf", terraformTemplate(options))) as {
      resource: Record<string, Record<string, Record<string, unknown>[]>>;
    };
    const tables = Object.values(parsed.resource["aws_dynamodb_table"]!).map(([table]) => table!);
    const expected = tableProperties(options);
    expect(tables).toHaveLength(expected.length);
    for (const { TableName, DeletionProtectionEnabled, TimeToLiveSpecification, Tags } of expected) {
      const table = tables.find(({ name }) => name === TableName)!;
      expect(table).toMatchObject({
        hash_key: "_pk",
        range_key: "_sk",
        billing_mode: "PAY_PER_REQUEST",
        deletion_protection_enabled: DeletionProtectionEnabled,
      });
      expect(table["ttl"]).toEqual(TimeToLiveSpecification ? [{ attribute_name: "_ttl", enabled: true }] : undefined);
      // The parser leaves Terraform's escape of "${" as it is.
      expect(table["tags"]).toEqual(
        Tags && Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value.split("${").join("$${")])),
      );
    }
  });

  it("cdk compiles and synthesizes", () => {
    const { AuthTables } = constructs.get(name)!;
    const app = new App();
    const stack = new Stack(app, "Auth");
    const role = new Role(stack, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    new AuthTables(stack, "Tables").grantApplication(role);
    const template = app.synth().getStackByName("Auth").template as {
      Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
    };
    const tables = Object.values(template.Resources).filter(({ Type }) => Type === "AWS::DynamoDB::Table");
    expect(tables.map(({ Properties }) => Properties["TableName"])).toEqual(
      tableProperties(options).map(({ TableName }) => TableName),
    );
    expect(tables.map(({ Properties }) => Properties["DeletionProtectionEnabled"])).toEqual(
      tableProperties(options).map(({ DeletionProtectionEnabled }) => DeletionProtectionEnabled),
    );
    expect(tables.map(({ Properties }) => Properties["TimeToLiveSpecification"])).toEqual(
      tableProperties(options).map(({ TimeToLiveSpecification }) => TimeToLiveSpecification),
    );
    const actions = JSON.stringify(Object.values(template.Resources).filter(({ Type }) => Type === "AWS::IAM::Policy"));
    expect(actions).toContain("dynamodb:ConditionCheckItem");
    expect(actions.includes("dynamodb:Scan")).toBe(options.allowScan ?? false);
    const { diagnostics } = validateCloudFormation(JSON.stringify(template), "json");
    expect(diagnostics.filter((text) => /^(ERROR|FATAL)/i.test(text))).toEqual([]);
  });
});

describe("the policy", () => {
  const allowed = (options: Partial<TemplateOptions> = {}) =>
    JSON.stringify(
      cloudFormationTemplate({ schema, table: "auth", ...options }).Resources["AuthApplicationPolicy"],
    ).match(/dynamodb:\w+/g);

  it("has the data operations and nothing else", () => {
    expect(allowed()).toEqual(
      ["GetItem", "BatchGetItem", "Query", "PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"].map(
        (action) => `dynamodb:${action}`,
      ),
    );
  });

  it("has Scan where it is asked for", () => {
    expect(allowed({ allowScan: true })).toContain("dynamodb:Scan");
  });
});

it("the validator finds what is wrong", () => {
  const template = samTemplate({ schema, table: "auth" });
  const table = template.Resources["AuthTable"] as { Properties: Record<string, unknown> };
  table.Properties["TimeToLiveSpecification"] = { Enabled: "perhaps", Attribute: "_ttl" };
  expect(validateCloudFormation(JSON.stringify(template), "json").diagnostics.length).toBeGreaterThan(0);
});

interface TableProperties {
  readonly TableName: string;
  readonly DeletionProtectionEnabled: boolean;
  readonly TimeToLiveSpecification?: object;
  readonly Tags?: { readonly Key: string; readonly Value: string }[];
}

function tableProperties(options: TemplateOptions): TableProperties[] {
  const resources = Object.values(cloudFormationTemplate(options).Resources) as {
    Type: string;
    Properties: TableProperties;
  }[];
  return resources.filter(({ Type }) => Type === "AWS::DynamoDB::Table").map(({ Properties }) => Properties);
}

interface Construct {
  AuthTables: new (scope: Stack, id: string) => { grantApplication(role: Role): unknown };
}

/** Compiles the constructs of all variants with all checks, together, and loads them. */
async function compileConstructs(): Promise<Map<string, Construct>> {
  const folder = mkdtempSync(join(fileURLToPath(new URL(".", import.meta.url)), ".cdk-"));
  try {
    const files = variants.map(([, options], i) => {
      const file = join(folder, `auth-tables-${i}.ts`);
      writeFileSync(file, cdkTemplate(options));
      return file;
    });
    const program = ts.createProgram(files, {
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      noUnusedLocals: true,
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      types: [],
    });
    expect(
      ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
    ).toEqual([]);
    const loaded = await Promise.all(files.map((file) => import(file) as Promise<Construct>));
    return new Map(loaded.map((construct, i) => [variants[i]![0], construct]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
