import { Hono } from "hono";
import type { ApiGatewayRequestContextV2 } from "hono/aws-lambda";
import { auth, CLIENT_ADDRESS } from "../auth.ts";

/** What comes with a request: API Gateway's event. */
interface Bindings {
  readonly event: { readonly requestContext: ApiGatewayRequestContextV2 };
}

export const app = new Hono<{ Bindings: Bindings }>();

app.on(["GET", "POST"], "/api/auth/*", (c) => {
  const headers = new Headers(c.req.raw.headers);
  // As API Gateway saw it. Whatever the caller says of himself (x-forwarded-for) would be a way around rate limits.
  headers.set(CLIENT_ADDRESS, c.env.event.requestContext.http.sourceIp);
  return auth.handler(new Request(c.req.raw, { headers }));
});

app.get("/me", async (c) => {
  const session = await auth.api.getSession({ headers: c.req.raw.headers });
  if (!session) return c.json({ error: "signed out" }, 401);
  return c.json({ name: session.user.name, email: session.user.email });
});
