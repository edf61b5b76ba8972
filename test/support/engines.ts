import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { afterAll, inject } from "vitest";
import { localClient } from "./local-client.ts";
import { stopWithTest } from "./running-test.ts";
import type { EngineInfo } from "./start-engines.ts";

export type { EngineInfo };

const clients = new Set<DynamoDBClient>();

export interface Engine extends EngineInfo {
  /** A client of this engine, destroyed after the test file. It sends nothing for a test that was given up. */
  createClient(options?: DynamoDBClientConfig): DynamoDBClient;
}

/** The running engines, for `describe.each(engines)("on $name", (engine) => …)`. */
export const engines: Engine[] = inject("engines").map(engineOf);

/**
 * The engines, and Dynoxide behind a proxy that refuses writers of one item who meet, as AWS does and the engines
 * themselves do not: for suites about contention.
 */
export const enginesWithConflicts: Engine[] = [...engines, ...inject("conflictingEngines").map(engineOf)];

/**
 * Dynoxide behind a proxy that answers as a global table with strong consistency does: neither transactions nor TTL,
 * and some of the writers of one item who meet are refused. It refuses transactions as a wrong request is refused, and
 * not as an unknown one.
 */
export const strongGlobalEngines: Engine[] = inject("strongGlobalEngines").map(engineOf);

/** One engine by name, or undefined where it does not run. */
export function engineNamed(name: Engine["name"]): Engine | undefined {
  return engines.find((engine) => engine.name === name);
}

function engineOf(info: EngineInfo): Engine {
  return { ...info, createClient: (options) => createClient(info, options) };
}

let prefixes = 0;

/** A prefix for table names that no other test, worker or run uses. */
export function uniquePrefix(label = "t"): string {
  prefixes += 1;
  return `${label}_${Date.now().toString(36)}_${process.pid.toString(36)}_${prefixes.toString(36)}_`;
}

function createClient(info: EngineInfo, options: DynamoDBClientConfig = {}): DynamoDBClient {
  const settings = { requestHandler: { httpAgent: { keepAlive: true, maxSockets: 50 } }, ...options };
  // The engine at DYNAMODB_ENDPOINT may ask for real credentials; the local ones take any.
  const owned = info.name === "endpoint" && process.env["AWS_ACCESS_KEY_ID"] !== undefined;
  const client = owned
    ? new DynamoDBClient({
        endpoint: info.endpoint,
        region: process.env["AWS_REGION"] ?? "us-east-1",
        ...settings,
      })
    : localClient(info.endpoint, settings);
  clients.add(client);
  stopWithTest(client);
  return client;
}

afterAll(() => {
  for (const client of clients) client.destroy();
  clients.clear();
});
