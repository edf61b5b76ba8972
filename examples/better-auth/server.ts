// npm run demo: Better Auth on an embedded Dynalite, and a page that shows the requests of every click.
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createAdaptorServer, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import { createAuth } from "./auth.ts";
import { startDatabase } from "./database.ts";
import { collectRequests, describeRequests } from "./requests.ts";

const HOST = "127.0.0.1";
const PAGE = [
  ["/", "index.html", "text/html; charset=utf-8"],
  ["/style.css", "style.css", "text/css; charset=utf-8"],
  ["/page.js", "page.js", "text/javascript; charset=utf-8"],
] as const;

const app = new Hono();
const server = createAdaptorServer({ fetch: app.fetch });
const port = await listen(server, Number(process.env["PORT"] ?? 3000));
const database = await startDatabase();
const { auth, tables } = await createAuth(database.client, port);
await meetEngine();

app.use(async (context, next) => {
  await next();
  context.header("content-security-policy", "default-src 'self'; img-src data:; frame-ancestors 'none'");
});
for (const [path, file, type] of PAGE) {
  const content = await readFile(new URL(`page/${file}`, import.meta.url));
  app.get(path, (context) => context.body(content, 200, { "content-type": type, "cache-control": "no-store" }));
}
app.on(["GET", "POST"], "/api/auth/*", async ({ req }) => {
  const { result, requests } = await collectRequests(() => auth.handler(req.raw));
  const response = new Response(result.body, result);
  response.headers.set("dynamodb-requests", describeRequests(requests));
  return response;
});

console.log(`auth-dynamodb demo: http://localhost:${port}`);
console.log(`Better Auth on DynamoDB (embedded Dynalite, in memory), tables ${tables.join(", ")}. Ctrl-C ends it.`);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());

async function stop(): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  if ("closeAllConnections" in server) server.closeAllConnections();
  await closed;
  await database.stop();
}

/** Listens on a port, or on the next free one. Returns which. */
async function listen(server: ServerType, wanted: number): Promise<number> {
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535) throw new Error(`PORT is no port: ${process.env["PORT"]}`);
  for (let port = wanted; ; port++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, HOST, () => {
          server.off("error", reject);
          resolve();
        });
      });
      return (server.address() as AddressInfo).port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE" || port >= 65_535) throw error;
    }
  }
}

/**
 * Dynalite has no TransactWriteItems, which the driver learns at its first write and remembers.
 * Here that is before the first click, so that the page shows what every later one looks like.
 */
async function meetEngine(): Promise<void> {
  const { internalAdapter } = await auth.$context;
  const identifier = "meet the engine";
  await internalAdapter.createVerificationValue({ identifier, value: "", expiresAt: new Date(Date.now() + 60_000) });
  await internalAdapter.deleteVerificationByIdentifier(identifier);
}
