/** What is known of the engine behind a client. */
export interface EngineKnowledge {
  /** Whether it has TransactWriteItems. Undefined until that has shown; once seen, it stays. */
  transactions: boolean | undefined;
  /** Whether it has an address of its own: AWS has transactions. Undefined until that was looked up. */
  ownEndpoint?: boolean;
  /** Whether its lack of transactions has been told. */
  warned: boolean;
}

const engines = new WeakMap<object, EngineKnowledge>();

/** What is known of a client's engine: one for all drivers that share the client, so that they learn together. */
export function knowledgeOf(client: object): EngineKnowledge {
  let knowledge = engines.get(client);
  if (!knowledge) {
    knowledge = { transactions: undefined, warned: false };
    engines.set(client, knowledge);
  }
  return knowledge;
}
