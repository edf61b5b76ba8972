import { TABLE_DEFINITION, tagList } from "../table-definition.ts";
import { applicationPolicy } from "./application-policy.ts";
import { templateSettings, templateTables, type TemplateOptions, type TemplateTable } from "./template-tables.ts";

/** A CloudFormation or SAM template, to be written as JSON or YAML. */
export interface CloudFormationTemplate {
  readonly AWSTemplateFormatVersion: "2010-09-09";
  readonly Transform?: "AWS::Serverless-2016-10-31";
  readonly Description: string;
  readonly Resources: Readonly<Record<string, object>>;
  readonly Outputs: Readonly<Record<string, object>>;
}

/**
 * The tables of a schema and the application's IAM policy as a CloudFormation template.
 *
 * @example
 * ```ts
 * const template = cloudFormationTemplate({ schema: createAuthSchema(auth.options), table: "auth" });
 * await writeFile("auth.json", JSON.stringify(template, null, 2));
 * ```
 */
export function cloudFormationTemplate(options: TemplateOptions): CloudFormationTemplate {
  const tables = templateTables(options);
  return {
    AWSTemplateFormatVersion: "2010-09-09",
    Description: "Tables of auth-dynamodb, and the policy of the application that uses them.",
    Resources: {
      ...Object.fromEntries(tables.map((table) => [`${table.id}Table`, tableResource(table, options)])),
      AuthApplicationPolicy: policyResource(tables, options),
    },
    Outputs: {
      AuthApplicationPolicyArn: {
        Description: "Attach this policy to the role of the application.",
        Value: { Ref: "AuthApplicationPolicy" },
      },
      ...Object.fromEntries(
        tables.map(({ id, models }) => [
          `${id}TableArn`,
          { Description: `Table of ${models.join(", ")}`.slice(0, 1024), Value: arnOf(id) },
        ]),
      ),
    },
  };
}

/**
 * Like {@link cloudFormationTemplate}, for the AWS SAM command line. A function gets the policy by
 * `Policies: [!Ref AuthApplicationPolicy]`.
 */
export function samTemplate(options: TemplateOptions): CloudFormationTemplate {
  const { AWSTemplateFormatVersion, ...rest } = cloudFormationTemplate(options);
  return { AWSTemplateFormatVersion, Transform: "AWS::Serverless-2016-10-31", ...rest };
}

function tableResource({ name, ttl }: TemplateTable, options: TemplateOptions): object {
  const { pointInTimeRecovery, deletionProtection, tableClass, kmsKeyId, tags } = templateSettings(options);
  return {
    Type: "AWS::DynamoDB::Table",
    // Users and sessions: a stack that is deleted, or a table that would be replaced, leaves them where they are.
    DeletionPolicy: "Retain",
    UpdateReplacePolicy: "Retain",
    Properties: {
      TableName: name,
      ...TABLE_DEFINITION,
      ...(ttl ? { TimeToLiveSpecification: { AttributeName: "_ttl", Enabled: true } } : {}),
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: pointInTimeRecovery },
      DeletionProtectionEnabled: deletionProtection,
      ...(tableClass ? { TableClass: tableClass } : {}),
      ...(kmsKeyId ? { SSESpecification: { SSEEnabled: true, SSEType: "KMS", KMSMasterKeyId: kmsKeyId } } : {}),
      ...(Object.keys(tags).length > 0 ? { Tags: tagList(tags) } : {}),
    },
  };
}

function policyResource(tables: readonly TemplateTable[], { allowScan, kmsKeyId }: TemplateOptions): object {
  const key = kmsKeyId
    ? { resource: keyArn(kmsKeyId), viaService: { "Fn::Sub": "dynamodb.${AWS::Region}.amazonaws.com" } }
    : undefined;
  return {
    Type: "AWS::IAM::ManagedPolicy",
    Properties: {
      Description: "What an application needs of the tables of auth-dynamodb.",
      PolicyDocument: applicationPolicy({ resources: tables.map(({ id }) => arnOf(id)), allowScan, key }),
    },
  };
}

function arnOf(id: string): object {
  return { "Fn::GetAtt": [`${id}Table`, "Arn"] };
}

/** IAM takes no alias of a key: of one, any key of the account is allowed, through DynamoDB. */
function keyArn(key: string): unknown {
  if (key.startsWith("arn:") && !key.includes(":alias/")) return key;
  const id = key.includes("alias/") ? "*" : key;
  return { "Fn::Sub": `arn:\${AWS::Partition}:kms:\${AWS::Region}:\${AWS::AccountId}:key/${id}` };
}
