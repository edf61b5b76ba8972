import type { TransactionRef } from "../../layout/transaction-item.ts";
import { journalLimits } from "../limits.ts";
import type { JournalRequests } from "./journal-requests.ts";
import { beatInput } from "./transaction-state.ts";

/** Tells, while a transaction is pending, that its coordinator is alive. */
export class Heartbeat {
  readonly #timer: ReturnType<typeof setInterval>;
  #sending: Promise<unknown> = Promise.resolve();

  constructor(requests: JournalRequests, ref: TransactionRef) {
    let isSending = false;
    this.#timer = setInterval(() => {
      if (isSending) return;
      isSending = true;
      // One that fails tells by the deciding request what it has to tell.
      const sent = requests.send("UpdateItem", beatInput(ref)).catch(() => undefined);
      this.#sending = sent.finally(() => (isSending = false));
    }, journalLimits.beatMs);
  }

  /** Stops, when none is under way any more: it would be in the way of the deciding request. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sending;
  }
}
