import type { Item } from "../layout/attribute-value.ts";
import type { ItemWrite } from "../layout/item-write.ts";
import type { WarningLogger } from "../../util/warning-logger.ts";
import type { Budget } from "../../util/budget.ts";
import type { ItemReads } from "./item-reader.ts";
import type { Sender } from "./sender.ts";

/** What the ways to write share. */
export interface EngineContext {
  readonly sender: Sender;
  readonly items: ItemReads;
  readonly logger: WarningLogger;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly budget: Budget;
}

/** A write whose guard did not hold, with the item that was there. */
export interface FailedWrite {
  readonly write: ItemWrite;
  readonly existing: Item | undefined;
  /** Whether it was sent more than once, and the answer that was lost may have been a success. */
  readonly repeated?: boolean;
}

/** How several items are changed together. One way for each kind of engine; nothing above knows which. */
export interface Door {
  /**
   * Makes all writes, or none and returns those whose guards did not hold. `writeId` marks what they leave: a mark
   * that is there already shows that an earlier attempt has landed. Throws `TRANSACTION_TOO_LARGE`, before anything is
   * sent, for more than one request holds.
   */
  write(writes: readonly ItemWrite[], writeId: string): Promise<readonly FailedWrite[]>;
  /** The same of up to `maxItems` writes, in as many requests as they take. */
  writeMany(writes: readonly ItemWrite[], writeId: string, maxItems: number): Promise<readonly FailedWrite[]>;
  /** Makes those writes whose guards hold, each by itself. Failures are let go: for what is harmless to leave. */
  writeWhatHolds(writes: readonly ItemWrite[]): Promise<void>;
}
