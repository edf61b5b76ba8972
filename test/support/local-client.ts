import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";

const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const CREDENTIAL = `${credentials.accessKeyId}/20260101/us-east-1/dynamodb/aws4_request`;

/**
 * The local engines want to see a signature, and look at none: making it would be a tenth of what a request costs a
 * test's process.
 */
const signer: DynamoDBClientConfig["signer"] = {
  sign: (request) => {
    request.headers["authorization"] = `AWS4-HMAC-SHA256 Credential=${CREDENTIAL}, SignedHeaders=host, Signature=none`;
    request.headers["x-amz-date"] = "20260101T000000Z";
    return Promise.resolve(request);
  },
};

/**
 * What the SDK does for AWS alone: it tells who asks, and of which call of a Lambda. That is a fifth of what a request
 * costs a test's process, and the local engines look at none of it.
 */
const FOR_AWS = ["getUserAgentMiddleware", "hostHeaderMiddleware", "recursionDetectionMiddleware"];

/** A client of a local engine, for a test's own process and for those that it starts. */
export function localClient(endpoint: string, options: DynamoDBClientConfig = {}): DynamoDBClient {
  const client = new DynamoDBClient({ endpoint, region: "us-east-1", credentials, signer, ...options });
  for (const name of FOR_AWS) client.middlewareStack.remove(name);
  return client;
}
