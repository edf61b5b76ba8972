import type { Library } from "./project.ts";

/** The address of the DynamoDB for development, in `.env` alone: the code is the same everywhere. */
const ENDPOINT = "http://localhost:8000";

/** A Better Auth instance. */
const BETTER_AUTH = `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { dynamodbAdapter } from "auth-dynamodb/better-auth";
import { betterAuth } from "better-auth";

// Region, credentials and endpoint come from the environment: .env here, the role on AWS.
export const client = new DynamoDBClient({});

export const auth = betterAuth({
  database: dynamodbAdapter({ client, table: "auth" }),
  emailAndPassword: { enabled: true },
  advanced: { database: { joins: true } },
});
`;

/** Auth.js's imports. */
const AUTH_JS_CLIENT = `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBAdapter } from "auth-dynamodb/authjs";
`;

const AUTH_JS_ADAPTER = `// Region, credentials and endpoint come from the environment: .env here, the role on AWS.
export const client = new DynamoDBClient({});
export const adapter = DynamoDBAdapter({ client, table: "auth" });
`;

/** Without a provider that needs keys: the link that a mail would hold is printed. */
const PROVIDERS = `[
    {
      id: "magic-link",
      name: "a link by mail",
      type: "email",
      maxAge: 60 * 60,
      // Replace it by your provider, or send the mail.
      sendVerificationRequest: ({ identifier, url }) => console.log(\`Sign-in link for \${identifier}: \${url}\`),
    },
  ]`;

const nextAuth = `${AUTH_JS_CLIENT}import NextAuth from "next-auth";

${AUTH_JS_ADAPTER}
export const { handlers, auth, signIn, signOut } = NextAuth({
  adapter,
  session: { strategy: "database" },
  providers: [],
});
`;

const authJs = (typed: boolean) => `${typed ? 'import type { AuthConfig } from "@auth/core";\n' : ""}${AUTH_JS_CLIENT}
${AUTH_JS_ADAPTER}
export const config${typed ? ": AuthConfig" : ""} = {
  adapter,
  basePath: "/auth",
  trustHost: true,
  secret: process.env.AUTH_SECRET,
  session: { strategy: "database" },
  providers: ${PROVIDERS},
};
`;

/** The file that holds the library's configuration. */
export function authText(library: Library, next: boolean, typed: boolean): string {
  if (library === "better-auth") return BETTER_AUTH;
  return next ? nextAuth : authJs(typed);
}

/** A server for an application that has none. `auth` is how it imports the configuration. */
export function serverText(library: Library, auth: string): string {
  if (library === "better-auth") {
    return `import { createServer } from "node:http";
import { toNodeHandler } from "better-auth/node";
import { auth } from "${auth}";

const port = Number(process.env.PORT ?? 3000);
createServer(toNodeHandler(auth)).listen(port, () => console.log(\`Ready: http://localhost:\${port}/api/auth/ok\`));
`;
  }
  return `import { Auth } from "@auth/core";
import { serve } from "@hono/node-server";
import { config } from "${auth}";

const port = Number(process.env.PORT ?? 3000);
serve({ fetch: (request) => Auth(request, config), port }, () =>
  console.log(\`Ready: http://localhost:\${port}/auth/signin\`),
);
`;
}

/** Starts a DynamoDB in memory, and creates the tables. */
export const LOCAL_TEXT = `// A DynamoDB in memory for development, with the tables it needs. AWS needs none of it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import dynalite from "dynalite";

const { port } = new URL(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? "${ENDPOINT}");
const engine = dynalite({ createTableMs: 0 }).listen(Number(port), "127.0.0.1");
await once(engine, "listening").catch((error) => {
  // It runs already.
  if (error.code !== "EADDRINUSE") throw error;
});
const push = spawn("npx auth-dynamodb push", { shell: true, stdio: "inherit" });
const [code] = await once(push, "exit");
if (code !== 0) process.exit(code ?? 1);
`;

/** Where the DynamoDB for development is, and a secret. */
export function envText(library: Library, secret: string): string {
  const own =
    library === "better-auth"
      ? [`BETTER_AUTH_SECRET=${secret}`, "BETTER_AUTH_URL=http://localhost:3000"]
      : [`AUTH_SECRET=${secret}`];
  return [
    "# For development. It stays out of version control, and on AWS the role takes its place.",
    `AWS_ENDPOINT_URL_DYNAMODB=${ENDPOINT}`,
    "AWS_REGION=us-east-1",
    "AWS_ACCESS_KEY_ID=local",
    "AWS_SECRET_ACCESS_KEY=local",
    ...own,
    "",
  ].join("\n");
}
