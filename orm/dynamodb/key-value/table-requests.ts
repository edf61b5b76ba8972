import { invalidSchema } from "../../errors.ts";
import { compileManifest } from "../../schema/compile-manifest.ts";
import type { Schema } from "../../schema/model.ts";
import { sendOf, type DynamodbClient } from "../engine/client.ts";
import { knowledgeOf } from "../engine/engine-knowledge.ts";
import type { OperationName, Operations } from "../engine/operations.ts";
import type { RequestEvent } from "../engine/request-event.ts";
import { Sender } from "../engine/sender.ts";
import type { Item } from "../layout/attribute-value.ts";
import type { ItemKey } from "../layout/keys.ts";
import { layoutsOf, type ModelLayout, type TableNaming } from "../layout/model-layout.ts";
import { keyAttributes } from "../layout/places.ts";
import { TableClock } from "./table-clock.ts";

/** What a store of values is opened with. */
export interface KeyValueOptions extends TableNaming {
  /** The application's client. */
  readonly client: DynamodbClient;
  /** The one region that is written to: see `DynamodbDriverOptions`. */
  readonly homeRegion?: string | undefined;
  /** Told of every request that was sent. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
}

/** How a write under a condition ended: done, or refused by what was found. */
export type Answer<Output> = { readonly output: Output } | { readonly found: Item | undefined };

/** Sends the requests of one model's values. */
export class TableRequests {
  readonly layout: ModelLayout;
  readonly #sender: Sender;
  /** Whether a refusal tells of the item that refused: Dynalite's does not. Undefined until one was there. */
  #tells: boolean | undefined;

  /** `schema`: that of the one model. */
  constructor(
    options: KeyValueOptions,
    schema: Schema,
    readonly clock: TableClock = new TableClock(),
  ) {
    const layouts = layoutsOf(compileManifest(schema), options);
    const [layout] = layouts.values();
    if (!layout) throw invalidSchema("A store of values needs a schema of one model.");
    this.layout = layout;
    this.#sender = Sender.over({
      client: clock.listenTo(sendOf(options.client)),
      onRequest: options.onRequest,
      layouts,
      home: { region: options.homeRegion },
      formats: { knowledge: knowledgeOf(options.client) },
    });
  }

  send<Name extends OperationName>(name: Name, input: Operations[Name][0]): Promise<Operations[Name][1]> {
    return this.#sender.send(name, this.layout.model.name, input);
  }

  /**
   * Sends a write under a condition. That it does not hold is an answer, no error. Where that tells of no item, there
   * is none, or the engine never tells: `ifUnsure` says what to take it for, while it is not known which.
   */
  async ask<Name extends OperationName>(
    name: Name,
    key: ItemKey,
    input: Operations[Name][0],
    ifUnsure: "absent" | "read",
  ): Promise<Answer<Operations[Name][1]>> {
    const answer = await this.#sender.sendGuarded(name, this.layout.model.name, input);
    if ("output" in answer) return answer;
    if (answer.item) this.#tells = true;
    if (this.#tells ?? ifUnsure === "absent") return { found: answer.item };
    const found = await this.get(key);
    if (found) this.#tells = false;
    return { found };
  }

  /** The item at a key, as it was written last. */
  async get(key: ItemKey): Promise<Item | undefined> {
    const input = { TableName: this.layout.table, Key: keyAttributes(key), ConsistentRead: true };
    return (await this.send("GetItem", input)).Item as Item | undefined;
  }
}
