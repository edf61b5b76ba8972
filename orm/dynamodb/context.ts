import { OrmError } from "../errors.ts";
import type { Manifest, ModelManifest } from "../schema/manifest.ts";
import { Lines } from "../util/lines.ts";
import { Budget, DEFAULT_BUDGET_MS } from "../util/budget.ts";
import type { WarningLogger } from "../util/warning-logger.ts";
import { sendOf, type DynamodbClient } from "./engine/client.ts";
import { knowledgeOf } from "./engine/engine-knowledge.ts";
import { Engine } from "./engine/engine.ts";
import { ItemReader, type ItemReads } from "./engine/item-reader.ts";
import type { RequestEvent } from "./engine/request-event.ts";
import { Sender } from "./engine/sender.ts";
import type { TableFormats } from "./engine/table-formats.ts";
import { layoutsOf, type ModelLayout, type TableNaming } from "./layout/model-layout.ts";
import { KnownHomes } from "./plan/known-homes.ts";
import type { ScanMode, ScanPolicy } from "./plan/scan-policy.ts";

/** What everything that reaches for the tables needs to know. */
export interface ContextOptions extends TableNaming {
  readonly client: DynamodbClient;
  readonly documentClient?: DynamodbClient | undefined;
  readonly consistency?: "strong" | "eventual" | undefined;
  readonly scans?: ScanMode | undefined;
  readonly contentionBudget?: number | undefined;
  readonly homeRegion?: string | undefined;
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
  readonly logger?: WarningLogger | undefined;
}

/** What the parts of one operation share. */
export interface StoreContext {
  readonly layouts: ReadonlyMap<string, ModelLayout>;
  readonly sender: Sender;
  readonly items: ItemReads;
  readonly engine: Engine;
  readonly homes: KnownHomes;
  readonly consistent: boolean;
  readonly scans: ScanPolicy;
  readonly logger: WarningLogger;
  /** Where this process's own callers wait for each other. */
  readonly lines: Lines;
  /** What the operation may spend on contention. */
  readonly budget: Budget;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The context of another operation of the same kind, with a budget of its own. */
  readonly next: (budget?: Budget) => StoreContext;
}

/** What one record of a long job may wait for its application's writers, in milliseconds: nobody waits for the job. */
const JOB_BUDGET_MS = 120_000;

/** A connected driver: begins the contexts of its operations. */
export class Store {
  readonly layouts: ReadonlyMap<string, ModelLayout>;
  readonly #formats: TableFormats;
  readonly #sender: Sender;
  readonly #reads: ItemReader;
  readonly #consistentReads: ItemReader;
  readonly #shared: Pick<StoreContext, "layouts" | "homes" | "lines" | "scans" | "logger" | "now">;

  constructor(
    private readonly options: ContextOptions,
    manifest: Manifest,
  ) {
    const { client, documentClient, homeRegion, scans = "warn", onRequest, logger = console } = options;
    const layouts = (this.layouts = layoutsOf(manifest, options));
    // Knowledge goes by the underlying client, so that several drivers learn about the engine together.
    const knowledge = knowledgeOf(client);
    const formats = (this.#formats = { knowledge });
    const home = { region: homeRegion };
    const wire = { client: sendOf(documentClient ?? client), onRequest, layouts, knowledge, home, formats };
    this.#sender = Sender.over(wire);
    this.#consistentReads = new ItemReader(this.#sender, true);
    this.#reads = options.consistency === "eventual" ? new ItemReader(this.#sender, false) : this.#consistentReads;
    this.#shared = {
      layouts,
      homes: new KnownHomes(),
      lines: new Lines(),
      scans: { mode: scans, logger, warned: new Set() },
      logger,
      now: Date.now,
    };
  }

  /** The context of a read, as consistent as configured. */
  read(): StoreContext {
    return this.#begin(this.options.consistency !== "eventual", this.#reads, this.#budget());
  }

  /** The context of a write: what it reads first is always consistent. */
  write(): StoreContext {
    return this.#begin(true, this.#consistentReads, this.#budget());
  }

  /** The context of a long job: each of its requests has a budget of its own, and each write begins with `next`. */
  job(): StoreContext {
    // It looks itself, and tells more.
    this.#formats.due = Infinity;
    return this.#begin(true, this.#consistentReads, undefined);
  }

  #budget(): Budget {
    return new Budget(this.options.contentionBudget ?? DEFAULT_BUDGET_MS);
  }

  #begin(consistent: boolean, reader: ItemReader, own: Budget | undefined): StoreContext {
    const budget = own ?? this.#budget();
    const sender = own ? this.#sender.within(own) : this.#sender;
    const items = own ? reader.within(own) : reader;
    const { layouts, homes, lines, scans, logger, now } = this.#shared;
    const engine = new Engine({ sender, items, logger, now, budget }, this.#formats.knowledge);
    const next = (given?: Budget) =>
      this.#begin(consistent, reader, given ?? (own ? this.#budget() : new Budget(JOB_BUDGET_MS)));
    return { layouts, homes, lines, scans, logger, now, sender, items, engine, consistent, budget, next };
  }
}

/** The layout of a model of this driver's schema. */
export function requireLayout(context: Pick<StoreContext, "layouts">, name: string): ModelLayout {
  const layout = context.layouts.get(name);
  if (layout) return layout;
  throw new OrmError({
    code: "INVALID_QUERY",
    message: `The schema has no model "${name}".`,
    backendKind: "dynamodb",
  });
}

/** The layout of a query's model. */
export function layoutFor(context: Pick<StoreContext, "layouts">, model: ModelManifest): ModelLayout {
  return requireLayout(context, model.name);
}
