/**
 * What the application does with its tables. A TransactWriteItems needs the permissions of the
 * writes in it and has none of its own. Nothing of the control plane, and no Scan unless asked for.
 */
const ACTIONS = [
  "GetItem",
  "BatchGetItem",
  "Query",
  "PutItem",
  "UpdateItem",
  "DeleteItem",
  "ConditionCheckItem",
] as const;

/** The IAM actions of the application, with the service's prefix. */
export function applicationActions(allowScan = false): string[] {
  return [...ACTIONS, ...(allowScan ? ["Scan"] : [])].map((action) => `dynamodb:${action}`);
}

/** What reading and writing a table needs of a KMS key of your own, through DynamoDB only. */
export const KEY_ACTIONS: readonly string[] = [
  "kms:Decrypt",
  "kms:DescribeKey",
  "kms:Encrypt",
  "kms:GenerateDataKey*",
  "kms:ReEncrypt*",
];

/** One statement of an IAM policy. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** An IAM policy. */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/**
 * The least-privilege policy of an application.
 *
 * @example
 * ```ts
 * applicationPolicy({ resources: ["arn:aws:dynamodb:eu-central-1:123456789012:table/auth"] });
 * ```
 */
export function applicationPolicy(options: {
  /** The tables' ARNs, or what a template makes of them. */
  readonly resources: readonly unknown[];
  readonly allowScan?: boolean | undefined;
  /** The KMS key of the tables, where it is your own. */
  readonly key?: { readonly resource: unknown; readonly viaService: unknown } | undefined;
}): PolicyDocument {
  const { resources, allowScan, key } = options;
  const tables: PolicyStatement = {
    Sid: "AuthTables",
    Effect: "Allow",
    Action: applicationActions(allowScan),
    Resource: resources,
  };
  const keys: PolicyStatement[] = key
    ? [
        {
          Sid: "AuthTablesKey",
          Effect: "Allow",
          Action: KEY_ACTIONS,
          Resource: key.resource,
          Condition: { StringLike: { "kms:ViaService": key.viaService } },
        },
      ]
    : [];
  return { Version: "2012-10-17", Statement: [tables, ...keys] };
}
