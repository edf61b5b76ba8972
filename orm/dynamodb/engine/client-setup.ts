import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { errorName } from "./aws-errors.ts";
import type { Send } from "./client.ts";
import { placeOf, regionOf } from "./endpoint.ts";

/** Names of errors of the SDK's credential chain, and of AWS about credentials. */
const CREDENTIALS: ReadonlySet<string> = new Set([
  "CredentialsProviderError",
  "TokenProviderError",
  "UnrecognizedClientException",
  "InvalidSignatureException",
  "ExpiredTokenException",
]);

/** Codes of connections that did not come about. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
]);

const CREDENTIALS_ADVICE =
  "auth-dynamodb uses the credentials of the DynamoDBClient that it was given: set AWS_PROFILE or " +
  "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, " +
  "or pass credentials to the client (DynamoDB Local and other local engines take any)";
const REGION_ADVICE =
  "auth-dynamodb uses the region of the DynamoDBClient that it was given: set AWS_REGION, or pass new " +
  'DynamoDBClient({ region: "…" })';
const UNREACHABLE_ADVICE =
  "DynamoDB cannot be reached: start the local engine, or correct the client's endpoint, its region or the network";
const OTHER_SERVER_ADVICE =
  "What answers there is no DynamoDB: correct the client's endpoint (its host, its port, http or https)";
const TWO_COPIES_ADVICE =
  "The client comes from another copy of @aws-sdk/client-dynamodb than the one that auth-dynamodb finds: " +
  "keep one of them (npm ls @aws-sdk/client-dynamodb, then npm dedupe)";

const advised = new WeakSet<Error>();

/** Adds one sentence to an error that says the client was not set up; others pass as they are. */
export async function adviseOnSetup(error: unknown, client: Send, tables: readonly string[]): Promise<unknown> {
  if (!(error instanceof Error) || advised.has(error)) return error;
  const advice = await adviceOn(error, client);
  // Requests side by side may fail with the very same error.
  if (advice === undefined || advised.has(error)) return error;
  advised.add(error);
  const named = tables.map((table) => `"${table}"`).join(", ");
  const place = [...(tables.length > 0 ? [`table ${named}`] : []), await placeOf(client)].join(" at ");
  // The very error, for whoever catches it by its class or name.
  error.message = [error.message.replace(/\n[^]*$/, "").replace(/[.\s]*$/, ""), `${advice} (${place}).`]
    .filter((sentence) => sentence !== "")
    .join(". ");
  return error;
}

/** The error of an answer without what DynamoDB always answers. */
export async function otherServer(client: Send, table: string): Promise<Error> {
  return new Error(`${OTHER_SERVER_ADVICE} (table "${table}" at ${await placeOf(client)}).`);
}

async function adviceOn(error: Error, client: Send): Promise<string | undefined> {
  const name = errorName(error);
  const { code, $metadata } = error as { code?: unknown; $metadata?: { httpStatusCode?: number } };
  if (CREDENTIALS.has(name)) return CREDENTIALS_ADVICE;
  if (UNREACHABLE.has(String(code)) || name === "TimeoutError") return UNREACHABLE_ADVICE;
  // No answer in the protocol: a page of HTML, a status without a type, TLS where there is none.
  if ((name === "SyntaxError" || name === "Unknown") && $metadata?.httpStatusCode !== undefined)
    return OTHER_SERVER_ADVICE;
  if (code === "EPROTO" || String(code).startsWith("HPE_")) return OTHER_SERVER_ADVICE;
  if (name === "TypeError" && isOfAnotherCopy(client)) return TWO_COPIES_ADVICE;
  if (name === "Error" && $metadata === undefined && (await lacksRegion(client))) return REGION_ADVICE;
  return undefined;
}

/** The SDK gives the error of a missing region no name of its own: the client is asked for it. */
async function lacksRegion(client: Send): Promise<boolean> {
  const { config } = client as { config?: { region?: unknown } };
  return typeof config?.region === "function" && (await regionOf(client)) === undefined;
}

/** Commands and clients of two versions of the SDK do not always understand each other. */
function isOfAnotherCopy(client: Send): boolean {
  const { config } = client as { config?: { serviceId?: unknown; translateConfig?: unknown } };
  // A document client is no DynamoDBClient, whichever copy it is of.
  return config?.serviceId === "DynamoDB" && !(client instanceof DynamoDBClient) && !("translateConfig" in config);
}
