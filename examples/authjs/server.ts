// npm run demo:authjs: Auth.js with database sessions on an embedded Dynalite. The mail it would send is printed.
import type { AddressInfo } from "node:net";
import { Auth } from "@auth/core";
import type { Session } from "@auth/core/types";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { html } from "hono/html";
import { startDatabase } from "../better-auth/database.ts";
import { createAuthConfig } from "./auth.ts";

const database = await startDatabase();
const config = await createAuthConfig(database.client);
const app = new Hono();

app.on(["GET", "POST"], "/auth/*", ({ req }) => Auth(req.raw, config));

app.get("/", async (context) => {
  const session = await sessionOf(context.req.raw);
  return context.html(
    html`<!doctype html>
      <title>Auth.js on DynamoDB</title>
      <h1>Auth.js on DynamoDB</h1>
      ${
        session
          ? html`<p>Signed in until ${session.expires}:</p>
              <pre>${JSON.stringify(session.user, null, 2)}</pre>
              <a href="/auth/signout">Sign out</a>`
          : html`<p>Nobody is signed in. The link that the mail would hold appears on the terminal.</p>
              <a href="/auth/signin">Sign in</a>`
      }`,
  );
});

/** Who sends a request, as Auth.js tells. */
async function sessionOf(request: Request): Promise<Session | null> {
  const url = new URL("/auth/session", request.url);
  const response = await Auth(new Request(url, { headers: { cookie: request.headers.get("cookie") ?? "" } }), config);
  return (await response.json()) as Session | null;
}

const server = serve(
  { fetch: app.fetch, hostname: "127.0.0.1", port: Number(process.env["PORT"] ?? 3000) },
  ({ port }: AddressInfo) => {
    console.log(`Auth.js on DynamoDB (embedded Dynalite, in memory): http://localhost:${port}. Ctrl-C ends it.`);
  },
);

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    server.close();
    if ("closeAllConnections" in server) server.closeAllConnections();
    void database.stop();
  });
}
