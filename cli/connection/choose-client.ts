import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import type { DynamodbClient } from "../../orm/dynamodb/engine/client.ts";
import { customEndpoint, isLocalHost, regionOf } from "../../orm/dynamodb/engine/endpoint.ts";
import { endpointUrl } from "./endpoint-flag.ts";

/** Options that say where DynamoDB is. */
export interface PlaceFlags {
  readonly endpoint?: string;
  readonly region?: string;
}

const LOCAL_REGION = "us-east-1";
const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

/** The file's client, or where the flags ask for another place or the file has none, one of the command's own. */
export async function chooseClient(flags: PlaceFlags, found: DynamodbClient | undefined): Promise<DynamodbClient> {
  if (flags.endpoint === undefined && flags.region === undefined) return found ?? new DynamoDBClient({});
  const given = found && (await customEndpoint(found));
  const endpoint = flags.endpoint === undefined ? given : endpointUrl(flags.endpoint).href;
  const region = flags.region ?? (found && (await regionOf(found)));
  const kept: DynamoDBClientConfig = {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(found ? { credentials: found.config.credentials, requestHandler: found.config.requestHandler } : {}),
  };
  const moves = flags.endpoint !== undefined && endpoint !== undefined && isLocal(endpoint);
  // A local engine takes any credentials and has no use for real ones, but keeps tables by the ones it is given.
  if (!moves || (given !== undefined && isLocal(given))) return new DynamoDBClient(kept);
  return new DynamoDBClient({
    ...kept,
    region: region ?? process.env["AWS_REGION"] ?? LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
}

function isLocal(endpoint: string): boolean {
  return isLocalHost(new URL(endpoint).hostname);
}
