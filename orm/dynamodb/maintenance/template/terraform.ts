import { applicationActions, KEY_ACTIONS } from "./application-policy.ts";
import { templateSettings, templateTables, type TemplateOptions, type TemplateTable } from "./template-tables.ts";

/**
 * The tables of a schema and the application's IAM policy for Terraform's AWS provider.
 *
 * @example
 * ```ts
 * await writeFile("auth.tf", terraformTemplate({ schema, table: "auth" }));
 * ```
 */
export function terraformTemplate(options: TemplateOptions): string {
  const tables = templateTables(options);
  return [...tables.map((table) => tableBlock(table, options)), policyBlocks(tables, options)].join("\n");
}

function tableBlock({ name, id, models, ttl }: TemplateTable, options: TemplateOptions): string {
  const { pointInTimeRecovery, deletionProtection, tableClass, kmsKeyId, tags } = templateSettings(options);
  return block(`resource "aws_dynamodb_table" ${text(snakeCase(id))}`, [
    `# ${models.join(", ")}`,
    `name                        = ${text(name)}`,
    `billing_mode                = "PAY_PER_REQUEST"`,
    `hash_key                    = "_pk"`,
    `range_key                   = "_sk"`,
    `deletion_protection_enabled = ${deletionProtection}`,
    ...(tableClass ? [`table_class                 = ${text(tableClass)}`] : []),
    ...(Object.keys(tags).length > 0
      ? ["", "tags = {", ...Object.entries(tags).map(([key, value]) => `  ${text(key)} = ${text(value)}`), "}"]
      : []),
    "",
    ...["_pk", "_sk"].flatMap((attribute) => [`attribute {`, `  name = "${attribute}"`, `  type = "S"`, `}`, ""]),
    ...(ttl ? ["ttl {", `  attribute_name = "_ttl"`, "  enabled        = true", "}", ""] : []),
    "point_in_time_recovery {",
    `  enabled = ${pointInTimeRecovery}`,
    "}",
    "",
    ...(kmsKeyId
      ? ["server_side_encryption {", "  enabled     = true", `  kms_key_arn = ${keyArn(kmsKeyId)}`, "}", ""]
      : []),
    "lifecycle {",
    "  prevent_destroy = true",
    "}",
  ]);
}

function policyBlocks(tables: readonly TemplateTable[], { allowScan, kmsKeyId }: TemplateOptions): string {
  const arns = tables.map(({ id }) => `    aws_dynamodb_table.${snakeCase(id)}.arn,`);
  const document = block(`data "aws_iam_policy_document" "auth_application"`, [
    "statement {",
    `  sid = "AuthTables"`,
    "  actions = [",
    ...applicationActions(allowScan).map((action) => `    "${action}",`),
    "  ]",
    "  resources = [",
    ...arns,
    "  ]",
    "}",
    ...(kmsKeyId ? ["", ...keyStatement(kmsKeyId)] : []),
  ]);
  const policy = block(`resource "aws_iam_policy" "auth_application"`, [
    `name_prefix = "auth-dynamodb-"`,
    `description = "What an application needs of the tables of auth-dynamodb."`,
    `policy      = data.aws_iam_policy_document.auth_application.json`,
  ]);
  const output = block(`output "auth_application_policy_arn"`, [
    `description = "Attach this policy to the role of the application."`,
    `value       = aws_iam_policy.auth_application.arn`,
  ]);
  const key =
    kmsKeyId && !isKeyArn(kmsKeyId) ? [block(`data "aws_kms_key" "auth"`, [`key_id = ${text(kmsKeyId)}`])] : [];
  return [...key, document, policy, output].join("\n");
}

function keyStatement(kmsKeyId: string): string[] {
  return [
    "statement {",
    `  sid       = "AuthTablesKey"`,
    `  actions   = [${KEY_ACTIONS.map((action) => `"${action}"`).join(", ")}]`,
    `  resources = [${keyArn(kmsKeyId)}]`,
    "  condition {",
    `    test     = "StringLike"`,
    `    variable = "kms:ViaService"`,
    `    values   = ["dynamodb.*.amazonaws.com"]`,
    "  }",
    "}",
  ];
}

function keyArn(kmsKeyId: string): string {
  return isKeyArn(kmsKeyId) ? text(kmsKeyId) : "data.aws_kms_key.auth.arn";
}

function isKeyArn(key: string): boolean {
  return key.startsWith("arn:") && !key.includes(":alias/");
}

function block(head: string, body: readonly string[]): string {
  return [`${head} {`, ...body.map((line) => (line === "" ? "" : `  ${line}`)), "}", ""].join("\n");
}

/** A quoted text: of Terraform's own, `${` and `%{` begin templates. */
function text(value: string): string {
  return JSON.stringify(value).replace(/[$%]\{/g, (start) => start.slice(0, 1) + start);
}

function snakeCase(id: string): string {
  return id.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}
