// npm run demo: Better Auth on an embedded Dynalite, and a page that shows the requests of every click.
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createAdaptorServer, type ServerType } from "@hono/node-server";
import { Hono } from "hono";
import { createAuth } from "./auth.ts";
import { startDatabase } from "./database.ts";
import { compareProcesses, meetEngine, type Comparison } from "./processes.ts";
import { collectRequests, describeRequests, type Cost } from "./requests.ts";

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
await meetEngine(auth);

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

const comparisons = compare();
app.get("/processes", async (context) => context.json(await comparisons));

console.log(`auth-dynamodb demo: http://localhost:${port}`);
console.log(`Better Auth on DynamoDB (embedded Dynalite, in memory), tables ${tables.join(", ")}. Ctrl-C ends it.`);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void stop());
printComparisons(await comparisons);

/** Compares in a database that ends with it. */
async function compare(): Promise<Comparison[]> {
  const own = await startDatabase();
  try {
    return await compareProcesses(own.client, port);
  } finally {
    await own.stop();
  }
}

function printComparisons(comparisons: readonly Comparison[]): void {
  const text = ({ requests, roundTrips }: Cost) => `${requests} / ${roundTrips}`;
  const rows = [
    ["requests / round trips", "cold", "known"],
    ...comparisons.map(({ flow, cold, known }) => [flow, text(cold), text(known)]),
  ];
  console.log("\nA process that remembers nothing (cold), and one that has met the user before (known):");
  for (const [flow = "", cold = "", known = ""] of rows)
    console.log(`  ${flow.padEnd(22)}${cold.padStart(8)}${known.padStart(8)}`);
}

async function stop(): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  if ("closeAllConnections" in server) server.closeAllConnections();
  await closed;
  await database.stop();
}

/** Listens on a port, or on the next free one. Returns which. */
async function listen(server: ServerType, wanted: number): Promise<number> {
  if (!Number.isInteger(wanted) || wanted < 0 || wanted > 65_535)
    throw new Error(`PORT is no port: ${process.env["PORT"]}`);
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
