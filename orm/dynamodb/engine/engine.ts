import type { ItemWrite } from "../layout/item-write.ts";
import type { Door, EngineContext, FailedWrite } from "./door.ts";
import type { EngineKnowledge } from "./engine-knowledge.ts";

// What only reads needs no door.
let nativePart: Promise<typeof import("./native-door.ts")> | undefined;
const loadNative = () => (nativePart ??= import("./native-door.ts"));
// For transactions of many requests, for engines that are not AWS, and for failures.
const loadJournal = () => import("./journal/journal-door.ts");
const loadAsking = () => import("./ask-for-transactions.ts");

/**
 * The engine behind a client, and the door to it: the only place that asks whether it has transactions. AWS has them.
 * An engine at another address may not: it is asked once, before the first write that depends on it.
 */
export class Engine {
  constructor(
    private readonly context: EngineContext,
    private readonly knowledge: EngineKnowledge,
  ) {}

  /** Makes all writes, or none and returns those whose guards did not hold: see {@link Door.write}. */
  write(writes: readonly ItemWrite[], writeId: string): Promise<readonly FailedWrite[]> {
    return this.#through(writes, (door) => door.write(writes, writeId));
  }

  /** The same of what may be more than one request holds: see {@link Door.writeMany}. */
  writeMany(writes: readonly ItemWrite[], writeId: string, maxItems: number): Promise<readonly FailedWrite[]> {
    return this.#through(writes, (door) => door.writeMany(writes, writeId, maxItems));
  }

  async #through(
    writes: readonly ItemWrite[],
    write: (door: Door) => Promise<readonly FailedWrite[]>,
  ): Promise<readonly FailedWrite[]> {
    if (writes.length === 0) return [];
    if (this.knowledge.transactions === false) return write(await this.#journal());
    try {
      const failed = await write(await this.#native());
      if (writes.length > 1) this.knowledge.transactions = true;
      return failed;
    } catch (error) {
      const { lacksTransactions } = await loadAsking();
      if (!(await lacksTransactions(this.context.sender, tableOf(writes), error))) throw error;
      return write(await this.#journal());
    }
  }

  /** Makes those of some writes whose guards hold: see {@link Door.writeWhatHolds}. */
  async writeWhatHolds(writes: readonly ItemWrite[]): Promise<void> {
    if (writes.length === 0) return;
    // Its failures are let go, and so would be this one.
    if (writes.length > 1 && this.knowledge.ownEndpoint)
      await (await loadAsking()).askForTransactions(this.context.sender, tableOf(writes));
    const door = await (this.knowledge.transactions === false ? this.#journal() : this.#native());
    await door.writeWhatHolds(writes);
  }

  async #native(): Promise<Door> {
    const { NativeDoor } = await loadNative();
    return new NativeDoor(this.context);
  }

  async #journal(): Promise<Door> {
    const { JournalDoor } = await loadJournal();
    return new JournalDoor(this.context);
  }
}

function tableOf([first]: readonly ItemWrite[]): string {
  return first?.layout.table ?? "";
}
