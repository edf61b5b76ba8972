import type { EngineKnowledge } from "../engine-knowledge.ts";
import type { OperationName, Operations } from "../operations.ts";
import type { WriteAnswer } from "../write-answer.ts";

/**
 * Sends requests as they are: contention is borne, and held items are neither shown as decided nor waited for. What
 * looks at the locks themselves sends through it.
 */
export interface RawSender {
  readonly sendRaw: <Name extends OperationName>(
    name: Name,
    model: string,
    input: Operations[Name][0],
  ) => Promise<Operations[Name][1]>;
  /** The same of one write under a condition: that it does not hold is an answer. */
  readonly guardRaw: <Name extends OperationName>(
    name: Name,
    model: string,
    input: Operations[Name][0],
  ) => Promise<WriteAnswer<Operations[Name][1]>>;
  /** What is known of the engine. */
  readonly knowledge: EngineKnowledge | undefined;
}
