import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answer, isJob, lines } from "../calls.ts";
import type { Body } from "../read-body.ts";
import type { Studio } from "../studio.ts";
import { denied, Keys } from "./access.ts";
import type { Assets } from "./assets.ts";
import { HEADERS } from "./headers.ts";

/** More than any value that DynamoDB takes. */
const MAX_BODY = 1_000_000;

/** A studio that runs. */
export interface RunningStudio {
  readonly port: number;
  /** A new address, which opens one page. */
  address(): string;
  stop(): Promise<void>;
}

export interface ServerOptions {
  readonly studio: Studio;
  readonly assets: Assets;
  /** 0 for any that is free. */
  readonly port: number;
  /** Told when an address was used: it does not open a second page. */
  readonly onOpened?: () => void;
}

/** Serves a studio on the loopback address. */
export async function startServer(options: ServerOptions): Promise<RunningStudio> {
  const keys = new Keys();
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    handle({ ...options, port }, keys, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    address: () => `http://127.0.0.1:${port}/#token=${keys.token()}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  options: ServerOptions,
  keys: Keys,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "", url = "/", headers } = request;
  // Of the whole, not only of its path: nothing here has a query.
  const refused = denied({ method, path: url, headers }, options.port);
  if (refused) return reply(response, refused.status, { refusal: { code: refused.code, message: "Refused." } });
  if (!url.startsWith("/api/")) {
    const asset = options.assets.get(url);
    if (!asset) return reply(response, 404, {});
    response.writeHead(200, { ...HEADERS, "content-type": asset.type }).end(asset.content);
    return;
  }
  const body = await bodyOf(request);
  if (!body) return reply(response, 400, { refusal: { code: "BAD_REQUEST", message: "The body is no JSON object." } });
  const name = url.slice("/api/".length);
  if (name === "open") return open(options, keys, body, response);
  if (!keys.knows(headers.authorization))
    return reply(response, 401, { refusal: { code: "KEY", message: "This page was not opened with its address." } });
  if (isJob(name)) return sendLines(options.studio, name, body, response);
  const { status, answer: result } = await answer(options.studio, name, body);
  reply(response, status, result);
}

function open({ onOpened }: ServerOptions, keys: Keys, body: Body, response: ServerResponse): void {
  const key = keys.open(String(body["token"]));
  if (key === undefined)
    return reply(response, 401, { refusal: { code: "TOKEN", message: "No address of this studio." } });
  reply(response, 200, { result: { key } });
  onOpened?.();
}

/** A line for each step. Who closes the page stops the job. */
async function sendLines(studio: Studio, name: string, body: Body, response: ServerResponse): Promise<void> {
  const stop = new AbortController();
  response.once("close", () => stop.abort());
  response.writeHead(200, { ...HEADERS, "content-type": "application/x-ndjson" });
  for await (const line of lines(studio, name, body, stop.signal)) {
    if (stop.signal.aborted) return;
    if (!response.write(`${JSON.stringify(line)}\n`)) await drained(response);
  }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.once("drain", done).once("close", done);
  });
}

function reply(response: ServerResponse, status: number, answer: object): void {
  response.writeHead(status, { ...HEADERS, "content-type": "application/json" }).end(JSON.stringify(answer));
}

/** A JSON object. Undefined for anything else, and for what is too large. */
async function bodyOf(request: IncomingMessage): Promise<Body | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) return undefined;
    chunks.push(chunk);
  }
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
    return typeof body === "object" && body !== null && !Array.isArray(body) ? (body as Body) : undefined;
  } catch {
    return undefined;
  }
}
