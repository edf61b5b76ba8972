import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamodbAdapter } from "auth-dynamodb/better-auth";
import { dynamodbRateLimit } from "auth-dynamodb/storage";
import { betterAuth } from "better-auth";
import { nextCookies } from "better-auth/next-js";
import { admin, organization, twoFactor } from "better-auth/plugins";
import { sendMail } from "@/lib/mail";

// Region, credentials and endpoint come from the environment, when the first request is sent.
export const storage = { client: new DynamoDBClient({}), table: process.env.AUTH_TABLE ?? "auth" };

export const rateLimit = dynamodbRateLimit(storage);

export const auth = betterAuth({
  appName: "Next.js on DynamoDB",
  database: dynamodbAdapter(storage),
  advanced: { database: { joins: true } },
  rateLimit: { customStorage: rateLimit },
  emailAndPassword: { enabled: true },
  plugins: [
    organization({
      sendInvitationEmail: ({ id, email, organization, inviter }) =>
        sendMail(email, `${inviter.user.name} invites you to ${organization.name}`, `/invitations/${id}`),
    }),
    twoFactor(),
    admin(),
    // Lets server actions set cookies. It has to be the last one.
    nextCookies(),
  ],
});
