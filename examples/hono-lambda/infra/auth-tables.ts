import { RemovalPolicy } from "aws-cdk-lib";
import * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

/** The tables of auth-dynamodb. */
export class AuthTables extends Construct {
  /** By the names of the tables. */
  readonly tables: Readonly<Record<string, dynamodb.Table>>;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.tables = {
      // user, session, account, verification, rateLimitWindow
      "hono-auth": new dynamodb.Table(this, "HonoAuth", {
        tableName: "hono-auth",
        partitionKey: { name: "_pk", type: dynamodb.AttributeType.STRING },
        sortKey: { name: "_sk", type: dynamodb.AttributeType.STRING },
        billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
        timeToLiveAttribute: "_ttl",
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: true,
        removalPolicy: RemovalPolicy.RETAIN,
      }),
    };
  }

  /**
   * Gives the role of an application what it needs: data operations without Scan, and
   * nothing of the control plane.
   */
  grantApplication(grantee: iam.IGrantable): iam.Grant {
    return iam.Grant.addToPrincipal({
      grantee,
      actions: [
        "dynamodb:GetItem",
        "dynamodb:BatchGetItem",
        "dynamodb:Query",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
        "dynamodb:ConditionCheckItem",
      ],
      resourceArns: Object.values(this.tables).map((table) => table.tableArn),
    });
  }
}
