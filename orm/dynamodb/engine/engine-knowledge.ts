import { hasOwnEndpoint } from "./client.ts";

/** What is known of the engine behind a client. */
export interface EngineKnowledge {
  /** Whether it has TransactWriteItems. Undefined until that has shown; once seen, it stays. */
  transactions: boolean | undefined;
  /** Whether it has an address of its own: AWS has transactions, others may not. */
  readonly ownEndpoint: boolean;
}

const engines = new WeakMap<object, EngineKnowledge>();

/** What is known of a client's engine: one for all drivers that share the client, so that they learn together. */
export function knowledgeOf(client: object): EngineKnowledge {
  let knowledge = engines.get(client);
  if (!knowledge) {
    knowledge = {
      transactions: undefined,
      get ownEndpoint() {
        const value = hasOwnEndpoint(client);
        Object.defineProperty(this, "ownEndpoint", { value });
        return value;
      },
    };
    engines.set(client, knowledge);
  }
  return knowledge;
}
