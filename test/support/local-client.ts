import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";

const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const CREDENTIAL = `${credentials.accessKeyId}/20260101/us-east-1/dynamodb/aws4_request`;

/** The local engines want to see a signature, and look at none. */
const SIGNATURE = {
  authorization: `AWS4-HMAC-SHA256 Credential=${CREDENTIAL}, SignedHeaders=host, Signature=none`,
  "x-amz-date": "20260101T000000Z",
};

/**
 * What the SDK does for AWS alone: it tells who asks, and of which call of a Lambda, signs, and logs. That is half of
 * what a request costs a test's process, and the local engines look at none of it.
 */
const FOR_AWS = [
  "getUserAgentMiddleware",
  "hostHeaderMiddleware",
  "recursionDetectionMiddleware",
  "loggerMiddleware",
  "httpAuthSchemeMiddleware",
  "httpSigningMiddleware",
];

/** What changes a chain; `use` calls them. */
const CHANGES = ["add", "addRelativeTo", "remove", "removeByTag"] as const;

/** A client of a local engine, for a test's own process and for those that it starts. */
export function localClient(endpoint: string, options: DynamoDBClientConfig = {}): DynamoDBClient {
  return new LocalClient(endpoint, options);
}

/** The SDK's client, with its chain of middleware made once per command and not once per request. */
class LocalClient extends DynamoDBClient {
  #changed = false;

  constructor(endpoint: string, options: DynamoDBClientConfig) {
    super({ endpoint, region: "us-east-1", credentials, ...options });
    const { middlewareStack } = this;
    for (const name of FOR_AWS) middlewareStack.remove(name);
    middlewareStack.add(
      (next) => (args) => {
        Object.assign((args.request as { headers: object }).headers, SIGNATURE);
        return next(args);
      },
      { step: "build", name: "localSignature" },
    );
    for (const name of CHANGES) {
      // Each takes what it is made for: the types of them all together fit none.
      const change = middlewareStack[name] as (...given: unknown[]) => unknown;
      const noted = (...given: unknown[]) => {
        this.#changed = true;
        return change(...given);
      };
      Object.assign(middlewareStack, { [name]: noted });
    }
  }

  override send: DynamoDBClient["send"] = (command: Parameters<DynamoDBClient["send"]>[0], ...rest: unknown[]) => {
    const { config } = this;
    // Not in the configuration, which a document client shares, and refuses with it.
    config.cacheMiddleware = !this.#changed && command.middlewareStack.identify().length === 0;
    this.#changed = false;
    try {
      // The SDK has an overload for each command, and none for any of them.
      return super.send(command as never, ...(rest as never[])) as never;
    } finally {
      config.cacheMiddleware = false;
    }
  };
}
