import { DescribeTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { localClient } from "./local-client.ts";

/** The requests that write one item. */
export const WRITES: ReadonlySet<string> = new Set(["PutItem", "UpdateItem", "DeleteItem"]);

/** What an action does to one item: a whole item, or its key. */
export interface Action {
  readonly TableName: string;
  readonly Item?: Readonly<Record<string, unknown>>;
  readonly Key?: Readonly<Record<string, unknown>>;
}

/** What the tables' items are told apart by. */
export class TableKeys {
  readonly #client: DynamoDBClient;
  readonly #names = new Map<string, Promise<readonly string[]>>();

  constructor(endpoint: string) {
    this.#client = localClient(endpoint);
  }

  /** The table and key of an item, as text. */
  async idOf({ TableName, Item, Key }: Action): Promise<string> {
    let names = this.#names.get(TableName);
    if (!names) {
      names = this.#ask(TableName);
      this.#names.set(TableName, names);
    }
    const values = (await names).map((name) => (Item ?? Key)?.[name]);
    return JSON.stringify([TableName, ...values]);
  }

  forget(table: string): void {
    this.#names.delete(table);
  }

  stop(): void {
    this.#client.destroy();
  }

  /** Of a table that is not there, none: the engine refuses what is asked of it. */
  async #ask(TableName: string): Promise<readonly string[]> {
    try {
      const { Table } = await this.#client.send(new DescribeTableCommand({ TableName }));
      return (Table?.KeySchema ?? []).flatMap(({ AttributeName }) => AttributeName ?? []);
    } catch {
      this.#names.delete(TableName);
      return [];
    }
  }
}
