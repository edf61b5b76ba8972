import { OrmError } from "../errors.ts";
import { clientAdvice } from "../options/client-advice.ts";

/**
 * How a client was recognized: by the service that it is configured for, by the name of its class, or by the members
 * that only a document client has.
 */
export type DetectionSource = "service id" | "constructor" | "shape";

/** A raw database client that an ORM can be built on. */
export interface DatabaseRuntime<Client = unknown> {
  readonly kind: "dynamodb";
  /** A `DynamoDBClient` or a `DynamoDBDocumentClient`: the driver takes either. */
  readonly client: Client;
  readonly source: DetectionSource;
  /** The language of a database that is spoken to in several. Undefined for DynamoDB. */
  readonly dialect?: string | undefined;
}

/** Whether a client is one of a kind. */
export interface DetectionCandidate {
  readonly kind: DatabaseRuntime["kind"];
  readonly matched: boolean;
  /** What speaks for the match, or what is missing for it. */
  readonly reasons: readonly string[];
}

/** What {@link inspectDatabaseRuntime} saw. */
export interface DatabaseRuntimeReport<Client = unknown> {
  /** Null where nothing matched. */
  readonly runtime: DatabaseRuntime<Client> | null;
  /** The class of what was given: for people, since bundlers rename classes. */
  readonly constructorName: string;
  readonly candidates: readonly DetectionCandidate[];
  readonly summary: string;
  /** What to pass instead, where nothing matched. */
  readonly hint?: string;
}

/**
 * The runtime of a raw client, null where it is none that is known. Goes by what the client is
 * configured for before class names, and never by `instanceof`: bundlers rename classes, and an
 * application may hold another copy of the SDK.
 */
export function detectDatabaseRuntime<Client>(client: Client): DatabaseRuntime<Client> | null {
  return inspectDatabaseRuntime(client).runtime;
}

/** Like {@link detectDatabaseRuntime}, with the reasons and a hint. */
export function inspectDatabaseRuntime<Client>(client: Client): DatabaseRuntimeReport<Client> {
  const constructorName = nameOf(client);
  const { send, config } = membersOf(client);
  const sends = typeof send === "function";
  const sign = signOf(constructorName, config);
  if (sends && sign.source !== undefined) {
    return {
      runtime: { kind: "dynamodb", client, source: sign.source },
      constructorName,
      candidates: [{ kind: "dynamodb", matched: true, reasons: ["it has a send method", sign.reason] }],
      summary: `${constructorName} is a DynamoDB client.`,
    };
  }
  const missing = [...(sends ? [] : ["it has no send method"]), ...(sign.source === undefined ? [sign.reason] : [])];
  return {
    runtime: null,
    constructorName,
    candidates: [{ kind: "dynamodb", matched: false, reasons: missing }],
    summary: `${constructorName} is no known database client: ${missing.join(", ")}.`,
    hint: clientAdvice(client, (inner) => inspectDatabaseRuntime(inner).runtime !== null),
  };
}

/** The runtime of a raw client. Throws `INVALID_VALUE`, with the reasons and a hint, where there is none. */
export function requireDatabaseRuntime<Client>(client: Client): DatabaseRuntime<Client> {
  const { runtime, summary, hint } = inspectDatabaseRuntime(client);
  if (runtime) return runtime;
  throw new OrmError({ code: "INVALID_VALUE", message: `client: ${summary} ${hint}` });
}

/** What tells a DynamoDB client from those of other services. A service id that is there decides. */
function signOf(
  constructorName: string,
  config: unknown,
): { readonly source?: DetectionSource; readonly reason: string } {
  const { serviceId, translateConfig } = membersOf(config);
  if (serviceId === "DynamoDB") return { source: "service id", reason: 'its config.serviceId is "DynamoDB"' };
  if (serviceId !== undefined) return { reason: `its config.serviceId is "${String(serviceId)}"` };
  if (constructorName === "DynamoDBClient" || constructorName === "DynamoDBDocumentClient")
    return { source: "constructor", reason: `its class is ${constructorName}` };
  const { marshallOptions, unmarshallOptions } = membersOf(translateConfig);
  if (marshallOptions !== undefined || unmarshallOptions !== undefined)
    return { source: "shape", reason: "its config has the marshalling options of a document client" };
  return { reason: "it has no config.serviceId" };
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function nameOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  const constructor: unknown = value.constructor;
  return typeof constructor === "function" && constructor.name !== "" ? constructor.name : "object";
}
