import { OrmError } from "../errors.ts";

/** A raw database client that an ORM can be built on. */
export interface DatabaseRuntime<Client = unknown> {
  readonly kind: "dynamodb";
  /** A `DynamoDBClient` or a `DynamoDBDocumentClient`: the driver takes either. */
  readonly client: Client;
}

/** What {@link inspectDatabaseRuntime} saw. */
export interface DatabaseRuntimeReport<Client = unknown> {
  /** Null where nothing matched. */
  readonly runtime: DatabaseRuntime<Client> | null;
  /** The class of what was given: for people, since bundlers rename classes. */
  readonly constructorName: string;
  readonly candidates: readonly {
    readonly kind: DatabaseRuntime["kind"];
    readonly matched: boolean;
    /** What speaks for the match, or what is missing for it. */
    readonly reasons: readonly string[];
  }[];
  readonly summary: string;
  /** What to pass instead, where nothing matched. */
  readonly hint?: string;
}

/**
 * The runtime of a raw client, null where it is none that is known. Goes by what the client is
 * configured for, not by class names or `instanceof`: bundlers rename classes, and an application
 * may hold another copy of the SDK.
 */
export function detectDatabaseRuntime<Client>(client: Client): DatabaseRuntime<Client> | null {
  return inspectDatabaseRuntime(client).runtime;
}

/** Like {@link detectDatabaseRuntime}, with the reasons and a hint. */
export function inspectDatabaseRuntime<Client>(client: Client): DatabaseRuntimeReport<Client> {
  const constructorName = nameOf(client);
  const { send, config } = membersOf(client);
  const serviceId = membersOf(config)["serviceId"];
  const missing = [
    ...(typeof send === "function" ? [] : ["it has no send method"]),
    ...(serviceId === "DynamoDB"
      ? []
      : [serviceId === undefined ? "it has no config.serviceId" : `its config.serviceId is "${String(serviceId)}"`]),
  ];
  if (missing.length > 0) {
    return {
      runtime: null,
      constructorName,
      candidates: [{ kind: "dynamodb", matched: false, reasons: missing }],
      summary: `${constructorName} is no known database client: ${missing.join(", ")}.`,
      hint: hintFor(client, send),
    };
  }
  const reasons = ["it has a send method", 'its config.serviceId is "DynamoDB"'];
  return {
    runtime: { kind: "dynamodb", client },
    constructorName,
    candidates: [{ kind: "dynamodb", matched: true, reasons }],
    summary: `${constructorName} is a DynamoDB client.`,
  };
}

/** The runtime of a raw client. Throws `INVALID_VALUE`, with the reasons and a hint, where there is none. */
export function requireDatabaseRuntime<Client>(client: Client): DatabaseRuntime<Client> {
  const { runtime, summary, hint } = inspectDatabaseRuntime(client);
  if (runtime) return runtime;
  throw new OrmError({ code: "INVALID_VALUE", message: `client: ${summary} ${hint}` });
}

function hintFor(client: unknown, send: unknown): string {
  const { client: inner } = membersOf(client);
  if (inner !== undefined && inspectDatabaseRuntime(inner).runtime) return "Pass its property client itself.";
  if (client instanceof Promise) return "It is a promise: await it first.";
  if (typeof client === "function") return "It is a class or function: pass an instance, such as new DynamoDBClient({}).";
  if (send === undefined && "getItem" in membersOf(client)) return "It looks like an SDK v2 client: use DynamoDBClient of @aws-sdk/client-dynamodb.";
  return "Pass a DynamoDBClient of @aws-sdk/client-dynamodb or a DynamoDBDocumentClient of @aws-sdk/lib-dynamodb.";
}

function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function nameOf(value: unknown): string {
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  const constructor: unknown = value.constructor;
  return typeof constructor === "function" && constructor.name !== "" ? constructor.name : "object";
}
