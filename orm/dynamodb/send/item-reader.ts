import { OrmError } from "../../errors.ts";
import type { Item } from "../layout/attribute-value.ts";
import { keyText, type ItemKey } from "../layout/keys.ts";
import { keyAttributes } from "../layout/places.ts";
import { textOf } from "../layout/stored-record.ts";
import { mapLimit } from "./concurrency.ts";
import { backoff, RETRY } from "./backoff.ts";
import type { Sender } from "./sender.ts";

/** DynamoDB reads at most this many items in a BatchGetItem. */
const BATCH = 100;
const CONCURRENCY = 8;

interface Wanted {
  readonly table: string;
  readonly key: ItemKey;
  readonly model: string;
  readonly resolve: (item: Item | undefined) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Reads items by key. Reads asked for in the same turn of the event loop become one BatchGetItem:
 * a record and its related one, or the records of many index entries, cost one round trip.
 */
export class ItemReader {
  #waiting: Wanted[] = [];

  constructor(
    private readonly sender: Sender,
    private readonly consistent: boolean,
  ) {}

  /** The item at a key, undefined where there is none. */
  get(model: string, table: string, key: ItemKey): Promise<Item | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ table, key, model, resolve, reject });
      // Behind all promise jobs of this turn: whoever else is about to ask joins the same request.
      if (this.#waiting.length === 1) void Promise.resolve().then(() => process.nextTick(() => this.#flush()));
    });
  }

  #flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const byKey = new Map<string, Wanted[]>();
    for (const wanted of waiting) {
      const text = keyText(wanted.table, wanted.key);
      byKey.set(text, [...(byKey.get(text) ?? []), wanted]);
    }
    const groups = [...byKey.values()];
    const batches = Array.from({ length: Math.ceil(groups.length / BATCH) }, (_, i) => groups.slice(i * BATCH, (i + 1) * BATCH));
    void mapLimit(batches, CONCURRENCY, (batch) => this.#read(batch));
  }

  async #read(groups: readonly Wanted[][]): Promise<void> {
    try {
      const found = groups.length === 1 ? await this.#readOne(groups[0]![0]!) : await this.#readBatch(groups.map(([first]) => first!));
      for (const group of groups) {
        for (const wanted of group) wanted.resolve(found.get(keyText(wanted.table, wanted.key)));
      }
    } catch (error) {
      for (const wanted of groups.flat()) wanted.reject(error);
    }
  }

  async #readOne({ table, key, model }: Wanted): Promise<Map<string, Item>> {
    const { Item } = await this.sender.send("GetItem", model, {
      TableName: table,
      Key: keyAttributes(key),
      ConsistentRead: this.consistent,
    });
    return new Map(Item ? [[keyText(table, key), Item as Item]] : []);
  }

  async #readBatch(wanted: readonly Wanted[]): Promise<Map<string, Item>> {
    const { model } = wanted[0]!;
    const found = new Map<string, Item>();
    let request: Record<string, { Keys: Item[]; ConsistentRead: boolean }> = {};
    for (const { table, key } of wanted) {
      (request[table] ??= { Keys: [], ConsistentRead: this.consistent }).Keys.push(keyAttributes(key));
    }
    for (let attempt = 1; ; attempt++) {
      const output = await this.sender.send("BatchGetItem", model, { RequestItems: request });
      for (const [table, items] of Object.entries(output.Responses ?? {})) {
        for (const item of items as Item[]) found.set(keyText(table, itemKeyOf(item)), item);
      }
      const unprocessed = (output.UnprocessedKeys ?? {}) as typeof request;
      const left = Object.values(unprocessed).reduce((sum, { Keys }) => sum + Keys.length, 0);
      if (left === 0) return found;
      const progressed = left < Object.values(request).reduce((sum, { Keys }) => sum + Keys.length, 0);
      // Each answer that brings items is progress (a 16 MB page, say); only a stalled read gives up.
      if (progressed) attempt = 1;
      if (attempt >= RETRY.attempts) throw stalled(model, Object.keys(unprocessed));
      request = unprocessed;
      await backoff(attempt);
    }
  }
}

function stalled(model: string, tables: readonly string[]): OrmError {
  return new OrmError({
    code: "THROTTLED",
    backendKind: "dynamodb",
    retryable: true,
    message: `DynamoDB left keys of ${tables.join(", ")} unread, also after retries.`,
    meta: { model },
  });
}

function itemKeyOf(item: Item): ItemKey {
  return { _pk: textOf(item, "_pk")!, _sk: textOf(item, "_sk")! };
}
