import { errorName } from "./aws-errors.ts";

/** Names of errors of the SDK's credential chain. */
const CREDENTIALS: ReadonlySet<string> = new Set(["CredentialsProviderError", "TokenProviderError", "UnrecognizedClientException"]);

const CREDENTIALS_ADVICE =
  "auth-dynamodb uses the credentials of the DynamoDBClient that it was given: set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, " +
  "or pass credentials to the client (DynamoDB Local and other local engines take any).";
const REGION_ADVICE =
  'auth-dynamodb uses the region of the DynamoDBClient that it was given: set AWS_REGION, or pass new DynamoDBClient({ region: "…" }).';

const advised = new WeakSet<Error>();

/** Adds one sentence to an error that says the client was not set up; others pass as they are. */
export async function adviseOnSetup(error: unknown, client: object): Promise<unknown> {
  if (!(error instanceof Error) || advised.has(error)) return error;
  const advice = CREDENTIALS.has(errorName(error)) ? CREDENTIALS_ADVICE : (await lacksRegion(error, client)) ? REGION_ADVICE : undefined;
  if (advice === undefined) return error;
  advised.add(error);
  // The very error, for whoever catches it by its class or name.
  error.message = `${error.message.replace(/[.\s]*$/, "")}. ${advice}`;
  return error;
}

/** The SDK gives this error no name of its own: the client is asked for its region. */
async function lacksRegion(error: Error, client: object): Promise<boolean> {
  if (errorName(error) !== "Error" || "$metadata" in error) return false;
  const { config } = client as { config?: { region?: unknown } };
  if (typeof config?.region !== "function") return false;
  try {
    return (await (config.region as () => Promise<unknown>)()) === undefined;
  } catch {
    return true;
  }
}
