import type { ModelLayout } from "../layout/model-layout.ts";
import { errorName } from "./aws-errors.ts";
import { tablesOf, type OperationName } from "./operations.ts";
import { requestPath, type RequestPath } from "./request-path.ts";

/** One request as it went: what {@link DynamodbDriverOptions.onRequest} is told. */
export interface RequestEvent {
  /** DynamoDB's name of the operation, such as `Query`. */
  readonly operation: string;
  readonly tables: readonly string[];
  /** The model that the operation was for. */
  readonly model: string;
  /** Which way it went to its items, by its first key; undefined where that is none of a model's. */
  readonly path: RequestPath["path"] | undefined;
  /** The fields of that key or index. */
  readonly fields: readonly string[];
  /** Items in the answer of a read, or in the request of a write. */
  readonly items: number;
  /** Capacity units as DynamoDB accounted them; undefined where the engine tells none. */
  readonly capacityUnits: number | undefined;
  /** Milliseconds, the SDK's own retries included. */
  readonly duration: number;
  /** From 1; higher when this driver retried contention. */
  readonly attempt: number;
  /** The name of the error, where it failed. */
  readonly error: string | undefined;
}

/** A request that is about to be sent. */
interface Sent<Input> {
  readonly name: OperationName;
  readonly model: string;
  readonly input: Input;
  readonly attempt: number;
}

/** Sends a request that asks for its capacity units as well, and tells a listener how it went. */
export async function sendTold<Input extends object, Output extends object>(
  listener: (event: RequestEvent) => void,
  layouts: ReadonlyMap<string, ModelLayout>,
  { name, model, input, attempt }: Sent<Input>,
  send: (input: Input) => Promise<Output>,
): Promise<Output> {
  const started = performance.now();
  const tell = (output: object | undefined, error?: unknown) => {
    const { path, fields = [] } = requestPath(layouts, name, input) ?? {};
    notify(listener, {
      operation: name,
      tables: tablesOf(input),
      model,
      path,
      fields,
      items: itemsOf(input, output),
      capacityUnits: output ? capacityOf(output) : undefined,
      duration: performance.now() - started,
      attempt,
      error: error === undefined ? undefined : errorName(error),
    });
  };
  try {
    const output = await send({ ...input, ReturnConsumedCapacity: "TOTAL" });
    tell(output);
    return output;
  } catch (error) {
    tell(undefined, error);
    throw error;
  }
}

/** A listener that throws must not make a request fail that has happened. */
function notify(listener: (event: RequestEvent) => void, event: RequestEvent): void {
  try {
    listener(event);
  } catch (error) {
    process.emitWarning(
      `onRequest threw: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      "auth-dynamodb",
    );
  }
}

function capacityOf(output: object): number | undefined {
  const { ConsumedCapacity } = output as { ConsumedCapacity?: Capacity | Capacity[] };
  if (!ConsumedCapacity) return undefined;
  const all = Array.isArray(ConsumedCapacity) ? ConsumedCapacity : [ConsumedCapacity];
  return all.reduce((sum, { CapacityUnits }) => sum + (CapacityUnits ?? 0), 0);
}

interface Capacity {
  CapacityUnits?: number;
}

function itemsOf(input: object, output: object | undefined): number {
  const { Item, Items, Responses, TransactItems } = { ...input, ...output } as {
    Item?: unknown;
    Items?: unknown[];
    Responses?: Record<string, unknown[]>;
    TransactItems?: unknown[];
  };
  if (Items) return Items.length;
  if (Responses) return Object.values(Responses).reduce((sum, items) => sum + items.length, 0);
  if (TransactItems) return TransactItems.length;
  if (Item) return 1;
  // A write by key counts one, a read that found nothing none.
  return "UpdateExpression" in input || "ConditionExpression" in input ? 1 : 0;
}
