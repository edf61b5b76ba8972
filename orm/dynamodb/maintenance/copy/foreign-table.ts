import { isOrmError, OrmError } from "../../../errors.ts";
import type { Item } from "../../layout/attribute-value.ts";
import { sendOf, type DynamodbClient } from "../../engine/client.ts";
import { Sender } from "../../engine/sender.ts";
import type { JobProgress } from "../job-progress.ts";
import { scanTables } from "../scan-tables.ts";
import { plainItem, type PlainItem } from "./plain-item.ts";

/** A table of another layout than this package's. */
export interface ForeignTableOptions {
  readonly client: DynamodbClient;
  readonly table: string;
}

/** How a foreign table is read. */
export interface ForeignScan {
  /** Items of a page. */
  readonly pageSize: number;
  /** The `resume` of an earlier run's progress. */
  readonly resume?: string | undefined;
  /** Stops the scan between two pages. */
  readonly signal?: AbortSignal | undefined;
}

/** A page of a scan, and how far it has come with it. */
export interface ForeignPage {
  readonly items: readonly PlainItem[];
  readonly progress: JobProgress;
}

/** Reads a table of another layout, strongly consistent. Writes nothing. */
export class ForeignTable {
  readonly #sender: Sender;

  constructor(private readonly options: ForeignTableOptions) {
    this.#sender = Sender.over({ client: sendOf(options.client), onRequest: undefined, layouts: new Map() });
  }

  /** Its items, page by page. */
  async *pages(scan: ForeignScan): AsyncGenerator<ForeignPage, void, void> {
    const { client, table } = this.options;
    const tables = [{ name: table, model: table }];
    try {
      for await (const { items, progress } of scanTables({ sender: this.#sender, client, tables, ...scan }))
        yield { items: items.map(plainItem), progress };
    } catch (error) {
      throw this.#named(error);
    }
  }

  /** The item at a key of text attributes. */
  async get(key: Readonly<Record<string, string>>): Promise<PlainItem | undefined> {
    const { table } = this.options;
    try {
      const { Item } = await this.#sender.send("GetItem", table, {
        TableName: table,
        ConsistentRead: true,
        Key: Object.fromEntries(Object.entries(key).map(([name, value]) => [name, { S: value }])),
      });
      return Item && plainItem(Item as Item);
    } catch (error) {
      throw this.#named(error);
    }
  }

  /** A missing table is not one that this package could create. */
  #named(error: unknown): unknown {
    if (!isOrmError(error, "MISSING_TABLE")) return error;
    return new OrmError({
      code: "MISSING_TABLE",
      message: `There is no DynamoDB table "${this.options.table}" to import from.`,
      backendKind: "dynamodb",
      meta: { table: this.options.table },
      cause: error,
    });
  }
}
