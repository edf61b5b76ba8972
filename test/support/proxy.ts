import { Agent, createServer, request as send, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A request on its way to an engine. */
export interface RelayedRequest {
  /** "GetItem". */
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Tells those who ask at once apart: an agent has a connection for each. */
  readonly connection: number;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Answers a request, or passes it on with `forward`. */
export type Relay = (request: RelayedRequest, forward: () => Promise<Reply>) => Promise<Reply>;

export interface Proxy {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** Stands before an engine, on a free port of the loopback address. */
export async function startProxy(engine: string, relay: Relay): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true, maxSockets: 100 });
  // It never closes a connection that a client is about to use.
  const server = createServer({ keepAliveTimeout: 0 }, (incoming, outgoing) => {
    const answer = async () => {
      const body = await bodyOf(incoming);
      const forward = () => pass(engine, agent, incoming, body);
      const { status, headers, body: reply } = await relay(parse(incoming, body), forward);
      outgoing.writeHead(status, headers).end(reply);
    };
    // As of an engine that is gone: the SDK tries again, and then tells.
    answer().catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        agent.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** An answer of DynamoDB's. */
export function answerOf(output: object, status = 200): Reply {
  const headers = { "content-type": "application/x-amz-json-1.0" };
  return { status, headers, body: Buffer.from(JSON.stringify(output)) };
}

/** What DynamoDB answers to a request that it refuses. */
export function refusal(name: string, details: object): Reply {
  return answerOf({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, ...details }, 400);
}

/** An answer to DescribeTable that tells more. Its length and its checksum are others than before. */
export function describedAs(reply: Reply, more: object): Reply {
  if (reply.status !== 200) return reply;
  const { Table } = JSON.parse(reply.body.toString()) as { readonly Table: object };
  return answerOf({ Table: { ...Table, ...more } });
}

function parse({ headers, socket }: IncomingMessage, body: Buffer): RelayedRequest {
  const [, operation = ""] = String(headers["x-amz-target"] ?? "").split(".");
  return {
    operation,
    input: body.length > 0 ? (JSON.parse(body.toString()) as RelayedRequest["input"]) : {},
    connection: socket.remotePort ?? 0,
  };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function pass(engine: string, agent: Agent, { method, url = "/", headers }: IncomingMessage, body: Buffer) {
  return new Promise<Reply>((resolve, reject) => {
    const sent = send(new URL(url, engine), { method, headers, agent }, (answer) => {
      bodyOf(answer).then(
        (reply) => resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: reply }),
        reject,
      );
    });
    sent.once("error", reject);
    sent.end(body);
  });
}
