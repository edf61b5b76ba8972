import { mapLimit } from "../../../util/map-limit.ts";
import type { ItemWrite } from "../../layout/item-write.ts";
import type { Door, EngineContext, FailedWrite } from "../door.ts";
import { checkCount, checkSize } from "../limits.ts";
import { sendSingle } from "../send-single.ts";
import { SingleRequests } from "./journal-requests.ts";
import { writeJournaled } from "./write-journaled.ts";

const CONCURRENCY = 8;

/**
 * Writes for engines without TransactWriteItems: what is more than one item goes through the journal, request by
 * request, and is all or nothing there, too.
 */
export class JournalDoor implements Door {
  constructor(private readonly context: EngineContext) {}

  async write(writes: readonly ItemWrite[], writeId: string): Promise<readonly FailedWrite[]> {
    // The same bound as where they go together: what an application may do does not depend on its engine.
    checkSize(writes);
    return this.#write(writes, writeId);
  }

  async writeMany(writes: readonly ItemWrite[], writeId: string, maxItems: number): Promise<readonly FailedWrite[]> {
    checkCount(writes, maxItems);
    return this.#write(writes, writeId);
  }

  async writeWhatHolds(writes: readonly ItemWrite[]): Promise<void> {
    // Harmless to leave: see the door.
    await mapLimit(writes, CONCURRENCY, (write) => sendSingle(this.context, write, "").catch(() => []));
  }

  async #write(writes: readonly ItemWrite[], writeId: string): Promise<readonly FailedWrite[]> {
    const [first, ...others] = writes;
    // A record that is gone, or new, cannot tell whose doing it was: the journal can.
    const alone = others.length === 0 && first && (first.action === "update" || first.kind !== "record");
    if (alone && first.action !== "check") return sendSingle(this.context, first, writeId);
    const { failed, leftovers } = await writeJournaled(this.context, writes, SingleRequests);
    await this.writeWhatHolds(leftovers);
    return failed;
  }
}
