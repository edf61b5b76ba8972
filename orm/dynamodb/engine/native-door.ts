import { mapLimit } from "../../util/map-limit.ts";
import { partsOfSize } from "../../util/packs.ts";
import type { ItemWrite } from "../layout/item-write.ts";
import { cancellationReasons, contention } from "./aws-errors.ts";
import type { Door, EngineContext, FailedWrite } from "./door.ts";
import { sendSingle } from "./send-single.ts";
import { checkCount, checkSize, fitsOne, MAX_TRANSACTION_ITEMS } from "./limits.ts";
import { transactItem } from "./write-requests.ts";

const CONCURRENCY = 8;

/** Writes by TransactWriteItems; one change of one record by an UpdateItem at half its price. */
export class NativeDoor implements Door {
  constructor(private readonly context: EngineContext) {}

  async write(writes: readonly ItemWrite[], writeId: string): Promise<readonly FailedWrite[]> {
    checkSize(writes);
    const [first, ...others] = writes;
    // A record that is gone, or new, cannot tell whose doing it was: only a transaction's token shows that an earlier
    // attempt has landed.
    const alone = others.length === 0 && first && (first.action === "update" || first.kind !== "record");
    return alone && first.action !== "check" ? sendSingle(this.context, first, writeId) : this.#transact(writes);
  }

  async writeMany(writes: readonly ItemWrite[], writeId: string, maxItems: number): Promise<readonly FailedWrite[]> {
    checkCount(writes, maxItems);
    if (fitsOne(writes)) return this.write(writes, writeId);
    const { TransactRequests } = await import("./journal/journal-requests.ts");
    const { writeJournaled } = await import("./journal/write-journaled.ts");
    const { failed, leftovers } = await writeJournaled(this.context, writes, TransactRequests);
    await this.writeWhatHolds(leftovers);
    return failed;
  }

  async writeWhatHolds(writes: readonly ItemWrite[]): Promise<void> {
    await mapLimit(partsOfSize(writes, MAX_TRANSACTION_ITEMS), CONCURRENCY, async (chunk) => {
      let left = chunk;
      try {
        const [first, ...others] = chunk;
        if (first && others.length === 0) {
          await sendSingle(this.context, first, "");
          return;
        }
        while (left.length > 0) {
          const failed = new Set((await this.#transact(left)).map(({ write }) => write));
          if (failed.size === 0) return;
          left = left.filter((write) => !failed.has(write));
        }
      } catch {
        // Harmless to leave: see the door.
      }
    });
  }

  async #transact(writes: readonly ItemWrite[]): Promise<FailedWrite[]> {
    const input = {
      TransactItems: writes.map(transactItem),
      // One token for all attempts at this content: one that landed unseen is not applied again.
      ClientRequestToken: globalThis.crypto.randomUUID(),
    };
    try {
      await this.context.sender.send("TransactWriteItems", modelOf(writes), input);
      return [];
    } catch (error) {
      const reasons = cancellationReasons(error);
      if (!reasons || contention(error)) throw error;
      const failed = reasons.flatMap(({ Code, Item }, i) => {
        const write = writes[i];
        return Code === "ConditionalCheckFailed" && write ? [{ write, existing: Item }] : [];
      });
      // Any other reason (a validation error, say) is not ours to interpret.
      if (failed.length === 0) throw error;
      return failed;
    }
  }
}

function modelOf([write]: readonly ItemWrite[]): string {
  return write?.layout.model.name ?? "";
}
