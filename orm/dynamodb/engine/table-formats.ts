import type { Item } from "../layout/attribute-value.ts";
import { keyAttributes } from "../layout/places.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import { formatOf, SCHEMA_KEY } from "../layout/storage-format.ts";
import { errorName } from "./aws-errors.ts";
import type { EngineKnowledge } from "./engine-knowledge.ts";
import type { Send } from "./client.ts";
import { commandOf, type Operations } from "./operations.ts";
import { sendTold, type RequestEvent } from "./request-event.ts";
import { sendOnce } from "./send-once.ts";

/** What an application knows of the format that its tables are stored in. */
export interface TableFormats {
  readonly knowledge: EngineKnowledge;
  /** When the next look is due, in milliseconds of `performance.now()`. Undefined before the first. */
  due?: number;
  /** How long the look after one that fails will wait, in milliseconds. */
  pause?: number;
  /** The look that is under way. */
  look?: Promise<Looked> | undefined;
}

/** Tables that have answered, with their records of their schemas where they have any. */
type Recorded = ReadonlyMap<string, Item | undefined>;

/** How a look ended, and when the next one is due. */
interface Looked {
  readonly recorded: Recorded;
  readonly next: number;
}

/** What was found, and whether a table that may be there did not answer. */
interface Found {
  readonly recorded: Recorded;
  readonly failed: boolean;
}

type Input = Operations["BatchGetItem"][0];
type Output = Operations["BatchGetItem"][1];
type Read = (input: Input) => Promise<Output>;

/** What requests wait for a look at most, and the first pause after one that failed. */
const PATIENCE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** DynamoDB reads at most this many items in a BatchGetItem. */
const BATCH = 100;
const NONE: Found = { recorded: new Map(), failed: false };
const FAILED: Found = { recorded: new Map(), failed: true };

const knownTables = new WeakMap<EngineKnowledge, Set<string>>();

/** The tables of a client that are known to be of a format that this release can read and write. */
export function knownFormats(knowledge: EngineKnowledge): Set<string> {
  let known = knownTables.get(knowledge);
  if (!known) knownTables.set(knowledge, (known = new Set()));
  return known;
}

/** The part of a sender's wire that a look needs. */
interface Wire {
  readonly client: Send;
  readonly layouts: ReadonlyMap<string, ModelLayout>;
  readonly onRequest: ((event: RequestEvent) => void) | undefined;
}

/**
 * Throws `STORAGE_FORMAT_UNSUPPORTED` where one of the tables is of a newer release: this one would take what is stored
 * for something else. One short read for all of them, before an application's first request. Where it gets no answer,
 * requests go on without, and a later one looks again. Gives how many requests have come to nothing.
 */
export async function requireKnownFormats(formats: TableFormats, model: string, wire: Wire): Promise<number> {
  const known = knownFormats(formats.knowledge);
  const models = new Map<string, string>();
  for (const { table, model } of wire.layouts.values()) if (!models.has(table)) models.set(table, model.name);
  const unknown = [...models.keys()].filter((table) => !known.has(table));
  formats.look ??= lookAt(formats, unknown, model, wire);
  const { recorded, next } = await formats.look;
  for (const [table, item] of recorded) {
    formatOf(item ?? {}, table, models.get(table) ?? model);
    known.add(table);
  }
  // Not before: until then, and where that has thrown, each request looks.
  formats.due = next;
  return next === Infinity ? 0 : 1;
}

/** Never throws, and never waits for long: nothing that worked may hang on a look. */
async function lookAt(
  formats: TableFormats,
  tables: readonly string[],
  model: string,
  { client, layouts, onRequest }: Wire,
): Promise<Looked> {
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<Found>((resolve) => {
    timer = setTimeout(() => {
      resolve(FAILED);
      over.abort();
    }, PATIENCE_MS);
  });
  const send = (input: Input) => sendOnce(client, commandOf("BatchGetItem", input), over.signal) as Promise<Output>;
  const read = (input: Input) =>
    onRequest ? sendTold(onRequest, layouts, { name: "BatchGetItem", model, input, attempt: 1 }, send) : send(input);
  const { recorded, failed } = await Promise.race([readFormats(tables, read), patience]);
  clearTimeout(timer);
  const { pause = PATIENCE_MS } = formats;
  formats.pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
  formats.look = undefined;
  // What is missing has nothing to misread: who makes it later is not met, as little as who changes one later.
  return { recorded, next: failed ? performance.now() + pause : Infinity };
}

async function readFormats(tables: readonly string[], read: Read): Promise<Found> {
  if (tables.length === 0) return NONE;
  if (tables.length > BATCH)
    return together([readFormats(tables.slice(0, BATCH), read), readFormats(tables.slice(BATCH), read)]);
  try {
    // Eventually consistent: a format changes with a release, and the last moment's is not worth twice the price.
    const Keys = [keyAttributes(SCHEMA_KEY)];
    const RequestItems = Object.fromEntries(tables.map((table) => [table, { Keys }]));
    const { Responses = {}, UnprocessedKeys = {} } = await read({ RequestItems });
    const answered = tables.filter((table) => !(table in UnprocessedKeys));
    return {
      recorded: new Map(answered.map((table) => [table, Responses[table]?.[0] as Item | undefined])),
      failed: answered.length < tables.length,
    };
  } catch (error) {
    const name = errorName(error);
    // A table that is not there, or is none of ours, fails those beside it: the request itself tells what is wrong.
    const isOfTable = name === "ResourceNotFoundException" || name === "ValidationException";
    if (tables.length > 1 && (isOfTable || name === "AccessDeniedException"))
      return together(tables.map((table) => readFormats([table], read)));
    return isOfTable ? NONE : FAILED;
  }
}

async function together(looks: readonly Promise<Found>[]): Promise<Found> {
  const all = await Promise.all(looks);
  return {
    recorded: new Map(all.flatMap(({ recorded }) => [...recorded])),
    failed: all.some(({ failed }) => failed),
  };
}
