import { RACE, THROTTLED } from "../../util/backoff.ts";
import { Budget, DEFAULT_BUDGET_MS } from "../../util/budget.ts";
import { contention, isConditionFailure, isRefusal, isUnsure, sentRequests } from "./aws-errors.ts";
import type { Item } from "../layout/attribute-value.ts";
import type { ModelLayout } from "../layout/model-layout.ts";
import type { Send } from "./client.ts";
import type { RequestEvent } from "./request-event.ts";
import { commandOf, tablesOf, type OperationName, type Operations } from "./operations.ts";
import type { EngineKnowledge } from "./engine-knowledge.ts";
import { showsLocks, type Answer } from "./locked.ts";
import type { RawSender } from "./journal/raw-sender.ts";
import type { HomeRegion } from "./home-region.ts";
import type { TableFormats } from "./table-formats.ts";
import type { WriteAnswer } from "./write-answer.ts";

// For requests that fail or may not be sent, for the first request of all, for items that a transaction of
// many requests holds, and for engines that do not tell which item a condition has failed for.
const loadExplaining = () => import("./explain-failure.ts");
const loadFormats = () => import("./table-formats.ts");
const loadSettling = () => import("./journal/settle.ts");
const loadHidden = () => import("./hidden-item.ts");
// For applications that listen.
let tellingPart: Promise<typeof import("./request-event.ts")> | undefined;
const loadTelling = () => (tellingPart ??= import("./request-event.ts"));

/** Requests of one call that are throttled, the SDK's own attempts counted: beyond them it only adds to the load. */
const MAX_THROTTLED = 10;

/** What all operations of a driver send through. */
export interface Wire {
  readonly client: Send;
  readonly onRequest: ((event: RequestEvent) => void) | undefined;
  readonly layouts: ReadonlyMap<string, ModelLayout>;
  /** Undefined for what needs neither transactions nor the items that conditions have failed for. */
  readonly knowledge?: EngineKnowledge;
  /** Where writes are refused in all regions but one. */
  readonly home?: HomeRegion;
  /** Where the tables' format is looked at before the first request: jobs do that themselves. */
  readonly formats?: TableFormats;
}

/** Sends requests: retries contention, names errors, tells the listener. The only place that does. */
export class Sender implements RawSender {
  private constructor(
    private readonly wire: Wire,
    private readonly budget: Budget | undefined,
  ) {}

  /** A sender over a client. Without an operation's budget, each request has one of its own. */
  static over(wire: Wire): Sender {
    return new Sender(wire, undefined);
  }

  /** The sender of one operation, whose requests share a budget. */
  within(budget: Budget): Sender {
    return new Sender(this.wire, budget);
  }

