import type { ModelLayout } from "../layout/model-layout.ts";
import { formatOf, isKnownFormat } from "../layout/storage-format.ts";
import type { Budget } from "../../util/budget.ts";
import type { EngineKnowledge } from "./engine-knowledge.ts";
import type { Send } from "./client.ts";
import { commandOf, type Operations } from "./operations.ts";
import { readFormats, type Found, type Read } from "./read-formats.ts";
import { sendTold, type RequestEvent } from "./request-event.ts";
import { sendOnce } from "./send-once.ts";

/** What one driver knows of the format of its tables. */
export interface TableFormats {
  readonly knowledge: EngineKnowledge;
  /** When the next look is due, in milliseconds of `performance.now()`. Undefined before the first. */
  due?: number;
}

/** What drivers of one client with the same tables know together: some applications make one for each request. */
interface Look {
  due: number;
  /** How long the look after one that fails will wait, in milliseconds. */
  pause: number;
  /** The look that is under way. */
  underWay: Promise<Looked> | undefined;
}

/** What came of a look. */
type Looked = Pick<Found, "recorded" | "throttled">;

/** What requests wait for a look at most, and the first pause after one that failed. */
const PATIENCE_MS = 2_000;
const LONGEST_PAUSE_MS = 60_000;
/** What a look that is throttled counts for among the requests of its operation: the SDK would have sent it again. */
const THROTTLED_LOOK = 2;

const clients = new WeakMap<EngineKnowledge, { readonly known: Set<string>; readonly looks: Map<string, Look> }>();

function clientOf(knowledge: EngineKnowledge) {
  let client = clients.get(knowledge);
  if (!client) clients.set(knowledge, (client = { known: new Set(), looks: new Map() }));
  return client;
}

/** The tables of a client that are known to be of a format that this release can read and write. */
export function knownFormats(knowledge: EngineKnowledge): Set<string> {
  return clientOf(knowledge).known;
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
 * requests go on without, and a later one looks again. Gives for how many throttled requests it counts.
 */
export async function requireKnownFormats(
  formats: TableFormats,
  model: string,
  wire: Wire,
  budget: Budget,
): Promise<number> {
  const models = new Map<string, string>();
  for (const { table, model } of wire.layouts.values()) if (!models.has(table)) models.set(table, model.name);
  const { known, looks } = clientOf(formats.knowledge);
  const tables = [...models.keys()].sort().join();
  const look = looks.get(tables) ?? { due: 0, pause: PATIENCE_MS, underWay: undefined };
  looks.set(tables, look);
  let weight = 0;
  // What was due to this driver may have been done by another one, or a moment ago.
  if (look.underWay || look.due <= performance.now()) {
    const unknown = [...models.keys()].filter((table) => !known.has(table));
    // Half of what the operation may wait for contention is left to it.
    const patience = Math.min(PATIENCE_MS, budget.left / 2);
    look.underWay ??= lookAt(look, known, unknown, patience, (signal) => readOver(wire, model, signal));
    const { recorded, throttled } = await look.underWay;
    for (const [table, item = {}] of recorded) formatOf(item, table, models.get(table) ?? model);
    if (throttled) weight = THROTTLED_LOOK;
  }
  formats.due = look.due;
  return weight;
}

/** Reads until the signal. */
function readOver({ client, layouts, onRequest }: Wire, model: string, signal: AbortSignal): Read {
  const send = (input: Operations["BatchGetItem"][0]) =>
    sendOnce(client, commandOf("BatchGetItem", input), signal) as Promise<Operations["BatchGetItem"][1]>;
  return (input) =>
    onRequest ? sendTold(onRequest, layouts, { name: "BatchGetItem", model, input, attempt: 1 }, send) : send(input);
}

/** Never throws, and never waits for long: nothing that worked may hang on a look. */
async function lookAt(
  look: Look,
  known: Set<string>,
  tables: readonly string[],
  patience: number,
  readUntil: (over: AbortSignal) => Read,
): Promise<Looked> {
  const found: Found = { recorded: new Map(), failed: false, throttled: false };
  const over = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const impatience = new Promise<void>((resolve) => {
    timer = setTimeout(() => {
      found.failed = true;
      resolve();
      over.abort();
    }, patience);
  });
  await Promise.race([readFormats(tables, readUntil(over.signal), found), impatience]);
  clearTimeout(timer);
  // What has answered counts, also where another part did not. Later answers are none.
  const { failed, throttled } = found;
  const recorded = new Map(found.recorded);
  for (const [table, item = {}] of recorded) if (isKnownFormat(item)) known.add(table);
  const isNewer = [...recorded.values()].some((item = {}) => !isKnownFormat(item));
  // What is missing has nothing to misread: who makes it later is not met, as little as who changes one later. Where
  // one is newer each request looks, until the format is another one.
  look.due = isNewer ? 0 : failed ? performance.now() + look.pause : Infinity;
  if (failed) look.pause = Math.min(2 * look.pause, LONGEST_PAUSE_MS);
  look.underWay = undefined;
  return { recorded, throttled };
}
