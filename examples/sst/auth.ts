import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamodbAdapter } from "auth-dynamodb/better-auth";
import { dynamodbRateLimit } from "auth-dynamodb/storage";
import { betterAuth } from "better-auth";
import { Resource } from "sst";

/** The table that sst.config.ts makes: one for everything, and one for each stage. */
const { table } = Resource.Auth;

/** The header by which src/app.ts tells who asks. */
export const CLIENT_ADDRESS = "x-client-address";

// Outside of the handler: the connections stay open from one invocation to the next.
export const client = new DynamoDBClient({ requestHandler: { connectionTimeout: 1_000, requestTimeout: 3_000 } });

// The address and the secret are in the function's environment: see sst.config.ts.
export const auth = betterAuth({
  emailAndPassword: { enabled: true },
  // The role may not scan, and the function ends after 15 seconds: the user is to get an answer before that.
  database: dynamodbAdapter({ client, table, scans: "refuse", contentionBudget: 5_000 }),
  // Instances share no memory to count in.
  rateLimit: { enabled: true, customStorage: dynamodbRateLimit({ client, table }) },
  advanced: { database: { joins: true }, ipAddress: { ipAddressHeaders: [CLIENT_ADDRESS] } },
});
