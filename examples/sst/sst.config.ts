export default $config({
  app: ({ stage }) => ({
    name: "sst-auth",
    home: "aws",
    // What is in the table are users. The stages of developers go with all that they have.
    removal: stage === "production" ? "retain" : "remove",
    protect: stage === "production",
  }),
  async run() {
    const secret = new sst.Secret("AuthSecret");
    const table = new sst.aws.Dynamo("AuthTable", {
      fields: { _pk: "string", _sk: "string" },
      primaryIndex: { hashKey: "_pk", rangeKey: "_sk" },
      ttl: "_ttl",
      deletionProtection: $app.stage === "production",
    });
    // What `auth-dynamodb template` allows an application. A link to the table itself would allow everything.
    const actions = [
      "dynamodb:GetItem",
      "dynamodb:BatchGetItem",
      "dynamodb:Query",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
      "dynamodb:ConditionCheckItem",
    ];
    const auth = new sst.Linkable("Auth", {
      properties: { table: table.name },
      include: [sst.aws.permission({ actions, resources: [table.arn] })],
    });
    const api = new sst.aws.ApiGatewayV2("Api");
    api.route("$default", {
      handler: "src/lambda.handler",
      link: [auth],
      environment: { BETTER_AUTH_URL: api.url, BETTER_AUTH_SECRET: secret.value },
      architecture: "arm64",
      // Memory buys processor time: a sign-in hashes a password.
      memory: "1024 MB",
      timeout: "15 seconds",
    });
    return { url: api.url };
  },
});
