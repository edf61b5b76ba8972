import {
  BatchGetItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type BatchGetItemCommandInput,
  type BatchGetItemCommandOutput,
  type DeleteItemCommandInput,
  type DeleteItemCommandOutput,
  type GetItemCommandInput,
  type GetItemCommandOutput,
  type PutItemCommandInput,
  type PutItemCommandOutput,
  type QueryCommandInput,
  type QueryCommandOutput,
  type ScanCommandInput,
  type ScanCommandOutput,
  type TransactWriteItemsCommandInput,
  type TransactWriteItemsCommandOutput,
  type UpdateItemCommandInput,
  type UpdateItemCommandOutput,
} from "@aws-sdk/client-dynamodb";

/** The data operations this driver sends, with their inputs and outputs. */
export interface Operations {
  GetItem: [GetItemCommandInput, GetItemCommandOutput];
  BatchGetItem: [BatchGetItemCommandInput, BatchGetItemCommandOutput];
  Query: [QueryCommandInput, QueryCommandOutput];
  Scan: [ScanCommandInput, ScanCommandOutput];
  PutItem: [PutItemCommandInput, PutItemCommandOutput];
  UpdateItem: [UpdateItemCommandInput, UpdateItemCommandOutput];
  DeleteItem: [DeleteItemCommandInput, DeleteItemCommandOutput];
  TransactWriteItems: [TransactWriteItemsCommandInput, TransactWriteItemsCommandOutput];
}

export type OperationName = keyof Operations;

type CommandClasses = {
  [Name in OperationName]: new (input: Operations[Name][0]) => object;
};

/** The low-level commands: a document client sends them too, and its marshalling options do not touch them. */
export const COMMANDS: CommandClasses = {
  GetItem: GetItemCommand,
  BatchGetItem: BatchGetItemCommand,
  Query: QueryCommand,
  Scan: ScanCommand,
  PutItem: PutItemCommand,
  UpdateItem: UpdateItemCommand,
  DeleteItem: DeleteItemCommand,
  TransactWriteItems: TransactWriteItemsCommand,
};

/**
 * A request, ready to be sent. The SDK copies each input and output for its logger, also for the one that writes
 * nothing, which is its default: that takes a tenth of a transaction's CPU time. Such a logger is out of sight while
 * the request's steps are put together, which nothing else can come in between of.
 */
export function commandOf<Name extends OperationName>(name: Name, input: Operations[Name][0]): object {
  const command = new COMMANDS[name](input) as { resolveMiddleware?: Resolve };
  const resolve = command.resolveMiddleware;
  if (!resolve) return command;
  command.resolveMiddleware = (stack, configuration, ...rest) => {
    const { logger } = configuration;
    if (logger?.constructor.name !== "NoOpLogger") return resolve.call(command, stack, configuration, ...rest);
    try {
      configuration.logger = undefined;
      return resolve.call(command, stack, configuration, ...rest);
    } finally {
      configuration.logger = logger;
    }
  };
  return command;
}

type Resolve = (stack: unknown, configuration: { logger?: object | undefined }, ...rest: unknown[]) => unknown;

/** DynamoDB reads at most this many items in a BatchGetItem. */
export const BATCH = 100;

/** The tables that a request names. */
export function tablesOf(input: object): string[] {
  const { TableName, RequestItems, TransactItems } = input as {
    TableName?: string;
    RequestItems?: Record<string, unknown>;
    TransactItems?: Record<string, { TableName?: string }>[];
  };
  if (TableName !== undefined) return [TableName];
  if (RequestItems) return Object.keys(RequestItems);
  const named = (TransactItems ?? []).flatMap((item) => Object.values(item).flatMap((write) => write.TableName ?? []));
  return [...new Set(named)];
}
