import { isOrmError, OrmError } from "../../errors.ts";
import type { AttributeValue, Item } from "../layout/attribute-value.ts";
import { sendOf, type DynamodbClient } from "../send/client.ts";
import { Sender } from "../send/sender.ts";
import { plainItem, type PlainItem } from "./plain-item.ts";

/** A table of another layout than this package's. */
export interface ForeignTableOptions {
  readonly client: DynamodbClient;
  readonly table: string;
  /** Items of a page. */
  readonly pageSize: number;
}

/** A position in a scan, as DynamoDB gives it. */
export type ScanPosition = Readonly<Record<string, AttributeValue>>;

/** A page of a scan, and where the next one begins; undefined at the end. */
export interface ForeignPage {
  readonly items: readonly PlainItem[];
  readonly next: ScanPosition | undefined;
}

/** Reads a table of another layout, strongly consistent. Writes nothing. */
export class ForeignTable {
  readonly #sender: Sender;

  constructor(private readonly options: ForeignTableOptions) {
    this.#sender = new Sender(sendOf(options.client), undefined);
  }

  /** The page of a scan that begins after a position. */
  async page(after: ScanPosition | undefined): Promise<ForeignPage> {
    const { table, pageSize } = this.options;
    const { Items = [], LastEvaluatedKey } = await this.#read(() =>
      this.#sender.send("Scan", table, {
        TableName: table,
        ConsistentRead: true,
        Limit: pageSize,
        ...(after ? { ExclusiveStartKey: after } : {}),
      }),
    );
    return { items: (Items as Item[]).map(plainItem), next: LastEvaluatedKey as ScanPosition | undefined };
  }

  /** The item at a key of text attributes. */
  async get(key: Readonly<Record<string, string>>): Promise<PlainItem | undefined> {
    const { table } = this.options;
    const { Item } = await this.#read(() =>
      this.#sender.send("GetItem", table, {
        TableName: table,
        ConsistentRead: true,
        Key: Object.fromEntries(Object.entries(key).map(([name, value]) => [name, { S: value }])),
      }),
    );
    return Item && plainItem(Item as Item);
  }

  /** A missing table is not one that this package could create. */
  async #read<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (!isOrmError(error, "MISSING_TABLE")) throw error;
      throw new OrmError({
        code: "MISSING_TABLE",
        message: `There is no DynamoDB table "${this.options.table}" to import from.`,
        backendKind: "dynamodb",
        meta: { table: this.options.table },
        cause: error,
      });
    }
  }
}
