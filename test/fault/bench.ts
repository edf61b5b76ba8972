import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Item } from "../../orm/dynamodb/layout/attribute-value.ts";
import { knowledgeOf } from "../../orm/dynamodb/engine/engine-knowledge.ts";
import { uniquePrefix, type Engine } from "../support/engines.ts";
import { createTable, readItems, resetTable } from "./storage.ts";

/** A client and a table of its own, used for one scenario after the other. */
export class Bench {
  #items: readonly Item[] = [];

  private constructor(
    readonly engine: Engine,
    readonly client: DynamoDBClient,
    readonly table: string,
  ) {}

  static async on(engine: Engine): Promise<Bench> {
    const bench = new Bench(engine, engine.createClient(), uniquePrefix("fault"));
    // As it is to a process that has written before.
    knowledgeOf(bench.client).transactions = engine.transactions;
    await createTable(bench.client, bench.table);
    return bench;
  }

  /** Makes the table hold these items and no others. */
  async reset(items: readonly Item[]): Promise<void> {
    await resetTable(this.client, this.table, this.#items, items);
    this.#items = items;
  }

  async items(): Promise<Item[]> {
    const items = await readItems(this.client, this.table);
    this.#items = items;
    return items;
  }
}

/** Benches of one engine, lent to one user at a time. */
export class Benches {
  readonly #free: Bench[] = [];

  constructor(private readonly engine: Engine) {}

  /** One that breaks off, as a test that is given up does, keeps its bench: something may still be under way there. */
  async use<T>(run: (bench: Bench) => Promise<T>): Promise<T> {
    const bench = this.#free.pop() ?? (await Bench.on(this.engine));
    const result = await run(bench);
    this.#free.push(bench);
    return result;
  }
}
