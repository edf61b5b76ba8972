import { applicationActions, KEY_ACTIONS } from "./application-policy.ts";
import { templateSettings, templateTables, type TemplateOptions, type TemplateTable } from "./template-tables.ts";

/**
 * The tables of a schema as a CDK construct in TypeScript, with a `grant` for the application.
 *
 * @example
 * ```ts
 * await writeFile("auth-tables.ts", cdkTemplate({ schema, table: "auth" }));
 * // In a stack:
 * const tables = new AuthTables(this, "Auth");
 * tables.grantApplication(handler);
 * ```
 */
export function cdkTemplate(options: TemplateOptions): string {
  const tables = templateTables(options);
  const { kmsKeyId } = options;
  const key = kmsKeyId ? keyOf(kmsKeyId) : "";
  const tags = Object.entries(templateSettings(options).tags);
  const core = ["RemovalPolicy", ...(key.includes("Stack.of") ? ["Stack"] : []), ...(tags.length > 0 ? ["Tags"] : [])];
  return `import { ${core.join(", ")} } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
${kmsKeyId ? 'import * as kms from "aws-cdk-lib/aws-kms";\n' : ""}import { Construct } from "constructs";

/** The tables of auth-dynamodb. */
export class AuthTables extends Construct {
  /** By the names of the tables. */
  readonly tables: Readonly<Record<string, dynamodb.Table>>;
${kmsKeyId ? "  readonly key: kms.IKey;\n" : ""}
  constructor(scope: Construct, id: string) {
    super(scope, id);
${kmsKeyId ? `    this.key = ${key};\n` : ""}    this.tables = {
${tables.map((table) => tableEntry(table, options)).join("\n")}
    };
${tags.map(([name, value]) => `    Tags.of(this).add(${text(name)}, ${text(value)});\n`).join("")}  }

  /**
   * Gives the role of an application what it needs: data operations${options.allowScan ? "" : " without Scan"}, and
   * nothing of the control plane.
   */
  grantApplication(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: ${list(applicationActions(options.allowScan), 6)},
      resourceArns: Object.values(this.tables).map((table) => table.tableArn),
    })${kmsKeyId ? keyGrant() : ""};
  }
}
`;
}

function tableEntry({ name, id, models, ttl }: TemplateTable, options: TemplateOptions): string {
  const { pointInTimeRecovery, deletionProtection, tableClass, kmsKeyId } = templateSettings(options);
  const lines = [
    `tableName: ${text(name)},`,
    `partitionKey: { name: "_pk", type: dynamodb.AttributeType.STRING },`,
    `sortKey: { name: "_sk", type: dynamodb.AttributeType.STRING },`,
    `billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,`,
    ...(ttl ? [`timeToLiveAttribute: "_ttl",`] : []),
    `pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: ${pointInTimeRecovery} },`,
    `deletionProtection: ${deletionProtection},`,
    ...(tableClass ? [`tableClass: dynamodb.TableClass.${tableClass},`] : []),
    ...(kmsKeyId ? ["encryption: dynamodb.TableEncryption.CUSTOMER_MANAGED,", "encryptionKey: this.key,"] : []),
    `removalPolicy: RemovalPolicy.RETAIN,`,
  ];
  return [
    `      // ${models.join(", ")}`,
    `      ${text(name)}: new dynamodb.Table(this, ${text(id)}, {`,
    ...lines.map((line) => `        ${line}`),
    "      }),",
  ].join("\n");
}

function keyOf(key: string): string {
  if (key.startsWith("arn:") && !key.includes(":alias/")) return `kms.Key.fromKeyArn(this, "Key", ${text(key)})`;
  if (key.includes("alias/")) return `kms.Alias.fromAliasName(this, "Key", ${text(key.slice(key.indexOf("alias/")))})`;
  return (
    'kms.Key.fromKeyArn(this, "Key", Stack.of(this).formatArn({ service: "kms", resource: "key", ' +
    `resourceName: ${text(key)} }))`
  );
}

function keyGrant(): string {
  return `.combine(this.key.grant(grantee, ...${list(KEY_ACTIONS, 6)}))`;
}

function list(items: readonly string[], indent: number): string {
  const space = " ".repeat(indent);
  return `[\n${items.map((item) => `${space}  ${text(item)},`).join("\n")}\n${space}]`;
}

function text(value: string): string {
  return JSON.stringify(value);
}