  /**
   * Sends one request for a model. Failures that applications act on arrive as `OrmError`. Items that a transaction
   * holds are given as that has decided, and a write that they are in the way of waits for the decision.
   */
  async send<Name extends OperationName>(
    name: Name,
    model: string,
    input: Operations[Name][0],
  ): Promise<Operations[Name][1]> {
    return outputOf(await this.#exchange(name, model, input));
  }

  /** Sends one request as it is, held items and all. */
  async sendRaw<Name extends OperationName>(
    name: Name,
    model: string,
    input: Operations[Name][0],
  ): Promise<Operations[Name][1]> {
    return outputOf(await this.#exchange(name, model, input, { raw: true }));
  }

  /** Sends one write under a condition as it is: see {@link Sender.sendRaw}. */
  async guardRaw<Name extends OperationName>(
    name: Name,
    model: string,
    input: Operations[Name][0],
  ): Promise<WriteAnswer<Operations[Name][1]>> {
    return answerOf(await this.#exchange(name, model, input, { raw: true }));
  }

  get knowledge(): EngineKnowledge | undefined {
    return this.wire.knowledge;
  }

  /**
   * Sends one write under a condition. That the condition does not hold is an answer, no error. `landed`: whether an
   * item shows that an earlier attempt has landed: then it does not matter who holds the item since.
   */
  async sendGuarded<Name extends OperationName>(
    name: Name,
    model: string,
    input: Operations[Name][0],
    landed?: (item: Item) => boolean,
  ): Promise<WriteAnswer<Operations[Name][1]>> {
    return answerOf(await this.#exchange(name, model, input, { landed }));
  }

  /** Sends until there is an answer other than contention. */
  async #exchange<Name extends OperationName>(
    name: Name,
    model: string,
    input: Operations[Name][0],
    { raw = false, landed }: { raw?: boolean; landed?: ((item: Item) => boolean) | undefined } = {},
  ): Promise<Exchange<Operations[Name][1]>> {
    const { client, home, knowledge, formats } = this.wire;
    const budget = this.budget ?? new Budget(DEFAULT_BUDGET_MS);
    let requests = 0;
    let repeated = false;
    for (let attempt = 1; ; attempt++) {
      let started = performance.now();
      try {
        if (home?.region !== undefined) await (await loadExplaining()).requireHome(home, client, name, model);
        if (formats && (formats.due ?? 0) <= started) {
          requests += await (await loadFormats()).requireKnownFormats(formats, model, this.wire, budget);
          started = performance.now();
        }
        const output = await this.#attempt(name, model, input, attempt);
        const shown = raw || !showsLocks(output as Answer) ? output : await this.#decided(model, input, output);
        return { output: shown, repeated: repeated || sentRequests(output) > 1 };
      } catch (error) {
        requests += sentRequests(error);
        repeated ||= sentRequests(error) > 1 || isUnsure(error);
        if (isConditionFailure(error) && knowledge?.transactions !== true)
          error.Item ??= await (await loadHidden()).hiddenItem(this, model, input);
        if (isConditionFailure(error) && error.Item && landed?.(error.Item)) return { error, repeated };
        const held = !raw && isRefusal(error) && (await (await loadSettling()).settleFor(this, model, error, input));
        const refusal = held ? "held" : contention(error);
        const pace = refusal === "throttled" ? THROTTLED : RACE;
        const enough = refusal === "throttled" && requests >= MAX_THROTTLED;
        if (!refusal || enough || !(await budget.pause(requests, pace, performance.now() - started))) {
          const failure = held ? (await loadSettling()).heldTooLong(model) : error;
          return { error: await this.#explained(failure, model, tablesOf(input)), repeated };
        }
      }
    }
  }

  /** An answer with held items as their transactions have decided. What was asked for in parts is given as it is. */
  async #decided<Name extends OperationName>(
    model: string,
    input: Operations[Name][0],
    output: Operations[Name][1],
  ): Promise<Operations[Name][1]> {
    const { TableName = "", ProjectionExpression } = input as { TableName?: string; ProjectionExpression?: string };
    if (ProjectionExpression !== undefined) return output;
    const { asDecided } = await loadSettling();
    return asDecided(this, model, output as Answer, TableName) as Promise<Operations[Name][1]>;
  }

  /** A failure in words that help. A condition that did not hold is none. */
  async #explained(error: unknown, model: string, tables: readonly string[]): Promise<unknown> {
    if (isConditionFailure(error)) return error;
    const { explainFailure } = await loadExplaining();
    return explainFailure(error, this.wire, model, tables);
  }

  #attempt<Name extends OperationName>(
    name: Name,
    model: string,
    input: Operations[Name][0],
    attempt: number,
  ): Promise<Operations[Name][1]> {
    const { client, layouts, onRequest } = this.wire;
    const send = (asked: Operations[Name][0]) => client.send(commandOf(name, asked)) as Promise<Operations[Name][1]>;
    if (!onRequest) return send(input);
    return loadTelling().then(({ sendTold }) => sendTold(onRequest, layouts, { name, model, input, attempt }, send));
  }
}

type Exchange<Output> = ({ readonly output: Output } | { readonly error: unknown }) & { readonly repeated: boolean };

function outputOf<Output>(exchange: Exchange<Output>): Output {
  if ("output" in exchange) return exchange.output;
  throw exchange.error;
}

function answerOf<Output>(exchange: Exchange<Output>): WriteAnswer<Output> {
  if ("output" in exchange) return exchange;
  if (!isConditionFailure(exchange.error)) throw exchange.error;
  return { refused: true, item: exchange.error.Item, repeated: exchange.repeated };
}
