import { mapLimit } from "../../../util/map-limit.ts";
import type { Item } from "../../layout/attribute-value.ts";
import { parsePartition, type ItemKey } from "../../layout/keys.ts";
import { keyAttributes } from "../../layout/places.ts";
import { textOf } from "../../layout/stored-record.ts";
import { askForTransactions } from "../ask-for-transactions.ts";
import { cancellationReasons, sentRequests } from "../aws-errors.ts";
import { journalLimits, MAX_TRANSACTION_ITEMS } from "../limits.ts";
import type { OperationName, Operations } from "../operations.ts";
import type { RawSender } from "./raw-sender.ts";

/** One conditional write, as TransactWriteItems takes it. */
export type JournalItem = Readonly<Record<string, object>>;

/** What came of one write: `open` where it was not tried, since others were refused. */
export type Outcome = "made" | "open" | { readonly refused: Item | undefined };

/** What came of writes that were sent together. */
export interface Written {
  readonly outcomes: readonly Outcome[];
  /** Whether a copy of one may still arrive: it was sent again, since an answer did not come. */
  readonly unsure: boolean;
}

/** The requests that a journaled transaction is made of, as its engine takes them. */
export interface JournalRequests {
  /** How many writes go into one request. */
  readonly together: number;
  /** How many assertions the request that decides takes beside its own write. */
  readonly checks: number;
  /** An item as it is, held or not. Strongly consistent. */
  get(table: string, key: ItemKey): Promise<Item | undefined>;
  send<Name extends OperationName>(name: Name, input: Operations[Name][0]): Promise<Operations[Name][1]>;
  /** Makes at most {@link together} writes: all or none. */
  write(items: readonly JournalItem[]): Promise<Written>;
}

/**
 * The requests by which transactions of many items are made on the engine behind a table. One that is not known is
 * asked. Errors name the model. `sender` is called for each request.
 */
export async function journalRequests(sender: () => RawSender, model: string, table: string): Promise<JournalRequests> {
  await askForTransactions(sender(), table);
  const { knowledge } = sender();
  return knowledge?.transactions === false ? new SingleRequests(sender, model) : new TransactRequests(sender, model);
}

/** What is read of transactions under way. */
export type JournalReads = Pick<JournalRequests, "get">;

/** The reads of a transaction's traces: what engine there is does not matter to them. */
export class RawReads implements JournalReads {
  constructor(
    protected readonly sender: () => RawSender,
    protected readonly model: string,
  ) {}

  send<Name extends OperationName>(name: Name, input: Operations[Name][0]): Promise<Operations[Name][1]> {
    return this.sender().sendRaw(name, this.model, input);
  }

  async get(table: string, key: ItemKey): Promise<Item | undefined> {
    const input = { TableName: table, Key: keyAttributes(key), ConsistentRead: true };
    return (await this.send("GetItem", input)).Item as Item | undefined;
  }
}

/** On engines with transactions: a hundred writes in one request. */
export class TransactRequests extends RawReads implements JournalRequests {
  readonly checks = MAX_TRANSACTION_ITEMS - 1;

  get together(): number {
    return journalLimits.items;
  }

  async write(items: readonly JournalItem[]): Promise<Written> {
    // One token for all attempts at one request: a copy of it that comes late changes nothing.
    const input = { TransactItems: [...items], ClientRequestToken: globalThis.crypto.randomUUID() };
    try {
      await this.send("TransactWriteItems", input);
      return { outcomes: items.map(() => "made"), unsure: false };
    } catch (error) {
      const reasons = cancellationReasons(error);
      if (!reasons?.some(({ Code }) => Code === "ConditionalCheckFailed")) throw error;
      const outcomes = items.map((_, i): Outcome => {
        const { Code, Item: refused } = reasons[i] ?? {};
        return Code === "ConditionalCheckFailed" ? { refused } : "open";
      });
      // The token removes copies of what was made: of what was refused, an earlier one may still come.
      return { outcomes, unsure: sentRequests(error) > 1 };
    }
  }
}

const OPERATIONS = { Put: "PutItem", Update: "UpdateItem", Delete: "DeleteItem" } as const;

/** On engines without: each write by itself. */
export class SingleRequests extends RawReads implements JournalRequests {
  readonly together = 1;
  readonly checks = 0;

  async write(items: readonly JournalItem[]): Promise<Written> {
    const answers = await mapLimit(items, this.together, async (item) => {
      const [[action, input] = ["", {}]] = Object.entries(item);
      const operation = OPERATIONS[action as keyof typeof OPERATIONS];
      return this.sender().guardRaw(operation, this.#modelOf(input), input as Operations[typeof operation][0]);
    });
    const outcomes = answers.map((answer): Outcome => ("output" in answer ? "made" : { refused: answer.item }));
    return { outcomes, unsure: answers.some(({ repeated }) => repeated) };
  }
  /** The model of the item itself, of which there may be several in a transaction. */
  #modelOf(input: { readonly Key?: Item; readonly Item?: Item }): string {
    const partition = textOf(input.Key ?? input.Item ?? {}, "_pk") ?? "";
    return parsePartition(partition)?.model ?? this.model;
  }
}
