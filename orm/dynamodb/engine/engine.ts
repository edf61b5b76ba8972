import type { ItemWrite } from "../layout/item-write.ts";
import { errorName, isUnknownOperation } from "./aws-errors.ts";
import { hasOwnEndpoint } from "./client.ts";
import type { Door, EngineContext, FailedWrite } from "./door.ts";
import type { EngineKnowledge } from "./engine-knowledge.ts";

// What only reads needs no door, and AWS never the second.
let nativePart: Promise<typeof import("./native-door.ts")> | undefined;
const loadNative = () => (nativePart ??= import("./native-door.ts"));
let orderedPart: Promise<typeof import("./ordered/ordered-door.ts")> | undefined;
const loadOrdered = () => (orderedPart ??= import("./ordered/ordered-door.ts"));

/**
 * The engine behind a client, and the door to it: the only place that asks whether it has transactions. AWS has them.
 * An engine at another address may not: it is asked once, before the first write that depends on it.
 */
export class Engine {
  constructor(
    private readonly context: EngineContext,
    private readonly client: object,
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
    if (this.knowledge.transactions === false) return write(await this.#ordered());
    try {
      const failed = await write(await this.#native());
      if (writes.length > 1) this.knowledge.transactions = true;
      return failed;
    } catch (error) {
      // One odd answer does not take away what was seen.
      if (!isUnknownOperation(error) || this.knowledge.transactions) throw error;
      this.knowledge.transactions = false;
      return write(await this.#ordered());
    }
  }

  /** The door, for writers with questions to it. */
  async door(): Promise<Door> {
    if (this.knowledge.transactions === undefined && this.#hasOwnEndpoint()) await this.#ask();
    return this.knowledge.transactions === false ? this.#ordered() : this.#native();
  }

  /** Tells, once, that this engine's transactions are none. */
  warnOfParts(): void {
    if (this.knowledge.transactions !== false || this.knowledge.warned) return;
    this.knowledge.warned = true;
    this.context.logger.warn(
      "This DynamoDB engine has no TransactWriteItems: transactions are written item by item, " +
        "and a crash between two of them leaves a part. Use such an engine for development only.",
    );
  }

  #hasOwnEndpoint(): boolean {
    return (this.knowledge.ownEndpoint ??= hasOwnEndpoint(this.client));
  }

  /** An empty transaction is refused by every engine, and by those without transactions for another reason. */
  async #ask(): Promise<void> {
    try {
      await this.context.sender.send("TransactWriteItems", "", { TransactItems: [] });
    } catch (error) {
      if (isUnknownOperation(error)) this.knowledge.transactions = false;
      else if (errorName(error) === "ValidationException") this.knowledge.transactions = true;
      // Anything else tells nothing of it, and shows again at the write itself.
    }
  }

  async #native(): Promise<Door> {
    const { NativeDoor } = await loadNative();
    return new NativeDoor(this.context);
  }

  async #ordered(): Promise<Door> {
    const { OrderedDoor } = await loadOrdered();
    return new OrderedDoor(this.context);
  }
}
