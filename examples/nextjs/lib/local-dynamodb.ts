import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { AddressInfo } from "node:net";

/**
 * A DynamoDB in this process and its memory, with the tables and an administrator: everything is gone when it ends.
 * The environment says where it is, as it does for AWS.
 */
export async function startLocalDynamoDB(): Promise<void> {
  const { default: dynalite } = await import("dynalite");
  const server = dynalite({ createTableMs: 0 }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  process.env.AWS_ENDPOINT_URL_DYNAMODB = `http://127.0.0.1:${port}`;
  process.env.AWS_REGION = "us-east-1";
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = "local";
  process.env.BETTER_AUTH_SECRET ??= randomBytes(32).toString("base64url");
  process.env.BETTER_AUTH_URL ??= `http://localhost:${process.env.PORT ?? 3000}`;

  const [{ auth, storage }, { createAuthSchema }, { pushSchema }] = await Promise.all([
    import("@/auth"),
    import("auth-dynamodb/better-auth"),
    import("auth-dynamodb/setup"),
  ]);
  await pushSchema({ schema: createAuthSchema(auth.options), ...storage });
  const administrator = { email: "admin@example.com", password: randomBytes(9).toString("base64url") };
  await auth.api.createUser({ body: { ...administrator, name: "Administrator", role: "admin" } });
  console.log(`No AWS_REGION: an embedded Dynalite keeps the data in memory. Administrator: ${administrator.email},`);
  console.log(`password ${administrator.password}`);
}
