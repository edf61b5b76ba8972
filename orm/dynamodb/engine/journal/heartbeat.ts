import type { TransactionRef } from "../../layout/transaction-item.ts";
import type { JournalRequests } from "./journal-requests.ts";
import { beatInput } from "./transaction-state.ts";

/** Milliseconds between two signs of life: several of them fit into what others wait. */
const INTERVAL_MS = 1000;

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
    }, INTERVAL_MS);
  }

  /** Stops, when none is under way any more: it would be in the way of the deciding request. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sending;
  }
}
