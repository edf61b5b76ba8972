import { fileURLToPath } from "node:url";
import { CfnOutput, Duration, Stack, type StackProps } from "aws-cdk-lib";
import { HttpApi, HttpMethod } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Architecture, Runtime } from "aws-cdk-lib/aws-lambda";
import { NodejsFunction, OutputFormat } from "aws-cdk-lib/aws-lambda-nodejs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import { AuthTables } from "./auth-tables.ts";

/** CommonJS inside of the bundle asks for Node's modules by this. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** The table, the function with a role that may use it and nothing else, and its address. */
export class HonoStack extends Stack {
  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const secret = new Secret(this, "Secret", {
      description: "Signs session cookies",
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    const api = new HttpApi(this, "Api");
    const handler = new NodejsFunction(this, "Handler", {
      entry: fileURLToPath(new URL("../src/lambda.ts", import.meta.url)),
      runtime: Runtime.NODEJS_22_X,
      architecture: Architecture.ARM_64,
      // Memory buys processor time: a sign-in hashes a password.
      memorySize: 1024,
      timeout: Duration.seconds(15),
      environment: {
        NODE_ENV: "production",
        BETTER_AUTH_URL: api.apiEndpoint,
        // A reference: CloudFormation puts the value in, and no template shows it.
        BETTER_AUTH_SECRET: secret.secretValue.unsafeUnwrap(),
      },
      bundling: { format: OutputFormat.ESM, mainFields: ["module", "main"], banner: REQUIRE, bundleAwsSDK: true },
    });
    new AuthTables(this, "Auth").grantApplication(handler);
    const integration = new HttpLambdaIntegration("Integration", handler);
    api.addRoutes({ path: "/{proxy+}", methods: [HttpMethod.ANY], integration });
    new CfnOutput(this, "Url", { value: api.apiEndpoint });
  }
}
