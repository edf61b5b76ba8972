import { OrmError } from "../../errors.ts";
import { THROTTLED } from "../../util/backoff.ts";
import { Budget, DEFAULT_BUDGET_MS } from "../../util/budget.ts";
import { mapLimit } from "../../util/map-limit.ts";
import type { Item } from "../layout/attribute-value.ts";
import { itemKey, keyText, type ItemKey } from "../layout/keys.ts";
import { keyAttributes } from "../layout/places.ts";
import { BATCH } from "./operations.ts";
import type { Sender } from "./sender.ts";

const CONCURRENCY = 8;

/** Reads items by key. */
export interface ItemReads {
  /** The item at a key, undefined where there is none. */
  get(model: string, table: string, key: ItemKey): Promise<Item | undefined>;
}

interface Reader {
  readonly model: string;
  readonly budget: Budget | undefined;
  readonly resolve: (item: Item | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** One item, and everybody who waits for it. */
interface Wanted {
  readonly table: string;
  readonly key: ItemKey;
  readonly readers: Reader[];
}

/**
 * Reads items by key. Reads asked for in the same turn of the event loop become one BatchGetItem: a record and its
 * related one, or the records of many index entries, cost one round trip. They share the request, and not its fate: a
 * table that is missing, denied or throttled fails those who read it.
 */
export class ItemReader implements ItemReads {
  #waiting = new Map<string, Wanted>();

  constructor(
    private readonly sender: Sender,
    private readonly consistent: boolean,
  ) {}

  /** The reads of one operation, which draw on its budget. They join the requests of other operations. */
  within(budget: Budget): ItemReads {
    return { get: (model, table, key) => this.#ask(model, table, key, budget) };
  }

  get(model: string, table: string, key: ItemKey): Promise<Item | undefined> {
    return this.#ask(model, table, key, undefined);
  }

  #ask(model: string, table: string, key: ItemKey, budget: Budget | undefined): Promise<Item | undefined> {
    return new Promise((resolve, reject) => {
      // Behind all promise jobs of this turn: whoever else is about to ask joins the same request.
      if (this.#waiting.size === 0) void Promise.resolve().then(() => process.nextTick(() => this.#flush()));
      const text = keyText(table, key);
      const reader: Reader = { model, budget, resolve, reject };
      const wanted = this.#waiting.get(text);
      if (wanted) wanted.readers.push(reader);
      else this.#waiting.set(text, { table, key, readers: [reader] });
    });
  }

  #flush(): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting = new Map();
    const [first, ...others] = waiting;
    if (first && others.length === 0) return void this.#read(waiting);
    // In the applications' entry: the shared function would come with more than it is here.
    const batches = Array.from({ length: Math.ceil(waiting.length / BATCH) }, (_, i) =>
      waiting.slice(i * BATCH, (i + 1) * BATCH),
    );
    void mapLimit(batches, CONCURRENCY, (batch) => this.#read(batch));
  }

  /** Reads some items and answers everybody who waits for one. Never throws. */
  async #read(batch: readonly Wanted[]): Promise<void> {
    const [first] = batch;
    if (!first) return;
    try {
      if (batch.length === 1) answer(first, await this.#readOne(first));
      else await this.#readBatch(batch);
    } catch (error) {
      const tables = [...new Set(batch.map(({ table }) => table))];
      if (tables.length === 1) for (const wanted of batch) fail(wanted, error);
      // One of them is missing or denied: each by itself.
      else await mapLimit(tables, CONCURRENCY, (name) => this.#read(batch.filter(({ table }) => table === name)));
    }
  }

  async #readOne({ table, key, readers }: Wanted): Promise<Item | undefined> {
    const { Item } = await this.#sender(readers).send("GetItem", modelOf(readers), {
      TableName: table,
      Key: keyAttributes(key),
      ConsistentRead: this.consistent,
    });
    return Item as Item | undefined;
  }

  async #readBatch(batch: readonly Wanted[]): Promise<void> {
    const open = new Map(batch.map((wanted) => [keyText(wanted.table, wanted.key), wanted]));
    const readers = batch.flatMap((wanted) => wanted.readers);
    const sender = this.#sender(readers);
    const budget = budgetOf(readers);
    for (let stalled = 1; open.size > 0; stalled++) {
      const input = { RequestItems: requestFor([...open.values()], this.consistent) };
      const output = await sender.send("BatchGetItem", modelOf(readers), input);
      const left = keysOf(output.UnprocessedKeys);
      const found = itemsOf(output.Responses);
      // Each answer that brings items is progress (a 16 MB page, say); only a stalled read gives up.
      if (left.size < open.size) stalled = 0;
      for (const [text, wanted] of open) {
        if (left.has(text)) continue;
        open.delete(text);
        answer(wanted, found.get(text));
      }
      if (open.size > 0 && !(await budget.pause(stalled + 1, THROTTLED))) break;
    }
    for (const wanted of open.values()) fail(wanted, unread(wanted));
  }

  #sender(readers: readonly Reader[]): Sender {
    return this.sender.within(budgetOf(readers));
  }
}

/** Whoever joins a request of others waits as long as they do: contention of its own is rare, and one budget long. */
function budgetOf(readers: readonly Reader[]): Budget {
  return readers.find(({ budget }) => budget)?.budget ?? new Budget(DEFAULT_BUDGET_MS);
}

function modelOf([reader]: readonly Reader[]): string {
  return reader?.model ?? "";
}

function answer({ readers }: Wanted, item: Item | undefined): void {
  for (const { resolve } of readers) resolve(item);
}

function fail({ readers }: Wanted, error: unknown): void {
  for (const { reject } of readers) reject(error);
}

type RequestItems = Record<string, { Keys: Item[]; ConsistentRead: boolean }>;

/** The `RequestItems` of a BatchGetItem. */
export function requestFor(wanted: readonly Pick<Wanted, "table" | "key">[], consistent: boolean): RequestItems {
  const request: RequestItems = {};
  for (const { table, key } of wanted) {
    (request[table] ??= { Keys: [], ConsistentRead: consistent }).Keys.push(keyAttributes(key));
  }
  return request;
}

/** Keys that a BatchGetItem left, as text. */
export function keysOf(unprocessed: Record<string, { Keys?: unknown[] | undefined }> = {}): Set<string> {
  const keys = Object.entries(unprocessed).flatMap(([table, { Keys = [] }]) =>
    (Keys as Item[]).map((key) => keyText(table, itemKey(key))),
  );
  return new Set(keys);
}

/** Items that a BatchGetItem found, by their keys as text. */
export function itemsOf(responses: Record<string, unknown[]> = {}): Map<string, Item> {
  return new Map(
    Object.entries(responses).flatMap(([table, items]) =>
      (items as Item[]).map((item) => [keyText(table, itemKey(item)), item] as const),
    ),
  );
}

function unread({ table, readers }: Wanted): OrmError {
  return new OrmError({
    code: "THROTTLED",
    backendKind: "dynamodb",
    retryable: true,
    message: `DynamoDB left keys of ${table} unread, also after retries.`,
    meta: { model: modelOf(readers), table },
  });
}
