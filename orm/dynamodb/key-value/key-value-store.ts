import { OrmError } from "../../errors.ts";
import { mapLimit } from "../../util/map-limit.ts";
import type { Item } from "../layout/attribute-value.ts";
import { itemSize, MAX_ITEM_BYTES } from "../layout/item-size.ts";
import { keyAttributes } from "../layout/places.ts";
import { countAt, type Counted, type CounterRule } from "./counter.ts";
import { isLive, newMark, readValue, valueItem, valueKey, type StoredValue } from "./stored-value.ts";
import type { TableRequests } from "./table-requests.ts";
import { takeAt } from "./taking.ts";

const CONCURRENCY = 8;

/** What an error about a value says of its key, which is a secret perhaps. */
export interface KeyKind {
  /** Such as `a user's list of sessions`. */
  readonly name: string;
  /** What to do where it is too large. */
  readonly advice: string;
}

/** Values by key, one item each, of one model. Times are those of the table: see `table-clock.ts`. */
export class KeyValueStore {
  constructor(private readonly requests: TableRequests) {}

  /** The value at a key; undefined where there is none, or where it has expired. */
  async get(text: string): Promise<string | number | undefined> {
    const stored = readValue(await this.requests.get(valueKey(this.requests.layout, text)));
    // By the clock that this very answer has put right.
    return isLive(stored, this.requests.clock.earliest()) ? stored.value : undefined;
  }

  /**
   * Puts a value at a key, in the place of any other. `ttl`: milliseconds; undefined: for ever. Throws `ITEM_TOO_LARGE`
   * before anything is written.
   */
  async set(text: string, value: string, ttl: number | undefined, kind: KeyKind): Promise<void> {
    const { layout, clock } = this.requests;
    const expiresAt = ttl === undefined ? undefined : clock.latest() + ttl;
    const item = valueItem(layout, valueKey(layout, text), { value, expiresAt, mark: newMark() });
    this.#checkSize(item, kind);
    await this.requests.send("PutItem", { TableName: layout.table, Item: item });
  }

  /** Removes the value at a key. */
  async delete(text: string): Promise<void> {
    const { layout } = this.requests;
    await this.requests.send("DeleteItem", {
      TableName: layout.table,
      Key: keyAttributes(valueKey(layout, text)),
    });
  }

  /** Removes the value at a key and returns it: of concurrent callers one gets it. */
  take(text: string): Promise<string | number | undefined> {
    return takeAt(this.requests, text);
  }

  /** Adds one to the counter at a key, or begins one. */
  count(text: string, rule: CounterRule): Promise<Counted> {
    return countAt(this.requests, text, rule);
  }

  /** The keys that have values. Reads the whole table. */
  async keys(): Promise<string[]> {
    const keys: string[] = [];
    for await (const page of this.#pages()) {
      const now = this.requests.clock.earliest();
      keys.push(...page.filter((stored) => isLive(stored, now)).map(({ key }) => key));
    }
    return keys;
  }

  /** Removes all values, one after another. Reads the whole table. */
  async clear(): Promise<void> {
    for await (const page of this.#pages()) await mapLimit(page, CONCURRENCY, ({ key }) => this.delete(key));
  }

  async *#pages(): AsyncGenerator<StoredValue[]> {
    const { table, model } = this.requests.layout;
    let start: Item | undefined;
    do {
      const page = await this.requests.send("Scan", {
        TableName: table,
        ConsistentRead: true,
        FilterExpression: "#model = :model",
        ExpressionAttributeNames: { "#model": "_model" },
        ExpressionAttributeValues: { ":model": { S: model.name } },
        ...(start ? { ExclusiveStartKey: start } : {}),
      });
      yield ((page.Items ?? []) as Item[]).flatMap((item) => readValue(item) ?? []);
      start = page.LastEvaluatedKey as Item | undefined;
    } while (start);
  }

  #checkSize(item: Item, { name, advice }: KeyKind): void {
    const size = itemSize(item);
    if (size <= MAX_ITEM_BYTES) return;
    const model = this.requests.layout.model.name;
    throw new OrmError({
      code: "ITEM_TOO_LARGE",
      backendKind: "dynamodb",
      message:
        `The value of ${name} takes ${size} bytes in "${model}", and DynamoDB stores at most ${MAX_ITEM_BYTES} ` +
        `in one item. ${advice}`,
      meta: { model, target: ["value"] },
    });
  }
}
