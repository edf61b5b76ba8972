import { OrmError } from "../errors.ts";
import type { ModelManifest } from "../schema/manifest.ts";
import type { ModelLayout } from "./layout/model-layout.ts";
import type { ScanPolicy, WarningLogger } from "./read/scan-policy.ts";
import type { ItemReader } from "./send/item-reader.ts";
import type { Sender } from "./send/sender.ts";
import type { Engine } from "./send/engine.ts";
import type { HomeHints } from "./write/home-hints.ts";

/** What every operation of one connected driver shares. */
export interface StoreContext {
  readonly layouts: ReadonlyMap<string, ModelLayout>;
  readonly sender: Sender;
  readonly items: ItemReader;
  readonly engine: Engine;
  readonly hints: HomeHints;
  readonly consistent: boolean;
  readonly scans: ScanPolicy;
  readonly logger: WarningLogger;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The layout of a model of this driver's schema. */
export function requireLayout(context: StoreContext, model: ModelManifest): ModelLayout {
  const layout = context.layouts.get(model.name);
  if (layout) return layout;
  throw new OrmError({ code: "INVALID_QUERY", message: `The schema has no model "${model.name}".`, backendKind: "dynamodb" });
}
