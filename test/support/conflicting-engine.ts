import { setTimeout as sleep } from "node:timers/promises";
import { refusal, startProxy, type Proxy, type RelayedRequest, type Reply } from "./proxy.ts";
import { TableKeys, WRITES, type Action } from "./table-keys.ts";

export interface ConflictingEngineOptions {
  /** A transaction takes this much longer at most, in milliseconds, where others may meet it. Default: 12. */
  readonly holdMs?: number;
}

const CONFLICT = "Transaction is ongoing for the item";

/** So long a transaction waits for others to come at all: those that start together are not this far apart. */
const LOOK_MS = 2;
/** Whoever was at a table so lately may be at it again at any moment, on a busy machine also. */
const SHORT_WHILE_MS = 250;

/**
 * Stands before an engine that lets writers of one item wait for each other, and refuses them as AWS documents it:
 *
 * - a PutItem, UpdateItem or DeleteItem of an item that a running TransactWriteItems writes or checks:
 *   TransactionConflictException;
 * - a TransactWriteItems or TransactGetItems with an item that another TransactWriteItems, or a single write, is at:
 *   TransactionCanceledException, with TransactionConflict among its reasons;
 * - a TransactWriteItems whose token is that of a running one: TransactionInProgressException.
 *
 * All other requests pass: plain reads are never refused.
 */
export async function startConflictingEngine(
  engine: string,
  { holdMs = 12 }: ConflictingEngineOptions = {},
): Promise<Proxy> {
  const keys = new TableKeys(engine);
  const items = new ItemsInUse();
  const callers = new Callers();
  const proxy = await startProxy(engine, async (request, forward) => {
    const { operation, input } = request;
    if (operation === "CreateTable" || operation === "DeleteTable") keys.forget(String(input["TableName"]));
    const actions = actionsOf(request);
    const tables = tablesOf(request, actions);
    callers.note(request.connection, tables);
    if (actions.length === 0) return forward();
    const ids = await Promise.all(actions.map((action) => keys.idOf(action)));
    // From here to the item's being taken, nothing waits: two requests never see the same gap.
    if (WRITES.has(operation)) return items.write(ids, forward);
    if (operation === "TransactGetItems") return items.read(ids, forward);
    return items.transact(ids, String(input["ClientRequestToken"] ?? crypto.randomUUID()), async () => {
      const hold = Math.random() * holdMs;
      await sleep(Math.min(hold, LOOK_MS));
      if (!callers.isAlone(request.connection, tables)) await sleep(Math.max(hold - LOOK_MS, 0));
      return forward();
    });
  });
  return {
    endpoint: proxy.endpoint,
    stop: () => {
      keys.stop();
      return proxy.stop();
    },
  };
}

function actionsOf({ operation, input }: RelayedRequest): Action[] {
  // The cast: what is written by itself has the form of one action.
  if (WRITES.has(operation)) return [input as unknown as Action];
  if (operation !== "TransactWriteItems" && operation !== "TransactGetItems") return [];
  const actions = (input["TransactItems"] ?? []) as readonly Record<string, Action>[];
  return actions.flatMap((action) => Object.values(action));
}

/** All tables that a request is about: those who read one may be about to write there. */
function tablesOf({ input }: RelayedRequest, actions: readonly Action[]): string[] {
  if (typeof input["TableName"] === "string") return [input["TableName"]];
  return [...new Set([...actions.map(({ TableName }) => TableName), ...Object.keys(input["RequestItems"] ?? {})])];
}

/**
 * Who was at a table a short while ago. One caller after whom nobody comes meets nobody, however long its transactions
 * take: most tests are such callers, and would do nothing but wait.
 */
class Callers {
  readonly #seen = new Map<string, Map<number, number>>();

  note(connection: number, tables: readonly string[]): void {
    for (const table of tables) {
      const seen = this.#seen.get(table) ?? new Map<number, number>();
      this.#seen.set(table, seen.set(connection, performance.now()));
    }
  }

  isAlone(connection: number, tables: readonly string[]): boolean {
    const since = performance.now() - SHORT_WHILE_MS;
    const isOther = ([other, at]: [number, number]) => other !== connection && at > since;
    return !tables.some((table) => [...(this.#seen.get(table) ?? [])].some(isOther));
  }
}

/** Which items are being written. */
class ItemsInUse {
  /** By running transactions. */
  readonly #transacted = new Set<string>();
  /** By single writes, which do not mind one another: how many. */
  readonly #written = new Map<string, number>();
  readonly #running = new Set<string>();
  readonly #done = new Set<string>();

  async write(ids: readonly string[], forward: () => Promise<Reply>): Promise<Reply> {
    if (ids.some((id) => this.#transacted.has(id))) {
      return refusal("TransactionConflictException", { message: CONFLICT });
    }
    for (const id of ids) this.#written.set(id, (this.#written.get(id) ?? 0) + 1);
    try {
      return await forward();
    } finally {
      for (const id of ids) {
        const others = (this.#written.get(id) ?? 1) - 1;
        if (others > 0) this.#written.set(id, others);
        else this.#written.delete(id);
      }
    }
  }

  async read(ids: readonly string[], forward: () => Promise<Reply>): Promise<Reply> {
    return this.#cancelled(ids) ?? forward();
  }

  async transact(ids: readonly string[], token: string, forward: () => Promise<Reply>): Promise<Reply> {
    // It has happened: the engine tells so, whoever is at the items by now.
    if (this.#done.has(token)) return forward();
    if (this.#running.has(token)) {
      return refusal("TransactionInProgressException", { Message: "The transaction is already in progress" });
    }
    const cancelled = this.#cancelled(ids);
    if (cancelled) return cancelled;
    this.#running.add(token);
    for (const id of ids) this.#transacted.add(id);
    try {
      const reply = await forward();
      if (reply.status === 200) this.#done.add(token);
      return reply;
    } finally {
      this.#running.delete(token);
      for (const id of ids) this.#transacted.delete(id);
    }
  }

  #cancelled(ids: readonly string[]): Reply | undefined {
    const reasons = ids.map((id) =>
      this.#transacted.has(id) || this.#written.has(id)
        ? { Code: "TransactionConflict", Message: CONFLICT }
        : { Code: "None" },
    );
    if (reasons.every(({ Code }) => Code === "None")) return undefined;
    const codes = reasons.map(({ Code }) => Code).join(", ");
    return refusal("TransactionCanceledException", {
      Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
      CancellationReasons: reasons,
    });
  }
}
